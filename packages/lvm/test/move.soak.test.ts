import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { abortMoves, moveVolume, readStorage } from '../src/run/index.ts';
import { d0, d1, d2, d3, LvmHost } from './lvm-host.ts';

const skip = needs('root', 'qemu-system-x86_64', 'unshare', 'vgcreate', 'thin_check');

describe.skipIf(skip)('moving a volume', { timeout: 3_600_000 }, () => {
  let host: LvmHost;

  beforeAll(async () => {
    host = await LvmHost.start(4, 128);
  });
  afterAll(() => host[Symbol.asyncDispose]());
  beforeEach(() => host.reset(4));

  test('aborted by its signal, or by somebody else after its program was killed: it lies where it was', async () => {
    await host.shell(`lvcreate -qqy -L 32M -n a vg ${d0}`);
    await host.fill('a', 'kept');
    const before = await host.sum('a');
    await host.slow(1, 20);
    const move = { vg: 'vg', volume: 'a', to: [d1] };
    const abort = new AbortController();
    const options = { run: host.run, intervalMs: 100, signal: abort.signal, onProgress: () => abort.abort() };
    await expect(moveVolume(move, options)).rejects.toMatchObject({ code: 'aborted' });
    await host.expectNoMove();
    const onProgress = (): never => {
      throw new Error('killed');
    };
    await expect(moveVolume(move, { run: host.run, onProgress })).rejects.toThrow('killed');
    expect(await abortMoves('vg', ({ name }) => name === 'b', host)).toEqual([]);
    expect(await abortMoves('vg', ({ name }) => name === 'a', host)).toEqual(['a']);
    expect(await host.disksOf('a')).toBe('d0');
    expect(await host.sum('a')).toBe(before);
    await host.expectNoMove();
  });

  test('of raid1 one leg, of a thin volume the whole pool only', async () => {
    await host.shell(
      `lvcreate -qqy --type raid1 -m 1 -L 8M -n r vg ${d0} ${d2}; lvcreate -qqy --type thin-pool -L 16M -n pool vg ${d0}; lvcreate -qqy -V 8M --thinpool pool -n t vg`,
    );
    await host.fill('r', 'on two');
    await host.fill('t', 'thin');
    const before = [await host.sum('r'), await host.sum('t')];
    await moveVolume({ vg: 'vg', volume: 'r', from: d0, to: [d1] }, { run: host.run, intervalMs: 100 });
    expect(await host.disksOf('r')).toBe('d1 d2');
    const thin = moveVolume({ vg: 'vg', volume: 't', to: [d1] }, { run: host.run });
    await expect(thin).rejects.toMatchObject({ code: 'bad-layout', message: expect.stringContaining('vg/pool') });
    await moveVolume({ vg: 'vg', volume: 'pool', to: [d3] }, { run: host.run, intervalMs: 100 });
    expect(await host.disksOf('pool')).toBe('d3');
    expect([await host.sum('r'), await host.sum('t')]).toEqual(before);
  });

  test('two at once from one disk: the second waits, and says so; both arrive', async () => {
    await host.shell(`lvcreate -qqy -L 32M -n a vg ${d0}; lvcreate -qqy -L 16M -n b vg ${d0}`);
    await host.fill('b', 'of the second');
    const before = await host.sum('b');
    const said: string[] = [];
    const options = { run: host.run, intervalMs: 100, report: (text: string) => said.push(text) };
    let second: Promise<unknown> | undefined;
    await host.slow(1, 10);
    const onProgress = (): void => {
      second ??= moveVolume({ vg: 'vg', volume: 'b', to: [d2] }, options);
    };
    await moveVolume({ vg: 'vg', volume: 'a', to: [d1] }, { ...options, onProgress });
    await second;
    expect(said).toContain(`waiting: vg/a is being moved from ${d0}`);
    expect([await host.disksOf('a'), await host.disksOf('b')]).toEqual(['d1', 'd2']);
    expect(await host.sum('b')).toBe(before);
    await host.expectNoMove();
  });

  test('where there is no room, no such volume, group or disk: says so, and nothing has begun', async () => {
    await host.shell(`lvcreate -qqy -L 64M -n a vg ${d0}; lvcreate -qqy -L 100M -n b vg ${d1}`);
    const move = (volume: string, to: string, vg = 'vg') => moveVolume({ vg, volume, to: [to] }, { run: host.run });
    await expect(move('a', d1)).rejects.toMatchObject({ code: 'vg-full' });
    await expect(move('c', d1)).rejects.toMatchObject({ code: 'volume-not-found' });
    await expect(move('a', d1, 'gv')).rejects.toMatchObject({ code: 'vg-not-found' });
    await expect(move('a', '/dev/nowhere')).rejects.toMatchObject({ code: 'pv-not-found' });
    const { volumes } = await readStorage(host);
    expect(volumes.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('a source that starts to fail: the disk is named, and all is there once it can be read again', async () => {
    for (let round = 0; round < 20; round++) {
      if (round > 0) await host.reset(4);
      await host.shell(`lvcreate -qqy -L 32M -n a vg ${d0}`);
      await host.fill('a', `round ${round}`);
      const before = await host.sum('a');
      await host.slow(0, 20);
      const sickened = host.sickenAt(0.04 * round, () => host.sicken(0, round % 2 ? 'flakey' : 'error'));
      await expect(moveVolume({ vg: 'vg', volume: 'a', to: [d1] }, sickened)).rejects.toMatchObject({
        code: 'sick-disk',
        message: expect.stringMatching(/mapper\/d0, where it lies/),
      });
      await host.heal(0);
      expect(await host.sum('a')).toBe(before);
      expect(await host.disksOf('a')).toBe('d0');
      await host.expectNoMove();
    }
  });
});
