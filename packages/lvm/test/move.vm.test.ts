import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type LvmRunner, type MoveProgress, moveVolume } from '../src/run/index.ts';
import { finishPvmove } from '../src/run/pvmove.ts';
import { d0, d1, d2, d3, LvmHost } from './lvm-host.ts';

const soak = process.env.KVM_SOAK !== undefined;
/** Without KVM and on a busy machine each command takes seconds. */
const timeout = soak ? 3_600_000 : 600_000;
const rounds = soak ? 20 : 1;

describe.skipIf(needs('root', 'qemu-system-x86_64', 'unshare', 'vgcreate'))('moving a volume', { timeout }, () => {
  let host: LvmHost;

  beforeAll(async () => {
    host = await LvmHost.start(4, 128);
  });
  afterAll(() => host[Symbol.asyncDispose]());
  beforeEach(() => host.reset(4));

  const layouts: readonly (readonly [layout: string, make: string])[] = [
    [
      'linear, in pieces',
      `lvcreate -qqy -L 8M -n a vg ${d0}; lvcreate -qqy -L 4M -n x vg ${d0}; lvextend -qq -L 16M vg/a ${d0}; lvextend -qq -L 20M vg/a ${d2}`,
    ],
    ['linear', `lvcreate -qqy -L 24M -n a vg ${d0}`],
    ['striped', `lvcreate -qqy -i 2 -L 24M -n a vg ${d0} ${d2}`],
  ];
  test.each(layouts.slice(0, soak ? undefined : 1))(
    '%s: all of it, nothing of another volume, with what is on it',
    async (_, make) => {
      await host.shell(`${make}; lvcreate -qqy -L 8M -n b vg ${d0}`);
      await host.fill('a', 'this is in it');
      const before = await host.sum('a');
      const seen: MoveProgress[] = [];
      const to = [d1, d3];
      await moveVolume(
        { vg: 'vg', volume: 'a', to },
        { run: host.run, intervalMs: 100, onProgress: (progress) => seen.push(progress) },
      );
      expect(await host.sum('a')).toBe(before);
      expect(await host.disksOf('a')).toMatch(/^(d1|d3|d1 d3)$/);
      expect(await host.disksOf('b')).toBe('d0');
      expect(seen.at(-1)).toMatchObject({
        vg: 'vg',
        volume: 'a',
        to: expect.arrayContaining([expect.stringMatching(/d[13]$/)]),
      });
      expect(seen.at(-1)?.copiedBytes).toBe(seen.at(-1)?.bytes);
      await host.expectNoMove();
    },
  );

  test('a move that another program ends while it is read back has not failed', async () => {
    await host.shell(`lvcreate -qqy -L 24M -n a vg ${d0}`);
    await host.fill('a', 'this is in it');
    const before = await host.sum('a');
    let ended = false;
    const run: LvmRunner['run'] = async (argv, options) => {
      if (argv.includes('compare') && !ended) {
        ended = true;
        await finishPvmove({ vg: 'vg', volume: 'a' }, d0, host);
      }
      return host.run(argv, options);
    };
    expect(await moveVolume({ vg: 'vg', volume: 'a', to: [d1] }, { run, intervalMs: 100 })).toEqual([d1]);
    expect(ended).toBe(true);
    expect(await host.sum('a')).toBe(before);
    await host.expectNoMove();
  });

  test('a target that starts to fail: the disk is named, nothing is lost, what a writer writes meanwhile neither', async () => {
    for (let round = 0; round < rounds; round++) {
      if (round > 0) await host.reset(4);
      await host.shell(`lvcreate -qqy -L 64M -n a vg ${d0}; mkfs.ext4 -q /dev/vg/a; mount /dev/vg/a /mnt`);
      await host.slow(1, 20);
      const writer = host.vm.spawn([
        'sh',
        '-c',
        'i=0; while [ ! -e /tmp/stop ]; do i=$((i+1)); echo "line $i" >>/mnt/log; sync /mnt/log || exit 1; done; echo $i',
      ]);
      const sickened = host.sickenAt(0.04 * round, () => host.sicken(1, round % 2 ? 'flakey' : 'error'));
      const moved = moveVolume({ vg: 'vg', volume: 'a', to: [d1] }, sickened);
      await expect(moved).rejects.toMatchObject({
        code: 'sick-disk',
        message: expect.stringMatching(/mapper\/d1, where it was to go/),
      });
      await host.shell('touch /tmp/stop');
      let lines = '';
      for await (const chunk of writer.stdout) lines += chunk;
      expect(await writer.exitCode).toBe(0);
      await host.shell('rm /tmp/stop; umount /mnt; e2fsck -fn /dev/vg/a >/dev/null; mount /dev/vg/a /mnt');
      expect(await host.shell('seq -f "line %g" $(wc -l </mnt/log) | cmp - /mnt/log; wc -l </mnt/log')).toBe(
        `${lines.trim()}\n`,
      );
      await host.shell('umount /mnt');
      expect(await host.disksOf('a')).toBe('d0');
      await host.expectNoMove();
    }
  });
});
