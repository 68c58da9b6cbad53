import { BUILT_IN } from './built-in.ts';

/** Sizes by disk name, or `none`; as written in the file. */
type DiskSizes = { readonly [name: string]: string | undefined };

/** The disks a guest has: the built-in ones, changed by the file's defaults, changed by the guest's own, in this order. */
export function disksOf(defaults: DiskSizes = {}, own: DiskSizes = {}): ReadonlyMap<string, string> {
  const disks = new Map<string, string>(Object.entries(BUILT_IN.guest.disks));
  for (const [name, size] of [...Object.entries(defaults), ...Object.entries(own)]) {
    if (size !== undefined) disks.set(name, size);
  }
  for (const [name, size] of disks) if (size === 'none') disks.delete(name);
  return disks;
}
