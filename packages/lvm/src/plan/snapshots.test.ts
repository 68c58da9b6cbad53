import { describe, expect, test } from 'vitest';
import { cached, codesIn, group, on, pool, storage, thickSnapshot, thin, volume } from '../../test/given-storage.ts';
import type { LogicalVolume, Storage } from '../storage.ts';
import { planSnapshots, type WantedSnapshot } from './snapshots.ts';

const now = new Date('2026-11-30T12:00:00Z');
const root = volume('a.root', 'kvm:a/root');
const monday = thickSnapshot('a.root.mon', 'a.root', {
  ...{ tags: ['kvm.snapshot:a/root#mon'], createdAt: '2026-11-27T02:00:00.000Z' },
});
const wanted: WantedSnapshot = { vg: 'vg', volume: 'a.root', snapshot: 'a.root.mon' };

const taking = (
  volumes: readonly LogicalVolume[],
  more: Partial<WantedSnapshot> = {},
  given: Partial<Storage> = {},
): string => codesIn(() => planSnapshots([{ ...wanted, ...more }], storage(volumes, given), now));

test('of a volume whose cache is a volume, no snapshot is taken: it would not be sound', () => {
  const given = cached('cache');
  expect(taking(given)).toBe('bad-layout');
  expect(() => planSnapshots([wanted], storage(given), now)).toThrow('lvconvert --splitcache vg/a.root');
  expect(taking(given.map((each) => ({ ...each, ...(each.pool && { pool: 'fast_cpool' }) })))).toBe('none');
  expect(taking(cached('writecache'))).toBe('none');
});

describe('a snapshot of a known name', () => {
  test('is refused, with its age', () => {
    expect(() => planSnapshots([wanted], storage([root, monday]), now)).toThrow(
      'vg/a.root.mon: There is this snapshot already, taken 3 days ago (2026-11-27T02:00:00.000Z). Choose another name, or replace',
    );
  });

  test('is refused when it has overflowed, too, and that is said', () => {
    const lost = { ...monday, attributes: 'swi-I-s---' };
    expect(() => planSnapshots([wanted], storage([root, lost]), now)).toThrow('lost since: more has changed');
  });

  test('is renewed when that is asked: the old one goes after the new one was taken', () => {
    const [step] = planSnapshots([{ ...wanted, renew: true }], storage([root, monday]), now);
    expect(step).toMatchObject({ before: [], after: monday, snapshot: 'a.root.mon', name: 'mon' });
  });

  test('that has overflowed makes room for the new one', () => {
    const lost = { ...monday, attributes: 'swi-I-s---' };
    const [step] = planSnapshots([{ ...wanted, renew: true }], storage([root, lost]), now);
    expect(step).toMatchObject({ before: [lost] });
    expect(step).not.toHaveProperty('after');
  });

  test('that was never finished is taken anew', () => {
    const half = { ...monday, tags: ['kvm.taking:a/root#mon'] };
    expect(planSnapshots([wanted], storage([root, half]), now)).toMatchObject([{ before: [half] }]);
    expect(taking([root, { ...half, open: true }])).toBe('in-use');
  });

  test('of which LVM has forgotten what it was taken of is still that snapshot', () => {
    const sibling = thin('a.root.mon', 'kvm.snapshot:a/root#mon');
    expect(taking([pool(), thin('a.root', 'kvm:a/root'), sibling])).toBe('name-taken');
    expect(taking([pool(), thin('a.root', 'kvm:a/root'), { ...sibling, tags: ['kvm.snapshot:a/root'] }])).toBe(
      'name-taken',
    );
    expect(taking([root, volume('a.root.mon', 'kvm.snapshot:a/root')])).toBe('name-taken');
  });

  test.each([['kvm:a/root.mon'], ['kvm.snapshot:b/root#mon'], ['kvm.snapshot:a/root#tue'], [undefined]])(
    "is not renewed when the volume is another's: %s",
    (tag) => {
      expect(taking([root, volume('a.root.mon', tag)], { renew: true })).toBe('name-taken');
    },
  );
});

describe('no snapshot is taken', () => {
  test.each<[what: string, code: string, volumes: readonly LogicalVolume[]]>([
    ['of a volume that is not ours', 'foreign-volume', [volume('a.root')]],
    ['of a snapshot', 'foreign-volume', [volume('a.root', 'kvm.snapshot:a/root#mon')]],
    ['of what is not there', 'volume-not-found', []],
    ['in a full pool', 'thin-pool-full', [pool('pool', { dataPercent: 100 }), thin('a.root', 'kvm:a/root')]],
    [
      'of what is being moved',
      'moving',
      [{ ...root, ...on('pvmove0') }, volume('pvmove0', undefined, { internal: true })],
    ],
    [
      'of what is being rolled back',
      'in-use',
      [root, { ...monday, tags: ['kvm.snapshot:a/root#tue'], name: 'a.root.tue', internal: true, merging: true }],
    ],
  ])('%s: %s', (_, code, volumes) => {
    expect(taking(volumes)).toBe(code);
  });

  test('of any of several when there is no room for all', () => {
    const both = [wanted, { vg: 'vg', volume: 'a.var', snapshot: 'a.var.mon' }];
    const take = (freeExtents: number): string =>
      codesIn(() =>
        planSnapshots(both, storage([root, volume('a.var', 'kvm:a/var')], { groups: [group({ freeExtents })] }), now),
      );
    expect([take(4), take(3)]).toEqual(['none', 'vg-full']);
  });

  test('in one of two groups of that name', () => {
    expect(taking([root], {}, { groups: [group({ uuid: 'first' }), group({ uuid: 'second' })] })).toBe(
      'ambiguous-group',
    );
  });
});
