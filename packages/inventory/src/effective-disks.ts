import { BUILT_IN } from './built-in.ts';
import type { DiskKeys } from './schema/disk.ts';
import type { Draft } from './schema/shape.ts';

/** Disks by name as the file writes them: a size, `none`, or a map. What was wrong is undefined. */
type WrittenDisks = { readonly [name: string]: string | Draft<DiskKeys> | undefined };

/** The keys of each disk that a guest has. The size may be missing. */
export type EffectiveDisks = ReadonlyMap<string, Draft<DiskKeys>>;

interface WithDisks {
  readonly disks?: WrittenDisks | undefined;
  readonly template?: 'none' | undefined;
}

/**
 * The disks a guest has, none without the template, else the built-in ones, changed by the file's defaults, changed by the
 * guest's own, in this order; then those that its exports want and nobody has written. A size alone changes the size and leaves
 * where the disk lies; another type leaves only the size.
 */
export function disksOf(defaults: WithDisks, own: WithDisks, wanted: readonly string[] = []): EffectiveDisks {
  const disks = new Map<string, Draft<DiskKeys>>();
  if (own.template === 'none') return disks;
  for (const [name, written] of [BUILT_IN.guest.disks, defaults.disks ?? {}, own.disks ?? {}].flatMap((each) =>
    Object.entries<WrittenDisks[string]>(each),
  )) {
    if (written === undefined) continue;
    const keys = typeof written === 'string' ? { size: written } : written;
    disks.set(name, { ...inherited(disks.get(name), keys.type), ...keys });
  }
  for (const name of wanted) disks.set(name, { size: BUILT_IN.shared.exportSize, ...disks.get(name) });
  for (const [name, { size }] of disks) if (size === 'none') disks.delete(name);
  return disks;
}

function inherited(before: Draft<DiskKeys> | undefined, type: DiskKeys['type']): Draft<DiskKeys> {
  if (before === undefined || type === undefined || type === (before.type ?? BUILT_IN.disk.type)) return before ?? {};
  return { size: before.size };
}
