import { needs } from '@kvm/ci/needs';
import { PrivateLvm } from '@kvm/ci/private-lvm';
import { expect, test } from 'vitest';
import { evacuateDisk, readStorage, replaceDisk } from '../src/run/index.ts';
import { codesOf } from './codes-of.ts';

/** Without device-mapper no move succeeds. */
test.skipIf(needs('root', 'lvm', 'losetup'))(
  'a disk that could not be emptied may be used again, and that is said; nor has it left its group',
  async () => {
    await using lvm = await PrivateLvm.start(3);
    const [from = '', , by = ''] = lvm.disks;
    await lvm.must('lvcreate', '--name', 'a.root', '--extents', '16', '--addtag', 'kvm:a/root', 'vg', from);
    const said: string[] = [];
    const options = { run: lvm.run, report: (what: string) => said.push(what) };
    const allocatable = async () => (await readStorage(lvm)).disks.find(({ device }) => device === from)?.allocatable;
    expect(await codesOf(evacuateDisk({ vg: 'vg', from }, options))).toBe('failed');
    expect(await allocatable()).toBe(true);
    expect(said).toContain(`${from} is not empty; LVM may put new volumes on it again`);
    expect(await codesOf(replaceDisk({ vg: 'vg', from, by }, options))).toBe('failed');
    expect(await allocatable()).toBe(true);
    expect((await readStorage(lvm)).disks.filter(({ vg }) => vg === 'vg')).toHaveLength(3);
    // Whoever had forbidden it meant it.
    await lvm.must('pvchange', '--allocatable', 'n', from);
    await codesOf(evacuateDisk({ vg: 'vg', from }, options));
    expect(await allocatable()).toBe(false);
  },
);
