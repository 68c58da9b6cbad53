import { LvmError, type PhysicalVolume, type Storage } from '../index.ts';
import type { LvmRunner } from './lvm.ts';

/** A physical volume of a group. */
export type GroupDisk = PhysicalVolume & { readonly vg: string };

/**
 * The physical volumes that a person has named, by whatever paths: links in /dev/disk lead to the same device. Two paths to one
 * disk are one disk.
 *
 * @param vg the group that they have to be of
 * @throws LvmError `pv-not-found`
 */
export async function resolveDisks(
  paths: readonly string[],
  { storage, vg }: { readonly storage: Storage; readonly vg: string },
  runner: LvmRunner,
): Promise<readonly GroupDisk[]> {
  const found = new Map<string, GroupDisk>();
  const present = storage.disks.filter(({ missing }) => !missing);
  const numbers = await deviceNumbers([...paths, ...present.map(({ device }) => device)], runner);
  for (const path of paths) {
    const number = numbers.get(path);
    const disk = present.find(({ device }) => number !== undefined && numbers.get(device) === number);
    if (disk?.vg !== vg || disk.duplicate) throw notThere(path, { disk, number, vg, storage });
    found.set(disk.uuid, { ...disk, vg });
  }
  return [...found.values()];
}

/** Block device numbers by path, links followed; without those that are no block devices. */
export async function deviceNumbers(
  paths: readonly string[],
  { run }: LvmRunner,
): Promise<ReadonlyMap<string, string>> {
  const unique = [...new Set(paths)];
  const script = 'for path; do [ -b "$path" ] && stat -L -c %t:%T -- "$path" || echo none; done';
  const { stdout } = await run(['sh', '-c', script, 'stat', ...unique]);
  const lines = stdout.split('\n');
  return new Map(
    unique.flatMap((path, index) => {
      const line = lines[index] ?? 'none';
      return /^[\da-f]+:[\da-f]+$/.test(line) ? [[path, line] as const] : [];
    }),
  );
}

function notThere(
  path: string,
  {
    disk,
    number,
    vg,
    storage,
  }: { disk: PhysicalVolume | undefined; number: string | undefined; vg: string; storage: Storage },
): LvmError {
  const fault =
    number === undefined
      ? 'is no block device'
      : disk === undefined
        ? 'is no physical volume'
        : disk.duplicate
          ? 'is a copy of another physical volume'
          : `is a physical volume of ${disk.vg ?? 'no group'}`;
  const there = storage.disks.filter((each) => each.vg === vg).map(({ device }) => device);
  return new LvmError('pv-not-found', `${path} ${fault}; a physical volume of ${vg} is wanted.`, {
    remedy: `There are ${there.join(', ') || 'none'}.`,
  });
}
