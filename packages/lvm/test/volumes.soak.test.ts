import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  evacuateDisk,
  type RunProgram,
  readStorage,
  replaceDisk,
  restoreFromStream,
  rollBack,
  streamBackup,
  takeSnapshots,
} from '../src/run/index.ts';
import { desired, layoutNames, makeSo } from './desired-volumes.ts';
import { d0, d1, d2, d3, LvmHost } from './lvm-host.ts';

const skip = needs('root', 'qemu-system-x86_64', 'unshare', 'vgcreate', 'zstd', 'thin_check');

describe.skipIf(skip)('volumes', { timeout: 3_600_000 }, () => {
  let host: LvmHost;

  beforeAll(async () => {
    host = await LvmHost.start(4, 128);
  });
  afterAll(() => host[Symbol.asyncDispose]());
  beforeEach(() => host.reset(3));

  test.each(layoutNames)(
    '%s: a disk is emptied, another is replaced and leaves the group; nothing of anybody is lost',
    async (layout) => {
      const volumes = desired(layout, 'a', 16);
      await makeSo(host, layout === 'linear' ? volumes.map((volume) => ({ ...volume, on: [d0] })) : volumes);
      await host.shell(`lvcreate -qqy -L 8M -n foreign vg ${d0}`);
      await host.fill('foreign', 'x');
      await host.fill('a', 'y');
      const before = [await host.sum('a'), await host.sum('foreign')];
      const options = { run: host.run, intervalMs: 100 };
      await evacuateDisk({ vg: 'vg', from: d0, foreign: true }, options);
      expect(await host.shell(`pvs --noheadings -o pv_used ${d0}`)).toMatch(/^ *0 *$/m);
      await replaceDisk({ vg: 'vg', from: d1, by: d3, foreign: true }, options);
      expect([await host.sum('a'), await host.sum('foreign')]).toEqual(before);
      const { disks } = await readStorage(host);
      const left = disks.filter(({ vg }) => vg === 'vg').map(({ device }) => device);
      expect(left.sort()).toEqual([d0, d2, d3]);
    },
  );

  test('a roll back ends, also when the process of LVM that would end the merge is killed', async () => {
    await makeSo(host, desired('linear', 'a', 16));
    await host.fill('a', 'first');
    const first = await host.sum('a');
    await takeSnapshots([{ vg: 'vg', volume: 'a', snapshot: 'a.before', bytes: 2 ** 25 }], host);
    await host.fill('a', 'second');
    let killed = false;
    const run: RunProgram = async (command, input) => {
      if (command[0] !== 'lvconvert') return await host.run(command, input);
      await host.slow(0, 50); // it must not have ended by itself before it is killed
      const result = await host.run(command, input);
      const { exitCode } = await host.run(['pkill', '-KILL', '-f', '^.lvm2. |lvconvert .*--merge']);
      killed = exitCode === 0;
      await host.heal(0);
      return result;
    };
    await rollBack([{ vg: 'vg', volume: 'a', snapshot: 'a.before' }], { run });
    expect(killed).toBe(true);
    expect(await host.sum('a')).toBe(first);
    expect(await host.names()).toEqual(['a']);
  });

  test('a backup goes through a stream; one that breaks off, is damaged or is none leaves nothing', async () => {
    await makeSo(host, desired('linear', 'a', 16));
    await host.fill('a', 'in a stream');
    const output = new PassThrough();
    const whole = buffer(output);
    await streamBackup({ vg: 'vg', volume: 'a' }, output, host);
    output.end();
    const bytes = await whole;
    const restore = (pieces: readonly Uint8Array[]): Promise<void> =>
      restoreFromStream(piecewise(pieces), { vg: 'vg', volume: 'b', owner: '66/root' }, host);
    const damaged = Uint8Array.from(bytes, (byte, index) => (index === bytes.length >> 1 ? byte ^ 1 : byte));
    for (const wrong of [[], [Buffer.from('no backup')], [bytes.subarray(0, -5)], [damaged], [bytes, bytes]]) {
      await expect(restore(wrong)).rejects.toMatchObject({ code: 'failed' });
      expect(await host.names()).toEqual(['a']);
    }
    await restore([bytes.subarray(0, 7), bytes.subarray(7)]);
    expect(await host.sum('b')).toBe(await host.sum('a'));
    expect(await host.shell('lvs --noheadings -o lv_tags vg/b')).toContain('kvm:66/root');
  });
});

async function* piecewise(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}
