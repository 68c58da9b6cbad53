import type { RunProgram } from '@kvm/command';
import type { DomainElement } from '@kvm/domain-xml';
import { samePath } from '../../device-path.ts';
import type { ObservedDomain, Places } from '../../observed.ts';
import { disksOf } from '../../plan/disk-data.ts';
import { mustRun } from '../access/must-run.ts';

/** Says of each path that it is given which device it is, by its number in hex, or else where its links lead, as far as they do. */
const placesScript = `
for path do
  if [ -b "$path" ]; then printf 'block %s\\0' "$(stat -Lc '%t:%T' -- "$path")"
  else printf 'path %s\\0' "$(readlink -m -- "$path" 2>/dev/null)"
  fi
done`;

interface Host {
  readonly run: RunProgram;
  /** Paths of volumes as LVM spells them, `/dev/vg/public.root`: nobody asks where these lead. */
  readonly volumes: readonly string[];
}

/**
 * Finds where disks lead that are spelled otherwise than LVM spells its volumes, with one program for all of them.
 *
 * @throws HostError `command-failed`
 */
export async function observePlaces(domains: readonly DomainElement[], { run, volumes }: Host): Promise<Places> {
  const known = new Set(volumes);
  const all = new Set(domains.flatMap(disksOf).flatMap(({ place, below }) => [place, ...below]));
  const others = [...all].filter((path) => path.startsWith('/') && !known.has(path));
  if (others.length === 0) return new Map();
  const paths = [...others, ...volumes];
  // On its input, and not as arguments, of which there may be too many.
  const output = await mustRun(
    run,
    ['xargs', '-0', 'sh', '-c', placesScript, 'places'],
    paths.map((path) => `${path}\0`).join(''),
  );
  const found = output.split('\0').slice(0, paths.length);
  const volumeAt = new Map(found.slice(others.length).map((it, index) => [it, volumes[index]]));
  return new Map(others.map((path, index) => [path, volumeAt.get(found[index] ?? '') ?? leadsTo(found[index], path)]));
}

function leadsTo(found = '', path: string): string {
  const [, kind, text = ''] = /^(block|path) (.+)$/s.exec(found) ?? [];
  if (kind === 'path') return samePath(text);
  const numbers = text.split(':').map((part) => Number.parseInt(part, 16));
  return kind === 'block' ? `/dev/block/${numbers.join(':')}` : path;
}

/** Domains with where their disks lead. */
export async function withPlaces(domains: readonly ObservedDomain[], host: Host): Promise<readonly ObservedDomain[]> {
  const elements = domains.flatMap(({ definition, running, kept }) =>
    [definition, running, kept?.saved].filter((each) => each !== undefined),
  );
  const places = await observePlaces(elements, host);
  return domains.map((domain) => ({ ...domain, places }));
}
