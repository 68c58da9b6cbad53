import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  abortMoves,
  backUpVolume,
  cloneVolumes,
  lvm,
  moveVolume,
  type RunProgram,
  readStorage,
  restoreVolume,
  rollBack,
  takeSnapshots,
} from '../src/run/index.ts';
import { codesOf } from './codes-of.ts';
import { desired, makeSo } from './desired-volumes.ts';
import { d0, d1, d2, LvmHost } from './lvm-host.ts';

const skip = needs('root', 'qemu-system-x86_64', 'unshare', 'vgcreate', 'zstd', 'thin_check');

/** Failures that need device-mapper; failures.system.test.ts has those that do not. */
describe.skipIf(skip)('each failure has its code, and nothing half done is left', { timeout: 3_600_000 }, () => {
  let host: LvmHost;
  const source = { vg: 'vg', volume: 'a' };
  const snapshot = { ...source, snapshot: 'a.s' };
  const clone = { ...source, to: { volume: 'b', owner: '66/root' } };

  beforeAll(async () => {
    host = await LvmHost.start(3, 128);
  });
  afterAll(() => host[Symbol.asyncDispose]());
  beforeEach(async () => {
    await host.reset(3);
    await host.shell(`lvcreate -qqy -L 16M -n a --addtag kvm:65/root vg ${d0}`);
  });

  /** Keeps a file open while something is tried. */
  async function whileOpen(path: string, attempt: () => Promise<void>): Promise<void> {
    await host.shell(`exec 9<${path}; sleep 1000 >/dev/null 2>&1 & echo $! >/tmp/holder`);
    try {
      await attempt();
    } finally {
      await host.shell('kill $(cat /tmp/holder); while kill -0 $(cat /tmp/holder) 2>/dev/null; do sleep 0.1; done');
    }
  }
  /** Does something right before the first command that copies. */
  const beforeCopying =
    (action: () => Promise<unknown>): RunProgram =>
    async (command, input) => {
      if (['sh', 'bash'].includes(command[0])) await action();
      return await host.run(command, input);
    };

  test('a volume is open', async () => {
    await takeSnapshots([snapshot], host);
    await whileOpen('/dev/vg/a', async () => {
      expect(await codesOf(rollBack([snapshot], host))).toBe('in-use');
      expect(await codesOf(makeSo(host, [], { remove: ['vg/a'] }))).toBe('plan-refused: in-use');
      expect(await codesOf(lvm(host, ['lvremove', '--yes', 'vg/a.s', 'vg/a']))).toBe('in-use');
    });
    expect((await host.names()).includes('a')).toBe(true);
  });

  test('a snapshot is full: before it is rolled back, and while it is copied from', async () => {
    await takeSnapshots([{ ...snapshot, bytes: 4 * 2 ** 20 }], host);
    await host.fill('a', 'more than it takes');
    expect(await codesOf(rollBack([snapshot], host))).toBe('snapshot-full');
    await host.shell('lvremove -qqy vg/a.s; lvcreate -qqy -n most -l 100%FREE vg; lvreduce -qqy -l -20 vg/most');
    const before = await host.sum('a');
    const run = beforeCopying(() => host.fill('a', 'more than it takes'));
    expect(await codesOf(cloneVolumes([clone], () => ({ run, stream: host.stream })))).toBe('snapshot-full');
    expect(await codesOf(backUpVolume(source, '/backup/a.zst', { run, stream: host.stream }))).toBe('snapshot-full');
    expect(await host.names()).toEqual(['a', 'most']);
    expect(await host.sum('a')).toBe(before);
    expect(await host.shell('ls /backup | grep -v partial || true')).toBe('');
  });

  test('a thin pool is full', async () => {
    const thinly = (name: string, mebibytes: number) =>
      desired('thin', name, mebibytes).map((volume) => (volume.name === name ? { ...volume, owner: name } : volume));
    await makeSo(host, thinly('t', 80));
    await host.shell('lvchange -qqy --errorwhenfull y vg/pool');
    await host.fill('t', 'more than the pool takes');
    const thin = { vg: 'vg', volume: 't' };
    expect(await codesOf(takeSnapshots([{ ...thin, snapshot: 't.s' }], host))).toBe('thin-pool-full');
    expect(await codesOf(cloneVolumes([{ ...thin, to: clone.to }], () => host))).toBe('thin-pool-full');
    expect(await codesOf(makeSo(host, thinly('more', 8)))).toBe('plan-refused: thin-pool-full');
    expect(await host.names()).toEqual(['a', 'pool', 't']);
  });

  test('there is no room', async () => {
    await host.shell('lvcreate -qqy -n rest -l 100%FREE vg');
    expect(await codesOf(takeSnapshots([snapshot], host))).toBe('vg-full');
    expect(await codesOf(cloneVolumes([clone], () => host))).toBe('vg-full');
    await host.shell('dmsetup create user --table "0 8 linear /dev/vg/a 0"');
    expect(await codesOf(backUpVolume(source, '/backup/a.zst', host))).toBe('vg-full');
    await host.shell('dmsetup remove user');
    expect(await codesOf(makeSo(host, desired('linear', 'a', 24)))).toBe('plan-refused: vg-full');
    expect(await host.names()).toEqual(['a', 'rest']);
  });

  test("somebody else's volume, or one of another kind, is in the way", async () => {
    await host.shell('lvcreate -qqy -L 8M -n foreign vg');
    const to = { volume: 'foreign', owner: '1/root' };
    expect(await codesOf(takeSnapshots([{ ...snapshot, volume: 'foreign' }], host))).toBe('foreign-volume');
    expect(await codesOf(takeSnapshots([{ ...snapshot, snapshot: 'foreign' }], host))).toBe('name-taken');
    expect(await codesOf(cloneVolumes([{ ...source, to }], () => host))).toBe('name-taken');
    expect(await codesOf(rollBack([{ ...source, snapshot: 'foreign' }], host))).toBe('foreign-volume');
    const wanted = desired('linear', 'foreign', 8).map((volume) => ({ ...volume, owner: '1/root' }));
    expect(await codesOf(makeSo(host, wanted))).toBe('plan-refused: foreign-volume');
    expect(await codesOf(makeSo(host, [], { remove: ['vg/foreign'] }))).toBe('plan-refused: foreign-volume');
    expect(await host.names()).toEqual(['a', 'foreign']);
  });

  test('a backup is there already, is damaged, breaks off, or is none', async () => {
    await backUpVolume(source, '/backup/a.zst', host);
    expect(await codesOf(backUpVolume(source, '/backup/a.zst', host))).toBe('name-taken');
    const restore = (file: string): Promise<void> =>
      restoreVolume(file, { vg: 'vg', volume: 'c', owner: '1/root' }, host);
    expect(await codesOf(restore('/backup/none'))).toBe('failed');
    for (const damage of [
      'printf x | dd of=/backup/a.zst bs=1 seek=30 conv=notrunc 2>&1',
      'rm /backup/a.zst.sha256',
      'truncate -s -10 /backup/a.zst',
      'echo nonsense >/backup/a.zst',
    ]) {
      await host.shell(damage);
      expect(await codesOf(restore('/backup/a.zst'))).toBe('failed');
    }
    expect(await host.names()).toEqual(['a']);
  });

  test('a volume is being moved', async () => {
    await host.slow(1, 20);
    const moved = moveVolume(
      { ...source, to: [d1] },
      {
        run: host.run,
        onProgress: () => {
          throw new Error('killed');
        },
      },
    );
    await expect(moved).rejects.toThrow('killed');
    expect(await codesOf(takeSnapshots([snapshot], host))).toBe('moving');
    expect(await codesOf(backUpVolume(source, '/backup/a.zst', host))).toBe('moving');
    expect(await codesOf(lvm(host, ['lvextend', '--extents', '20', 'vg/a']))).toBe('moving');
    expect(await codesOf(lvm(host, ['lvrename', 'vg', 'a', 'b']))).toBe('moving');
    expect(await codesOf(makeSo(host, desired('linear', 'a', 24)))).toBe('plan-refused: moving');
    await abortMoves('vg', ({ name }) => name === 'a', host);
    expect(await host.disksOf('a')).toBe('d0');
  });

  test('a disk must not be written, fails, or is gone', async () => {
    await host.shell(`blockdev --setro ${d1}`);
    expect(
      await codesOf(
        makeSo(
          host,
          [...desired('linear', 'b', 8)].map((each) => ({ ...each, owner: '1/x', on: [d1] })),
        ),
      ),
    ).toBe('read-only');
    await host.shell(`blockdev --setrw ${d1}`);
    await host.shell(`lvcreate -qqy -n rest -l 100%PVS vg ${d0}`); // the snapshot lies elsewhere
    await host.sicken(0, 'error');
    expect(await codesOf(cloneVolumes([{ ...clone, to: { ...clone.to, on: [d2] } }], () => host))).toBe('sick-disk');
    await host.heal(0);
    expect(await host.names()).toEqual(['a', 'rest']);
    await host.shell('dmsetup remove d2');
    expect(await codesOf(lvm(host, ['lvcreate', '--name', 'x', '--extents', '1', 'vg']))).toBe('pv-missing');
    expect(await codesOf(makeSo(host, desired('linear', 'a', 24)))).toBe('plan-refused: pv-missing');
    expect((await readStorage(host)).groups).toMatchObject([{ missingDisks: 1 }]);
  });

  test('a lock is held: it is waited for', async () => {
    const holder = host.vm.spawn(['flock', '/run/lock/lvm/V_vg', 'sh', '-c', 'echo held; read end']);
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    const said: string[] = [];
    const report = (text: string): void => {
      said.push(text);
      holder.stdin.end('\n');
    };
    await takeSnapshots([snapshot], { run: host.run, report });
    expect(said).toEqual(['waiting for another LVM command to end']);
    expect(await host.names()).toEqual(['a', 'a.s']);
  });
});
