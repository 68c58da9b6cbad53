import { describe, expect, test } from 'vitest';
import { codesIn, disk, on, pool, storage, thickSnapshot, thin, volume } from '../../test/given-storage.ts';
import type { LogicalVolume, Storage } from '../storage.ts';
import { planVolumes } from './plan-volumes.ts';

const root = volume('a.root', 'kvm:a/root');
const thinRoot = thin('a.root', 'kvm:a/root');

const removing = (given: Storage, ...remove: readonly string[]): string =>
  codesIn(() => planVolumes([], given, { remove: remove.map((name) => `vg/${name}`) }));
const whyNot = (volumes: readonly LogicalVolume[], more: Partial<Storage> = {}): string => {
  try {
    planVolumes([], storage(volumes, more), { remove: ['vg/a.root'] });
    return 'removed';
  } catch (error) {
    return (error as Error).message.split('\n')[0] ?? '';
  }
};

describe('a volume is removed', () => {
  test('by its UUID, only while it bears the tag that it has', () => {
    const { steps } = planVolumes([], storage([root]), { remove: ['vg/a.root'] });
    expect(steps).toMatchObject([{ action: 'remove', uuid: root.uuid, tag: 'kvm:a/root', effect: 'destroys data' }]);
  });

  test('with its snapshots, when they are named, too: they go first', () => {
    const given = storage([root, { ...thickSnapshot('a.root.mon', 'a.root'), tags: ['kvm.snapshot:a/root#mon'] }]);
    const { steps } = planVolumes([], given, { remove: ['vg/a.root', 'vg/a.root.mon'] });
    expect(steps.map((step) => step.volume)).toEqual(['a.root.mon', 'a.root']);
    expect(removing(given, 'a.root.mon')).toBe('none');
  });

  test('that has a thin clone, which is a disk of ours: it lives on', () => {
    expect(whyNot([pool(), thinRoot, thin('b.root', 'kvm:b/root', { origin: 'a.root' })])).toBe('removed');
  });
});

describe('a volume is not removed', () => {
  test.each<[what: string, names: string, volumes: readonly LogicalVolume[]]>([
    ['is open', '/dev/vg/a.root open', [{ ...root, open: true }]],
    ['has a snapshot', 'a.root.mon is a snapshot of it', [root, thickSnapshot('a.root.mon', 'a.root')]],
    [
      'is the external origin of a thin volume',
      'other.clone reads from it, its external origin',
      [root, pool(), thin('other.clone', undefined, { origin: 'a.root' })],
    ],
    [
      'is thin, and the external origin of one in another pool',
      'other.clone reads from it, its external origin',
      [pool(), pool('pool2'), thinRoot, thin('other.clone', 'kvm:b/root', { origin: 'a.root', pool: 'pool2' })],
    ],
    [
      "has somebody else's thin snapshot",
      'other is a snapshot of it',
      [pool(), thinRoot, thin('other', undefined, { origin: 'a.root' })],
    ],
    [
      'has a thin snapshot of ours',
      'a.root.mon is a snapshot of it',
      [pool(), thinRoot, thin('a.root.mon', 'kvm.snapshot:a/root#mon', { origin: 'a.root' })],
    ],
    [
      'is a pool with a volume in it',
      'x lies in it',
      [pool('a.root', { open: false, tags: ['kvm:a/root'] }), thin('x', undefined, { pool: 'a.root' })],
    ],
    ['has a cache', 'fast_cpool is its cache or pool', [{ ...root, pool: 'fast_cpool' }]],
    ['is merged into another', 'being merged', [{ ...root, merging: true }]],
    [
      'is being moved',
      'being moved',
      [{ ...root, ...on('pvmove0') }, volume('pvmove0', undefined, { internal: true })],
    ],
  ])('that %s: it is named', (_, named, volumes) => {
    expect(whyNot(volumes)).toContain(named);
  });

  test('that is a physical volume itself', () => {
    for (const device of ['/dev/vg/a.root', '/dev/mapper/vg-a.root'])
      expect(whyNot([root], { disks: [disk('/dev/sda'), disk(device, { vg: 'inner' })] })).toContain(
        `${device} is a physical`,
      );
  });

  test.each([
    [['other:a/root']],
    [[]],
    // Which of both is true is not known.
    [['kvm:a/root', 'kvm:b/root']],
  ])('that bears the tags %j: it is not ours', (tags) => {
    expect(removing(storage([{ ...root, tags }]), 'a.root')).toBe('plan-refused; vg/a.root foreign-volume');
  });

  test('that an interrupted making has left, when something has it open or depends on it', () => {
    const wanted = { vg: 'vg', name: 'a.root', bytes: 1, owner: 'a/root', layout: { type: 'linear' } } as const;
    const left = volume('a.root', 'kvm.unfinished:a/root');
    const make = (...volumes: readonly LogicalVolume[]): string =>
      codesIn(() => planVolumes([wanted], storage(volumes)));
    expect(make(left)).toBe('none');
    expect(make({ ...left, open: true })).toBe('plan-refused; vg/a.root in-use');
    expect(make(left, thickSnapshot('x', 'a.root'))).toBe('plan-refused; vg/a.root in-use');
  });
});

describe('what is adopted', () => {
  const wanted = { vg: 'vg', name: 'a.root', bytes: root.bytes, owner: 'a/root', layout: { type: 'linear' } } as const;
  test.each([
    [[], 'none'],
    [['kvm:b/root'], 'plan-refused; vg/a.root name-taken'],
    [['kvm.snapshot:a/root#mon'], 'plan-refused; vg/a.root name-taken'],
    [['kvm:b/root', 'kvm:c/root'], 'plan-refused; vg/a.root name-taken'],
  ])('bears none of our tags: %j', (tags, codes) => {
    const given = storage([volume('a.root', undefined, { tags })]);
    expect(codesIn(() => planVolumes([wanted], given, { adopt: ['vg/a.root'] }))).toBe(codes);
  });
});
