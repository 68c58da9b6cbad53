import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { abortMoves, type MoveProgress, moveVolume, readStorage, type WatchOptions } from '../src/run/index.ts';
import { type LvmHost, startLvmHost } from './lvm-host.ts';

const soak = process.env.KVM_SOAK !== undefined;
/** Without KVM and on a busy machine each command takes seconds. */
const timeout = soak ? 3_600_000 : 600_000;

describe.skipIf(needs('root', 'qemu-system-x86_64', 'unshare', 'vgcreate'))('moving a volume', { timeout }, () => {
  let host: LvmHost;
  const [d0, d1, d2, d3] = ['/dev/mapper/d0', '/dev/mapper/d1', '/dev/mapper/d2', '/dev/mapper/d3'];
  const rounds = soak ? 20 : 1;

  beforeAll(async () => {
    host = await startLvmHost(4, 128);
  });
  afterAll(() => host[Symbol.asyncDispose]());
  beforeEach(() => again());

  const fill = (volume: string): string =>
    `yes '${volume} holds this' | dd of=/dev/vg/${volume} bs=1M iflag=fullblock 2>/dev/null || true`;
  const sum = (volume: string): Promise<string> =>
    host.shell(`sync; dd if=/dev/vg/${volume} bs=1M iflag=direct status=none | sha256sum`);
  /** Disks that a volume lies on, as LVM says. */
  const disksOf = async (volume: string): Promise<string> =>
    (
      await host.shell(
        `lvs -a --noheadings -o devices,lv_name vg | grep -E '\\[?${volume}(_[rt][a-z]+_?[0-9]?\\]?)? *$' | grep -oE 'd[0-9]\\(' | tr -d '(' | sort -u | xargs`,
      )
    ).trim();
  const again = async (): Promise<void> => {
    await host.reset();
    await host.shell(`vgcreate -qq -s 1M vg ${d0} ${d1} ${d2} ${d3}`);
  };
  /** A disk sickens once a move has come so far: before the next look at it, however slow this machine is. */
  const sickenAt = (share: number, sicken: () => Promise<void>): WatchOptions => {
    let state: 'well' | 'due' | 'sick' = 'well';
    return {
      intervalMs: 200,
      onProgress: ({ copiedBytes, bytes }) => {
        if (state === 'well' && copiedBytes >= share * bytes) state = 'due';
      },
      run: async (command, input) => {
        if (state === 'due') {
          state = 'sick';
          await sicken();
        }
        return await host.run(command, input);
      },
    };
  };
  const noMoveIsLeft = async (): Promise<void> => {
    expect(await host.shell('lvs -a --noheadings -o lv_name | grep pvmove || true')).toBe('');
    expect(await host.shell('pgrep -f "^.lvm2. .*pvmove|^pvmove|^.lvm2. .*1161000000" || true')).toBe('');
  };

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
      await host.shell(`${make}; lvcreate -qqy -L 8M -n b vg ${d0}; ${fill('a')}`);
      const before = await sum('a');
      const seen: MoveProgress[] = [];
      const to = [d1, d3];
      await moveVolume(
        { vg: 'vg', volume: 'a', to },
        { run: host.run, intervalMs: 100, onProgress: (progress) => seen.push(progress) },
      );
      expect(await sum('a')).toBe(before);
      expect(await disksOf('a')).toMatch(/^(d1|d3|d1 d3)$/);
      expect(await disksOf('b')).toBe('d0');
      expect(seen.at(-1)).toMatchObject({
        vg: 'vg',
        volume: 'a',
        to: expect.arrayContaining([expect.stringMatching(/d[13]$/)]),
      });
      expect(seen.at(-1)?.copiedBytes).toBe(seen.at(-1)?.bytes);
      await noMoveIsLeft();
    },
  );

  test.runIf(soak)('of raid1 one leg, of a thin volume the whole pool only', async () => {
    await host.shell(`lvcreate -qqy --type raid1 -m 1 -L 8M -n r vg ${d0} ${d2}; ${fill('r')}`);
    await host.shell(
      `lvcreate -qqy --type thin-pool -L 16M -n pool vg ${d0}; lvcreate -qqy -V 8M --thinpool pool -n t vg; ${fill('t')}`,
    );
    const before = [await sum('r'), await sum('t')];
    await moveVolume({ vg: 'vg', volume: 'r', from: d0, to: [d1] }, { run: host.run, intervalMs: 100 });
    expect(await disksOf('r')).toBe('d1 d2');
    const thin = moveVolume({ vg: 'vg', volume: 't', to: [d1] }, { run: host.run });
    await expect(thin).rejects.toMatchObject({ code: 'bad-layout', message: expect.stringContaining('vg/pool') });
    await moveVolume({ vg: 'vg', volume: 'pool', to: [d3] }, { run: host.run, intervalMs: 100 });
    expect(await disksOf('pool')).toBe('d3');
    expect([await sum('r'), await sum('t')]).toEqual(before);
  });

  test('a target that starts to fail: the disk is named, nothing is lost, what a writer writes meanwhile neither', async () => {
    for (let round = 0; round < rounds; round++) {
      if (round > 0) await again();
      await host.shell(`lvcreate -qqy -L 64M -n a vg ${d0}; mkfs.ext4 -q /dev/vg/a; mount /dev/vg/a /mnt`);
      await host.slow(1, 20);
      const writer = host.vm.spawn([
        'sh',
        '-c',
        'i=0; while [ ! -e /tmp/stop ]; do i=$((i+1)); echo "line $i" >>/mnt/log; sync /mnt/log || exit 1; done; echo $i',
      ]);
      const sickened = sickenAt(0.04 * round, () => host.sicken(1, round % 2 ? 'flakey' : 'error'));
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
      expect(await disksOf('a')).toBe('d0');
      await noMoveIsLeft();
    }
  });

  test.runIf(soak)(
    'a source that starts to fail: the disk is named, and all is there once it can be read again',
    async () => {
      for (let round = 0; round < rounds; round++) {
        if (round > 0) await again();
        await host.shell(`lvcreate -qqy -L 64M -n a vg ${d0}; ${fill('a')}`);
        const before = await sum('a');
        await host.slow(0, 20);
        const sickened = sickenAt(0.04 * round, () => host.sicken(0, round % 2 ? 'flakey' : 'error'));
        const moved = moveVolume({ vg: 'vg', volume: 'a', to: [d1] }, sickened);
        await expect(moved).rejects.toMatchObject({
          code: 'sick-disk',
          message: expect.stringMatching(/mapper\/d0, where it lies/),
        });
        await host.heal(0);
        expect(await sum('a')).toBe(before);
        expect(await disksOf('a')).toBe('d0');
        await noMoveIsLeft();
      }
    },
  );

  test.runIf(soak)(
    'aborted by its signal, or by somebody else after its program was killed: it lies where it was',
    async () => {
      await host.shell(`lvcreate -qqy -L 64M -n a vg ${d0}; ${fill('a')}`);
      const before = await sum('a');
      await host.slow(1, 20);
      const abort = new AbortController();
      const options = { run: host.run, intervalMs: 100, signal: abort.signal, onProgress: () => abort.abort() };
      await expect(moveVolume({ vg: 'vg', volume: 'a', to: [d1] }, options)).rejects.toMatchObject({ code: 'aborted' });
      await noMoveIsLeft();
      const killed = moveVolume(
        { vg: 'vg', volume: 'a', to: [d1] },
        {
          run: host.run,
          onProgress: () => {
            throw new Error('killed');
          },
        },
      );
      await expect(killed).rejects.toThrow('killed');
      expect(await abortMoves('vg', { run: host.run })).toEqual(['a']);
      expect(await disksOf('a')).toBe('d0');
      expect(await sum('a')).toBe(before);
      await noMoveIsLeft();
    },
  );

  test.runIf(soak)('two at once from one disk: the second waits, and says so; both arrive', async () => {
    await host.shell(`lvcreate -qqy -L 32M -n a vg ${d0}; lvcreate -qqy -L 16M -n b vg ${d0}; ${fill('b')}`);
    const before = await sum('b');
    const said: string[] = [];
    const options = { run: host.run, intervalMs: 100, report: (text: string) => said.push(text) };
    let second: Promise<void> | undefined;
    await host.slow(1, 10);
    await moveVolume(
      { vg: 'vg', volume: 'a', to: [d1] },
      {
        ...options,
        onProgress: () => {
          second ??= moveVolume({ vg: 'vg', volume: 'b', to: [d2] }, options);
        },
      },
    );
    await second;
    expect(said).toContain(`waiting: vg/a is being moved from ${d0}`);
    expect([await disksOf('a'), await disksOf('b')]).toEqual(['d1', 'd2']);
    expect(await sum('b')).toBe(before);
    await noMoveIsLeft();
  });

  test.runIf(soak)('a power cut while any command runs: the next run goes on, and the data is whole', async () => {
    await host.shell(`lvcreate -qqy -L 64M -n a vg ${d0}; ${fill('a')}`);
    const before = await sum('a');
    for (let round = 0; round < rounds; round++) {
      const [from, to] = round % 2 ? [d1, d0] : [d0, d1];
      await host.slow(round % 2 ? 0 : 1, 10);
      await host.cutDuring(2 + (round % 9), (run) =>
        moveVolume({ vg: 'vg', volume: 'a', to: [to ?? ''] }, { run, intervalMs: 100 }),
      );
      expect(await sum('a')).toBe(before);
      await moveVolume({ vg: 'vg', volume: 'a', to: [to ?? ''] }, { run: host.run, intervalMs: 100 });
      expect(await sum('a')).toBe(before);
      expect(await disksOf('a')).toBe(to?.slice(-2));
      expect(from).not.toBe(to);
      await noMoveIsLeft();
    }
  });

  test.runIf(soak)(
    'where there is no room, no such volume, group or disk: says so, and nothing has begun',
    async () => {
      await host.shell(`lvcreate -qqy -L 64M -n a vg ${d0}; lvcreate -qqy -L 100M -n b vg ${d1}`);
      const move = (volume: string, to: string, vg = 'vg') => moveVolume({ vg, volume, to: [to] }, { run: host.run });
      await expect(move('a', d1)).rejects.toMatchObject({ code: 'vg-full' });
      await expect(move('c', d1)).rejects.toMatchObject({ code: 'volume-not-found' });
      await expect(move('a', d1, 'gv')).rejects.toMatchObject({ code: 'vg-not-found' });
      await expect(move('a', '/dev/nowhere')).rejects.toMatchObject({ code: 'pv-not-found' });
      const storage = await readStorage({ run: host.run });
      expect(storage.volumes.map(({ name }) => name)).toEqual(['a', 'b']);
    },
  );
});
