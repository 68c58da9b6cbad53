import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkFilling, fillVolume } from '../src/run/fill.ts';
import { runHere } from '../src/run/index.ts';

const sh = (script: string, ...words: string[]): string =>
  execFileSync('sh', ['-euc', script, 'sh', ...words], { encoding: 'utf8' }).trim();

/** A loop device is as good as a volume here. */
describe.skipIf(needs('root', 'losetup', 'mkfs.ext4', 'debugfs', 'unshare'))('a volume is filled', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kvm-fill-'));
  const bytes = 32 * 2 ** 20;
  let device: string;
  const from = (name: string) => join(folder, name);
  beforeAll(() => {
    device = sh(
      `cd "$1"
      mkdir -p tree/etc; echo filled >tree/etc/motd; chmod 640 tree/etc/motd; tar -C tree -caf small.tar.gz .
      truncate -s 8M small.raw; printf image | dd of=small.raw seek=4096 bs=1 conv=notrunc status=none
      truncate -s 1G large.raw; printf 'QFI\\373' >box.qcow2; mkdir folder.raw
      truncate -s ${bytes} disk; losetup --find --show disk`,
      folder,
    );
  });
  afterAll(() => {
    sh('losetup --detach "$1"', device);
    rmSync(folder, { recursive: true });
  });

  test.each([
    ['none.raw', 'there is no such file that can be read'],
    ['folder.raw', 'there is no such file that can be read'],
    ['large.raw', `it has ${2 ** 30} bytes, and the volume ${bytes}`],
    ['box.qcow2', 'it is in QCOW2'],
  ])('never from %s', async (name, why) => {
    await expect(checkFilling(from(name), bytes, { run: runHere })).rejects.toMatchObject({
      code: 'bad-image',
      message: expect.stringContaining(why),
    });
  });

  test('from an image, as it is', async () => {
    await checkFilling(from('small.raw'), bytes, { run: runHere });
    await fillVolume({ from: from('small.raw'), device }, { run: runHere });
    expect(sh('dd if="$1" bs=1 skip=4096 count=5 status=none', device)).toBe('image');
  });

  test('from a tarball, in a file system of its own, and nothing stays mounted', async () => {
    await checkFilling(from('small.tar.gz'), bytes, { run: runHere });
    await fillVolume({ from: from('small.tar.gz'), device }, { run: runHere });
    expect(sh('debugfs -R "cat /etc/motd" "$1" 2>/dev/null', device)).toBe('filled');
    expect(sh('debugfs -R "stat /etc/motd" "$1" 2>/dev/null', device)).toContain('Mode:  0640');
    expect(sh('grep -c "^$1 " /proc/mounts || :', device)).toBe('0');
  });
});
