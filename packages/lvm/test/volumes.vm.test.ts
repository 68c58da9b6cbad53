import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { backUpVolume, cloneVolumes, evacuateDisk, restoreVolume, rollBack, takeSnapshots } from '../src/run/index.ts';
import { desired, layoutNames, makeSo } from './desired-volumes.ts';
import { d0, d1, d2, LvmHost } from './lvm-host.ts';

const soak = process.env.KVM_SOAK !== undefined;
/** Without KVM and on a busy machine each command takes seconds. */
const timeout = soak ? 3_600_000 : 600_000;
const skip = needs('root', 'qemu-system-x86_64', 'unshare', 'vgcreate', 'zstd', 'thin_check');

describe.skipIf(skip)('volumes', { timeout }, () => {
  let host: LvmHost;

  beforeAll(async () => {
    host = await LvmHost.start(4, 128);
  });
  afterAll(() => host[Symbol.asyncDispose]());
  beforeEach(() => host.reset(3));

  const tagsOf = async (volume: string): Promise<string> =>
    (await host.shell(`lvs --noheadings -o lv_tags vg/${volume}`)).trim();

  test.each(layoutNames.slice(0, soak ? undefined : 1))(
    '%s: create, grow, rename, snapshot, roll back, clone, back up, restore, remove',
    async (layout) => {
      const pool = layout === 'thin' ? ['pool'] : [];
      await makeSo(host, desired(layout, 'before', 12));
      expect(await tagsOf('before')).toBe('kvm:65/root');
      await host.fill('before', 'small');
      const small = await host.sum('before', 12);
      expect(await makeSo(host, desired(layout, 'a', 16))).toEqual(['rename', 'grow', '/dev/vg/a 16']);
      expect(await host.sum('a', 12)).toBe(small);
      expect(await makeSo(host, desired(layout, 'a', 16))).toEqual([]);
      await host.fill('a', 'first');
      const first = await host.sum('a', 16);
      const source = { vg: 'vg', volume: 'a' };

      const snapshot = { ...source, snapshot: 'a.before', bytes: 2 ** 25 };
      await takeSnapshots([snapshot], host);
      expect(await tagsOf('a.before')).toBe('kvm.snapshot:65/root#before');
      await host.fill('a', 'second');
      expect(await host.sum('a.before')).toBe(first);
      expect(await host.sum('a')).not.toBe(first);
      await rollBack([snapshot], host);
      expect(await host.sum('a')).toBe(first);
      expect(await host.names()).toEqual(['a', ...pool]);
      expect(await tagsOf('a')).toBe('kvm:65/root');

      await cloneVolumes([{ ...source, to: { volume: 'b', owner: '66/root' } }], () => host);
      expect(await tagsOf('b')).toBe('kvm:66/root');
      await host.fill('a', 'third');
      expect(await host.sum('b')).toBe(first);

      await backUpVolume({ vg: 'vg', volume: 'b' }, '/backup/b.zst', host);
      expect(await host.shell('cd /backup; sha256sum -c --quiet b.zst.sha256; ls')).toBe('b.zst\nb.zst.sha256\n');
      await restoreVolume('/backup/b.zst', { vg: 'vg', volume: 'c', owner: '67/root' }, host);
      expect(await tagsOf('c')).toBe('kvm:67/root');
      expect(await host.sum('c')).toBe(first);
      expect(await host.names()).toEqual(['a', 'b', 'c', ...pool]);

      expect(await makeSo(host, [], { remove: ['vg/a', 'vg/b'] })).toEqual(['remove', 'remove']);
      expect(await host.names()).toEqual(['c', ...pool]);
      expect(await host.sum('c')).toBe(first);
    },
  );

  test('thin snapshots of one volume: after a roll back to one, LVM has forgotten what the others are of, and they are used all the same', async () => {
    await makeSo(host, desired('thin', 'a', 8));
    const day = (name: string) => ({ vg: 'vg', volume: 'a', snapshot: `a.${name}` });
    const sums: string[] = [];
    for (const name of ['mon', 'tue', 'wed']) {
      await host.fill('a', name);
      sums.push(await host.sum('a'));
      await takeSnapshots([day(name)], host);
    }
    const [monday, tuesday] = sums;
    await host.fill('a', 'later');
    await rollBack([day('tue')], host);
    expect(await host.sum('a')).toBe(tuesday);
    expect((await host.shell('lvs --noheadings -o origin vg/a.mon')).trim()).toBe('');
    await expect(takeSnapshots([day('mon')], host)).rejects.toMatchObject({ code: 'name-taken' });
    await rollBack([day('mon')], host);
    expect(await host.sum('a')).toBe(monday);
    expect(await tagsOf('a')).toBe('kvm:65/root');
    expect(await host.names()).toEqual(['a', 'a.wed', 'pool']);
  });

  test('whose cache is a volume: no snapshot, which would not be sound; a backup, and the disk of the cache emptied', async () => {
    await host.shell('modprobe -a dm_cache dm_cache_smq');
    await makeSo(
      host,
      desired('linear', 'a', 16).map((each) => ({ ...each, on: [d0] })),
    );
    await host.shell(`lvcreate -qqy -L 12M -n fast vg ${d1}; lvconvert -qqy --type cache --cachevol fast vg/a`);
    await host.fill('a', 'first');
    const first = await host.sum('a');
    const snapshot = { vg: 'vg', volume: 'a', snapshot: 'a.before', bytes: 2 ** 25 };
    const refused = { message: expect.stringContaining('lvconvert --splitcache vg/a') };
    await expect(takeSnapshots([snapshot], host)).rejects.toMatchObject(refused);
    const clone = { vg: 'vg', volume: 'a', to: { volume: 'b', owner: '66/root' } };
    await expect(cloneVolumes([clone], () => host)).rejects.toMatchObject(refused);
    await backUpVolume({ vg: 'vg', volume: 'a' }, '/backup/a.zst', host);
    expect(await host.shell('zstd -dc /backup/a.zst | sha256sum')).toBe(first);
    expect(await host.names()).toEqual(['a']);
    await evacuateDisk({ vg: 'vg', from: d1, to: [d2] }, host);
    expect(await host.shell('lvs -a --noheadings -o devices vg/fast_cvol')).toContain('/d2(');
    expect(await host.shell('lvs -a --noheadings -o devices vg/a_corig')).toContain('/d0(');
    expect(await host.sum('a')).toBe(first);
    await host.expectNoMove();
  });

  test('a clone is laid out as its source, what is restored as it is wanted', async () => {
    await makeSo(host, desired('raid1', 'a', 8));
    await host.fill('a', 'on two disks');
    const sum = await host.sum('a');
    await cloneVolumes([{ vg: 'vg', volume: 'a', to: { volume: 'b', owner: '66/root' } }], () => host);
    await backUpVolume({ vg: 'vg', volume: 'b' }, '/backup/b.zst', host);
    const wanted = { vg: 'vg', volume: 'c', owner: '67/root', layout: { type: 'raid1', legs: 2 } } as const;
    await restoreVolume('/backup/b.zst', wanted, host);
    for (const name of ['b', 'c']) {
      expect((await host.disksOf(name)).split(' ')).toHaveLength(2);
      expect(await host.sum(name)).toBe(sum);
    }
  });

  test('of which no snapshot can be taken, are backed up while nobody uses them, and while nothing is written', async () => {
    const backUp = (file: string, run = host.run) =>
      backUpVolume({ vg: 'vg', volume: 'a' }, `/backup/${file}`, { run, stream: host.stream });
    const expectBackup = async (file: string, sum: string): Promise<void> => {
      await backUp(file);
      expect(await host.shell(`zstd -dc /backup/${file} | sha256sum`)).toBe(sum);
    };
    await makeSo(
      host,
      desired('linear', 'a', 8).map((each) => ({ ...each, on: [d0] })),
    );
    await host.fill('a', 'first');
    const first = await host.sum('a');
    await host.shell('lvcreate -qqy -l 100%FREE -n filler vg');
    await expectBackup('full', first);

    await host.shell('dmsetup create user --table "0 16384 linear /dev/vg/a 0"');
    const refusal = { code: 'vg-full', remedy: 'Stop its guest: then it is read without a snapshot.' };
    await expect(backUp('used')).rejects.toMatchObject(refusal);
    await host.shell('dmsetup remove user');

    const writer = 'while :; do dd if=/dev/zero of=/dev/vg/a bs=512 count=1 oflag=direct conv=notrunc; done';
    const whileWritten = `{ ${writer}; } 2>/dev/null & "$@"; status=$?; kill %1; exit $status`;
    await host.slow(0, 100);
    const written = backUp('written', (command, input) =>
      host.run(command[0] === 'bash' ? ['bash', '--norc', '-mc', whileWritten, 'with', ...command] : command, input),
    );
    await expect(written).rejects.toMatchObject({
      message: expect.stringContaining('was written to while it was read'),
    });
    expect(await host.shell('ls /backup')).not.toMatch(/^(used|written)$/m);
    await host.heal(0);

    const second = await host.sum('a');
    await host.shell('lvremove -qqy vg/filler; dmsetup remove d2; lvchange -qq -an vg/a');
    await expectBackup('missing', second);
    expect(await host.shell('lvs --noheadings -o lv_active vg/a')).not.toContain('active');

    await host.reset(3);
    await makeSo(host, desired('thin', 'a', 8));
    await host.fill('a', 'thin');
    const thin = await host.sum('a');
    await host.shell('lvchange -qq --errorwhenfull y vg/pool; lvcreate -qqy -V 64M -T -n filler vg/pool');
    await host.fill('filler', 'x');
    await expectBackup('thin', thin);
  });
});
