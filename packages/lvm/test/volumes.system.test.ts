import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { backUpVolume, cloneVolumes, restoreVolume, rollBack, takeSnapshots } from '../src/run/index.ts';
import { desired, layoutNames, makeSo } from './desired-volumes.ts';
import { LvmHost } from './lvm-host.ts';

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
});
