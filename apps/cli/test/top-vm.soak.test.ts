import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { needs } from '@kvm/ci/needs';
import { startVmHost, type VmHost } from '@kvm/lab';
import type { Sample } from '@kvm/monitor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle } from './bundled.ts';
import { patience } from './patience.ts';

const guests = ['db', 'public', 'private'];

/** Volumes of three guests on a disk as slow as those of old: each request takes 20 ms. */
const makeVolumes = `
set -e
echo "0 $(($(blockdev --getsz /dev/vda) - 2048)) delay /dev/vda 2048 20" | dmsetup create slow
pvcreate -qq /dev/mapper/slow
vgcreate -qq vg /dev/mapper/slow
for guest in ${guests.join(' ')}; do lvcreate -qqy -Wn -Zn -L 16M -n $guest.root vg; done
`;

describe.skipIf(needs('root', 'qemu-system-x86_64', 'vgcreate', 'dmsetup'))('top of a host with device-mapper', () => {
  let vm: VmHost;
  beforeAll(async () => {
    vm = await startVmHost({ name: 'management', disks: [{ bytes: 2 ** 27 }], share: [dirname(bundle)] });
    const { exitCode, stderr } = await vm.exec(['bash'], { input: makeVolumes, timeoutMs: patience });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  }, patience);
  afterAll(() => vm?.[Symbol.asyncDispose]());

  test('load on the volume of a guest is blamed on that guest within two intervals', {
    timeout: patience,
  }, async () => {
    const top = vm.spawn([process.execPath, bundle, 'top', '--json', '--interval', '2'], { cwd: '/' });
    const samples = createInterface({ input: top.stdout })[Symbol.asyncIterator]();
    const next = async (): Promise<Sample> => JSON.parse((await samples.next()).value);
    expect((await next()).guests.map(({ name }) => name).sort()).toEqual([...guests].sort());
    for (const guest of ['db', 'public']) {
      const load = vm.spawn([
        'dd',
        'if=/dev/zero',
        `of=/dev/vg/${guest}.root`,
        'bs=512',
        'oflag=direct',
        'conv=notrunc',
      ]);
      const since = await writing(guest);
      let first = await next();
      while (Date.parse(first.time) < since) first = await next();
      const second = await next();
      load.kill('SIGKILL');
      await load.exitCode;
      const blamed = [first, second].map(({ bottleneck }) => [
        bottleneck?.resource,
        bottleneck?.guest,
        bottleneck?.tight,
      ]);
      expect(blamed).toContainEqual(['disk', guest, true]);
      expect(second.bottleneck?.what).toMatch(
        new RegExp(`^${guest}\\.root writes \\d+\\.\\d\\d kB/s, 100 % of all guests$`),
      );
    }
    top.kill('SIGTERM');
    await top.exitCode;
  });

  /** Waits until the kernel has requests of the load. @returns its time, so that the load's own start does not count */
  async function writing(guest: string): Promise<number> {
    const script = `number=$(dmsetup info -c --noheadings -o minor vg-${guest}.root)
      until [ "$(awk '{ print $9 }' /sys/block/dm-$number/stat)" -gt 0 ]; do sleep 0.1; done; date +%s%3N`;
    const { exitCode, stdout, stderr } = await vm.exec(['bash', '-c', script], { timeoutMs: patience });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    return Number(stdout);
  }
});
