import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type DesiredVolume, type Layout, type PlanOptions, planVolumes } from '../src/index.ts';
import {
  backUpVolume,
  cloneVolume,
  evacuateDisk,
  executeStep,
  type RunProgram,
  readStorage,
  replaceDisk,
  restoreVolume,
  rollBack,
  takeSnapshot,
} from '../src/run/index.ts';
import { type LvmHost, startLvmHost } from './lvm-host.ts';

const soak = process.env.KVM_SOAK !== undefined;
/** Without KVM and on a busy machine each command takes seconds. */
const timeout = soak ? 3_600_000 : 600_000;
const skip = needs('root', 'qemu-system-x86_64', 'unshare', 'vgcreate', 'zstd', 'thin_check');

describe.skipIf(skip)('volumes', { timeout }, () => {
  let host: LvmHost;
  const [d0, d1, d2, d3] = ['/dev/mapper/d0', '/dev/mapper/d1', '/dev/mapper/d2', '/dev/mapper/d3'];
  const MIB = 2 ** 20;

  beforeAll(async () => {
    host = await startLvmHost(4, 128);
  });
  afterAll(() => host[Symbol.asyncDispose]());
  const begin = async (): Promise<void> => {
    await host.reset();
    await host.shell(`vgcreate -qq -s 1M vg ${d0} ${d1} ${d2}; rm -rf /backup; mkdir /backup`);
  };
  beforeEach(() => begin());

  const layouts: Record<string, Layout> = {
    linear: { type: 'linear' },
    striped: { type: 'striped', stripes: 2 },
    raid1: { type: 'raid1', legs: 2 },
    thin: { type: 'thin', pool: 'pool' },
  };
  const sampled = Object.keys(layouts).slice(0, soak ? undefined : 1);
  const grown: string[] = [];
  const makeSo = async (
    desired: readonly DesiredVolume[],
    options?: PlanOptions,
    run = host.run,
  ): Promise<string[]> => {
    const { steps } = planVolumes(desired, await readStorage({ run }), options);
    for (const step of steps)
      await executeStep(step, { run, onGrown: async (path, bytes) => void grown.push(`${path} ${bytes / MIB}`) });
    return steps.map(({ action }) => action);
  };
  const desired = (layout: string, name: string, mebibytes: number): DesiredVolume[] => {
    const volume = { vg: 'vg', name, bytes: mebibytes * MIB, owner: '65/root', layout: layouts[layout] as Layout };
    const pool = { vg: 'vg', name: 'pool', bytes: 64 * MIB, owner: 'pool', layout: { type: 'thin-pool' } } as const;
    return layout === 'thin' ? [pool, volume] : [volume];
  };
  const fill = (volume: string, text: string): string =>
    `yes '${text}' | dd of=/dev/vg/${volume} bs=1M iflag=fullblock oflag=direct 2>/dev/null || true`;
  const sum = async (volume: string, mebibytes = 16): Promise<string> =>
    await host.shell(`dd if=/dev/vg/${volume} bs=1M count=${mebibytes} iflag=direct status=none | sha256sum`);
  const tagsOf = async (volume: string): Promise<string> =>
    (await host.shell(`lvs --noheadings -o lv_tags vg/${volume}`)).trim();
  const namesOf = async (): Promise<string[]> =>
    (await host.shell('lvs --noheadings -o lv_name vg')).trim().split(/\s+/).sort();

  test.each(sampled)(
    '%s: create, grow, rename, snapshot, roll back, clone, back up, restore, remove',
    async (layout) => {
      const pool = layout === 'thin' ? ['pool'] : [];
      await makeSo(desired(layout, 'before', 12));
      expect(await tagsOf('before')).toBe('kvm:65/root');
      await host.shell(fill('before', 'small'));
      const small = await sum('before', 12);
      expect(await makeSo(desired(layout, 'a', 16))).toEqual(['rename', 'grow']);
      expect(grown.splice(0)).toEqual(['/dev/vg/a 16']);
      expect(await sum('a', 12)).toBe(small);
      expect(await makeSo(desired(layout, 'a', 16))).toEqual([]);
      await host.shell(fill('a', 'first'));
      const first = await sum('a');
      const source = { vg: 'vg', volume: 'a' };

      await takeSnapshot({ ...source, snapshot: 'a.before', bytes: 2 ** 25 }, host);
      await takeSnapshot({ ...source, snapshot: 'a.before', bytes: 2 ** 25 }, host); // it is there
      expect(await tagsOf('a.before')).toBe('kvm.snapshot:65/root');
      await host.shell(fill('a', 'second'));
      expect(await sum('a.before')).toBe(first);
      expect(await sum('a')).not.toBe(first);
      await rollBack({ ...source, snapshot: 'a.before' }, host);
      expect(await sum('a')).toBe(first);
      expect(await namesOf()).toEqual(['a', ...pool]);
      expect(await tagsOf('a')).toBe('kvm:65/root');

      await cloneVolume({ ...source, to: { volume: 'b', owner: '66/root' } }, host);
      expect(await tagsOf('b')).toBe('kvm:66/root');
      await host.shell(fill('a', 'third'));
      expect(await sum('b')).toBe(first);

      await backUpVolume({ vg: 'vg', volume: 'b' }, '/backup/b.zst', host);
      expect(await host.shell('cd /backup; sha256sum -c --quiet b.zst.sha256; ls')).toBe('b.zst\nb.zst.sha256\n');
      await restoreVolume('/backup/b.zst', { vg: 'vg', volume: 'c', owner: '67/root' }, host);
      expect(await tagsOf('c')).toBe('kvm:67/root');
      expect(await sum('c')).toBe(first);
      expect(await namesOf()).toEqual(['a', 'b', 'c', ...pool]);

      expect(await makeSo([], { remove: ['vg/a', 'vg/b'] })).toEqual(['remove', 'remove']);
      expect(await namesOf()).toEqual(['c', ...pool]);
      expect(await sum('c')).toBe(first);
    },
  );

  test.runIf(soak).each(sampled)(
    '%s: a disk is emptied, another is replaced and leaves the group; nothing of anybody is lost',
    async (layout) => {
      await makeSo(desired(layout, 'a', 16).map((volume) => (layout === 'linear' ? { ...volume, on: [d0] } : volume)));
      await host.shell(`lvcreate -qqy -L 8M -n foreign vg ${d0}; ${fill('foreign', 'x')}; ${fill('a', 'y')}`);
      const before = [await sum('a'), await sum('foreign', 8)];
      await evacuateDisk({ from: d0 }, { ...host, intervalMs: 100 });
      expect(await host.shell(`pvs --noheadings -o pv_used ${d0}`)).toMatch(/^ *0 *$/m);
      await replaceDisk(d1, d3, { ...host, intervalMs: 100 });
      expect([await sum('a'), await sum('foreign', 8)]).toEqual(before);
      const { disks } = await readStorage(host);
      const left = disks.filter(({ vg }) => vg === 'vg').map(({ device }) => device);
      expect(left.sort()).toEqual([d0, d2, d3]);
    },
  );

  type Verb = readonly [result: string, (run: RunProgram) => Promise<unknown>];
  const verbs: Record<string, Verb> = {
    grow: ['a', (run) => makeSo(desired('linear', 'a', 24), {}, run)],
    snapshot: ['a.s', (run) => takeSnapshot({ vg: 'vg', volume: 'a', snapshot: 'a.s' }, { run })],
    clone: ['b', (run) => cloneVolume({ vg: 'vg', volume: 'a', to: { volume: 'b', owner: '66/root' } }, { run })],
    restore: ['c', (run) => restoreVolume('/backup/a.zst', { vg: 'vg', volume: 'c', owner: '67/root' }, { run })],
  };
  test.runIf(soak).each(Object.entries(verbs))(
    '%s: a power cut while any command runs: the next run does it, and leaves nothing half made',
    async (_, [result, again]) => {
      for (let round = 0; round < 20; round++) {
        if (round > 0) await begin();
        await makeSo(desired('linear', 'a', 16));
        await host.shell(`${fill('a', 'kept')}; mkfs.ext4 -q ${d3}; mount ${d3} /backup`);
        const before = await sum('a');
        await backUpVolume({ vg: 'vg', volume: 'a' }, '/backup/a.zst', host);
        await host.cutDuring(1 + (round % 8), again);
        await host.shell(`mkdir -p /backup; mount ${d3} /backup`);
        await again(host.run);
        expect([await sum('a'), await sum(result)]).toEqual([before, before]);
        expect(await namesOf()).toEqual([...new Set(['a', result])]);
        expect(await host.shell('lvs --noheadings -o lv_tags vg')).not.toContain('unfinished');
      }
    },
  );

  test.runIf(soak)('what must not be done, is not, and the error says why', async () => {
    await makeSo(desired('linear', 'a', 16));
    await host.shell('lvcreate -qqy -L 8M -n foreign vg');
    const source = { vg: 'vg', volume: 'a' };
    const snapshot = { ...source, snapshot: 'a.s' };
    await expect(takeSnapshot({ ...snapshot, volume: 'foreign' }, host)).rejects.toMatchObject({
      code: 'foreign-volume',
    });
    await expect(takeSnapshot({ ...snapshot, snapshot: 'foreign' }, host)).rejects.toMatchObject({
      code: 'name-taken',
    });
    await expect(takeSnapshot({ ...snapshot, bytes: 2 ** 40 }, host)).resolves.toBeUndefined(); // LVM takes what is needed
    await expect(rollBack({ ...source, snapshot: 'foreign' }, host)).rejects.toMatchObject({
      code: 'volume-not-found',
    });
    await host.shell('exec 9</dev/vg/a; sleep 1000 >/dev/null 2>&1 & echo $! >/tmp/holder');
    await expect(rollBack(snapshot, host)).rejects.toMatchObject({ code: 'in-use' });
    await host.shell('kill $(cat /tmp/holder)');
    await expect(cloneVolume({ ...source, to: { volume: 'foreign', owner: '1/root' } }, host)).rejects.toMatchObject({
      code: 'name-taken',
    });
    await expect(restoreVolume('/backup/no', { vg: 'vg', volume: 'c', owner: '1/root' }, host)).rejects.toThrow(
      'cannot be read',
    );
    await backUpVolume(source, '/backup/a.zst', host);
    await expect(backUpVolume(source, '/backup/a.zst', host)).rejects.toMatchObject({ code: 'name-taken' });
    for (const damage of [
      'printf x | dd of=/backup/a.zst bs=1 seek=100 conv=notrunc 2>&1',
      'rm /backup/a.zst.sha256',
      'truncate -s -10 /backup/a.zst',
    ]) {
      await host.shell(damage);
      await expect(
        restoreVolume('/backup/a.zst', { vg: 'vg', volume: 'c', owner: '1/root' }, host),
      ).rejects.toMatchObject({ code: 'failed' });
    }
    expect(await namesOf()).toEqual(['a', 'a.s', 'foreign']);
  });
});
