import { expect, test } from 'vitest';
import { cached, codesIn, disk, group, pool, storage, thin, volume } from '../../test/given-storage.ts';
import type { LogicalVolume, Storage } from '../storage.ts';
import { checkClones } from './clones.ts';

const root = volume('a.root', 'kvm:a/root');
const clone = { vg: 'vg', volume: 'a.root', to: { volume: 'b.root', owner: 'b/root' } };
const second = { vg: 'vg', volume: 'a.var', to: { volume: 'b.var', owner: 'b/var' } };
const cloning = (volumes: readonly LogicalVolume[], more: Partial<Storage> = {}): string =>
  codesIn(() => checkClones([clone], storage(volumes, more)));

test.each<[what: string, code: string, volumes: readonly LogicalVolume[]]>([
  ['ours, to a free name', 'none', [root]],
  ['what an interrupted clone has left is replaced', 'none', [root, volume('b.root', 'kvm.unfinished:b/root')]],
  ['unless something has it open', 'in-use', [root, volume('b.root', 'kvm.unfinished:b/root', { open: true })]],
  ["or it is another's", 'name-taken', [root, volume('b.root', 'kvm.unfinished:c/root')]],
  ["not somebody else's", 'foreign-volume', [volume('a.root')]],
  ['not a snapshot', 'foreign-volume', [volume('a.root', 'kvm.snapshot:a/root#mon')]],
  ['not where a volume has the name', 'name-taken', [root, volume('b.root')]],
  ['not where the other guest has that disk under another name', 'name-taken', [root, volume('old', 'kvm:b/root')]],
  ['not with a cache that is a volume: no snapshot of it is sound', 'bad-layout', cached('cache')],
  ['not a pool that bears the tag of a disk', 'foreign-volume', [{ ...pool('a.root'), tags: ['kvm:a/root'] }]],
  ['not in a full pool', 'thin-pool-full', [pool('pool', { metadataPercent: 100 }), thin('a.root', 'kvm:a/root')]],
])('%s: %s', (_, code, volumes) => {
  expect(cloning(volumes)).toBe(code);
});

test('not what has a physical volume in it: the copy would be its double', () => {
  expect(cloning([root], { disks: [disk('/dev/sda'), disk('/dev/vg/a.root', { vg: 'inner' })] })).toBe('in-use');
});

test('all of them are checked before the first: room for each, and for a snapshot to read from', () => {
  const both = (freeExtents: number, ...more: readonly LogicalVolume[]): string => {
    const given = storage([root, volume('a.var', 'kvm:a/var'), ...more], { groups: [group({ freeExtents })] });
    return codesIn(() => checkClones([clone, second], given));
  };
  expect([both(21), both(20)]).toEqual(['none', 'vg-full']);
  expect(both(50, volume('b.var'))).toBe('name-taken');
});
