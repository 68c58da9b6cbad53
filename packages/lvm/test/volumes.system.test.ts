import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  backUpVolume,
  cloneVolume,
  evacuateDisk,
  readStorage,
  replaceDisk,
  restoreVolume,
  rollBack,
  takeSnapshot,
} from '../src/run/index.ts';
import { type LvmHost, startLvmHost } from './lvm-host.ts';

const skip = needs('root', 'qemu-system-x86_64', 'unshare', 'vgcreate', 'zstd', 'thin_check');

/** Minutes without KVM. */
describe.skipIf(skip || !process.env.KVM_SOAK)('volumes', () => {
  let host: LvmHost;
  const [d0, d1, d2, d3] = ['/dev/mapper/d0', '/dev/mapper/d1', '/dev/mapper/d2', '/dev/mapper/d3'];

  beforeAll(async () => {
    host = await startLvmHost(4, 128);
  });
  afterAll(() => host[Symbol.asyncDispose]());
  beforeEach(async () => {
    await host.reset();
    await host.shell(`vgcreate -qq -s 1M vg ${d0} ${d1} ${d2}; rm -rf /backup; mkdir /backup`);
  });

  const layouts = {
    linear: '-L 16M',
    striped: '-i 2 -L 16M',
    raid1: '--type raid1 -m 1 -L 16M',
    thin: '-V 16M --thinpool pool',
  };
  const make = async (layout: keyof typeof layouts): Promise<void> => {
    if (layout === 'thin') await host.shell('lvcreate -qqy --type thin-pool -L 48M -n pool vg');
    await host.shell(`lvcreate -qqy ${layouts[layout]} -n a --addtag kvm:65/root vg; ${fill('a', 'first')}`);
  };
  const fill = (volume: string, text: string): string =>
    `yes '${text}' | dd of=/dev/vg/${volume} bs=1M iflag=fullblock oflag=direct 2>/dev/null || true`;
  const sum = async (volume: string): Promise<string> =>
    await host.shell(`sync; dd if=/dev/vg/${volume} bs=1M iflag=direct status=none | sha256sum`);
  const tagsOf = async (volume: string): Promise<string> =>
    (await host.shell(`lvs --noheadings -o lv_tags vg/${volume}`)).trim();
  const namesOf = async (): Promise<string[]> =>
    (await host.shell('lvs --noheadings -o lv_name vg')).trim().split(/\s+/).sort();

  test.each(Object.keys(layouts) as (keyof typeof layouts)[])(
    '%s: snapshot, roll back, clone, back up, restore',
    async (layout) => {
      await make(layout);
      const first = await sum('a');
      const pool = layout === 'thin' ? ['pool'] : [];
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
    },
  );

  test('a disk is emptied, replaced, and leaves the group; nothing of anybody is lost', async () => {
    await host.shell('vgs vg >/dev/null');
    await make('thin');
    await host.shell(
      `lvcreate -qqy --type raid1 -m 1 -L 8M -n r vg ${d0} ${d1}; lvcreate -qqy -L 8M -n foreign vg ${d0}; ${fill('foreign', 'x')}; ${fill('r', 'y')}`,
    );
    const before = [await sum('a'), await sum('r'), await sum('foreign')];
    await evacuateDisk({ from: d0 }, { ...host, intervalMs: 100 });
    await replaceDisk(d0, d3, { ...host, intervalMs: 100 });
    await replaceDisk(d1, d0, { ...host, intervalMs: 100 }).catch((error) =>
      expect(error).toMatchObject({ code: 'never' }),
    );
    expect([await sum('a'), await sum('r'), await sum('foreign')]).toEqual(before);
    const { disks } = await readStorage(host);
    expect(
      disks
        .filter(({ vg }) => vg === 'vg')
        .map(({ device }) => device)
        .sort(),
    ).toEqual([d0, d2, d3]);
  });

  test('what must not be done, is not, and the error says why', async () => {
    await make('linear');
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
    await host.shell('exec 9</dev/vg/a; sleep 1000 & echo $! >/tmp/holder');
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
