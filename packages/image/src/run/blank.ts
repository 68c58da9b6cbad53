import type { ImageRunner } from './image-runner.ts';

/**
 * A function of sh. A volume is blank when it is as lvcreate(8) has made it: its first 4 KiB are zero, and neither blkid nor wipefs
 * finds anything further on. What has no signature, such as a disk that is encrypted as a whole, begins with something all the
 * same. Ends with another status also when it cannot tell.
 */
export const isBlankFunction = `
is_blank() {
  [ -b "$1" ] && cmp -s -n 4096 -- "$1" /dev/zero || return 1
  blkid -p -- "$1" >/dev/null 2>&1
  [ $? -eq 2 ] || return 1
  found=$(wipefs -n -- "$1" 2>&1) && [ -z "$found" ]
}
`;

/** Says of each path on its input what is there, a line each. */
const script = `
${isBlankFunction}
while IFS= read -r path; do
  if [ ! -b "$path" ]; then echo absent
  elif is_blank "$path"; then echo blank
  else echo used
  fi
done
`;

/** What a block device holds: nothing, as a new volume does, or something. */
export type Contents = 'blank' | 'used';

/**
 * Looks whether block devices hold anything, and changes nothing.
 *
 * @returns by path; without those that are not there
 * @throws what `run` throws
 */
export async function readContents(
  devices: readonly string[],
  { run }: ImageRunner,
): Promise<ReadonlyMap<string, Contents>> {
  if (devices.length === 0) return new Map();
  const { stdout } = await run(['sh', '-c', script, 'contents'], devices.map((device) => `${device}\n`).join(''));
  const lines = stdout.split('\n');
  return new Map(
    devices.flatMap((device, index): [string, Contents][] => {
      const line = lines[index];
      return line === 'blank' || line === 'used' ? [[device, line]] : [];
    }),
  );
}
