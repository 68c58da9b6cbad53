import { describe, expect, test } from 'vitest';
import { cached, codesIn, group, on, pool, storage, thickSnapshot, thin, volume } from '../../test/given-storage.ts';
import type { LogicalVolume, Storage } from '../storage.ts';
import { formerOf, planRollbacks } from './rollbacks.ts';

const ours = { tags: ['kvm.snapshot:a/root#mon'] };
const root = volume('a.root', 'kvm:a/root');
const monday = thickSnapshot('a.root.mon', 'a.root', ours);
const wanted = { vg: 'vg', volume: 'a.root', snapshot: 'a.root.mon' };
const thinRoot = thin('a.root', 'kvm:a/root');
const thinMonday = thin('a.root.mon', 'kvm.snapshot:a/root#mon', { origin: 'a.root' });

const rolling = (volumes: readonly LogicalVolume[], more: Partial<Storage> = {}): string =>
  codesIn(() => planRollbacks([wanted], storage(volumes, more)));
const how = (...volumes: readonly LogicalVolume[]): readonly string[] =>
  planRollbacks([wanted], storage(volumes)).map((step) => `${step.how} ${step.snapshot.name}`);

describe('a disk is rolled back', () => {
  test('by a merge, where LVM knows what the snapshot was taken of', () => {
    expect(how(root, monday)).toEqual(['merge a.root.mon']);
    expect(how(pool(), thinRoot, thinMonday)).toEqual(['merge a.root.mon']);
  });

  test('by another volume in its place, where LVM has forgotten that of a thin snapshot', () => {
    expect(how(pool(), thinRoot, thin('a.root.mon', 'kvm.snapshot:a/root#mon'))).toEqual(['replace a.root.mon']);
  });

  test('to a snapshot that has another name by now: the tag tells', () => {
    expect(how(root, { ...monday, name: 'renamed' })).toEqual(['merge renamed']);
  });

  test('to one of an older version, whose tag has no name in it', () => {
    expect(how(root, { ...monday, tags: ['kvm.snapshot:a/root'] })).toEqual(['merge a.root.mon']);
  });

  test('when that has begun: it goes on, and to no other snapshot', () => {
    const merging = { ...monday, internal: true, merging: true, open: true };
    expect(how({ ...root, open: true }, merging)).toEqual(['go on a.root.mon']);
    expect(rolling([root, { ...merging, tags: ['kvm.snapshot:a/root#tue'] }])).toBe('in-use');
  });
});

describe('a disk is not rolled back', () => {
  test.each<[what: string, code: string, volumes: readonly LogicalVolume[]]>([
    ['without our tag', 'foreign-volume', [volume('a.root'), monday]],
    ['to a snapshot without our tag', 'foreign-volume', [root, thickSnapshot('a.root.mon', 'a.root')]],
    ["to another disk's snapshot", 'foreign-volume', [root, { ...monday, tags: ['kvm.snapshot:b/root#mon'] }]],
    [
      'to a snapshot that bears another name',
      'foreign-volume',
      [root, { ...monday, tags: ['kvm.snapshot:a/root#tue'] }],
    ],
    ['to a disk', 'foreign-volume', [root, volume('a.root.mon', 'kvm:a/root.mon')]],
    ['that has no such snapshot', 'volume-not-found', [root]],
    ['whose cache is a volume', 'bad-layout', [...cached('cache'), monday]],
    ['that is open', 'in-use', [{ ...root, open: true }, monday]],
    ['whose snapshot is open', 'in-use', [root, { ...monday, open: true }]],
    ['whose snapshot has overflowed', 'snapshot-full', [root, { ...monday, attributes: 'swi-I-s---' }]],
    [
      'that is being moved',
      'moving',
      [{ ...root, ...on('pvmove0') }, volume('pvmove0', undefined, { internal: true }), monday],
    ],
    ["that has somebody else's snapshot, too", 'in-use', [root, monday, thickSnapshot('other', 'a.root')]],
    [
      "whose thin sibling is somebody else's",
      'in-use',
      [pool(), thinRoot, thinMonday, thin('other', undefined, { origin: 'a.root' })],
    ],
    ['that others read from', 'in-use', [root, monday, pool(), thin('other', 'kvm:b/root', { origin: 'a.root' })]],
    [
      'that is being copied',
      'in-use',
      [root, monday, thickSnapshot('a.root.copying', 'a.root', { tags: ['kvm.copying:a/root#1'], open: true })],
    ],
    [
      'when a later snapshot of ours would overflow',
      'snapshot-full',
      [
        root,
        { ...monday, dataPercent: 50 },
        thickSnapshot('a.root.tue', 'a.root', { tags: ['kvm.snapshot:a/root#tue'], dataPercent: 60 }),
      ],
    ],
    [
      'to a snapshot that was taken of another volume',
      'volume-not-found',
      [root, volume('x'), { ...monday, origin: 'x' }],
    ],
  ])('%s: %s', (_, code, volumes) => {
    expect(rolling(volumes)).toBe(code);
  });

  test('when there are two groups of that name: both are named', () => {
    const groups = [group({ uuid: 'first' }), group({ uuid: 'second' })];
    expect(rolling([root, monday], { groups })).toBe('ambiguous-group');
    expect(() => planRollbacks([wanted], storage([root, monday], { groups }))).toThrow('first and second');
  });

  test('when another of the guest cannot be: all are checked first, and each is named', () => {
    const both = [
      wanted,
      { vg: 'vg', volume: 'a.var', snapshot: 'a.var.mon' },
      { vg: 'vg', volume: 'a.log', snapshot: 'a.log.mon' },
    ];
    const given = storage(
      [root, monday, volume('a.var', 'kvm:a/var', { open: true }), volume('a.log', 'kvm:a/log')].concat(
        thickSnapshot('a.var.mon', 'a.var', { tags: ['kvm.snapshot:a/var#mon'] }),
      ),
    );
    expect(codesIn(() => planRollbacks(both, given))).toBe('plan-refused; vg/a.var in-use; vg/a.log volume-not-found');
  });
});

test("what an interrupted roll back has put aside is the disk's own: no other group's, and no snapshot of that name", () => {
  const aside = volume('a.root.replaced', 'kvm:a/root');
  const found = (...volumes: readonly LogicalVolume[]) =>
    formerOf(storage([root, ...volumes]), { disk: root, owner: 'a/root' });
  expect(found(aside)).toBe(aside);
  expect(found({ ...aside, vg: 'other' })).toBeUndefined();
  expect(found(thickSnapshot('a.root.replaced', 'a.root', { tags: ['kvm.snapshot:a/root#replaced'] }))).toBeUndefined();
  expect(found(volume('a.root.replaced', 'kvm:b/root'), root)).toBeUndefined();
});
