import { describe, expect, test } from 'vitest';
import { cached, codesIn, disk, on, pool, storage, thin, volume } from '../../test/given-storage.ts';
import type { LogicalVolume, Storage } from '../storage.ts';
import { checkMoves, planEmptying, rangesToMove } from './moves.ts';
import { moveOf } from './observed.ts';
import { movesUnderWay } from './running-moves.ts';

const root = volume('a.root', 'kvm:a/root');
const variable = volume('a.var', 'kvm:a/var', on('/dev/sdb'));
const move = { vg: 'vg', volume: 'a.root', to: ['/dev/sdb'] };

describe('moves are checked', () => {
  const check = (volumes: readonly LogicalVolume[], wanted: object = {}): string =>
    codesIn(() => checkMoves([{ ...move, ...wanted }], storage(volumes)));

  test('from a disk that the volume does not lie on, nothing is moved', () => {
    expect(check([root], { from: '/dev/sda' })).toBe('none');
    expect(check([variable], { volume: 'a.var', from: '/dev/sda' })).toBe('nothing-to-move');
    expect(() => checkMoves([{ ...move, from: '/dev/sdc' }], storage([root]))).toThrow(
      'does not lie on /dev/sdc, but on /dev/sda',
    );
  });

  test('where it moves already, it goes on', () => {
    expect(check([{ ...root, ...on('pvmove0') }], { from: '/dev/sdc' })).toBe('none');
  });

  test('a thin volume moves with its pool, a cached one is none', () => {
    expect(check([pool(), thin('a.root', 'kvm:a/root')])).toBe('bad-layout');
    expect(check([{ ...root, pool: 'fast_cpool' }])).toBe('none');
  });

  test('there is room for all of them, or none is moved', () => {
    const two = [root, { ...root, name: 'a.var' }, { ...root, name: 'a.log' }];
    const all = (volumes: readonly LogicalVolume[]): string =>
      codesIn(() =>
        checkMoves(
          volumes.map(({ name }) => ({ ...move, volume: name })),
          storage(volumes),
        ),
      );
    expect([all(two.slice(0, 2)), all(two)]).toEqual(['none', 'vg-full']);
  });
});

describe('a disk is emptied', () => {
  const from = { ...disk('/dev/sda'), vg: 'vg' };
  const moves = (volumes: readonly LogicalVolume[], more: { foreign?: boolean; given?: Partial<Storage> } = {}) =>
    planEmptying({ from, foreign: more.foreign ?? false }, storage(volumes, more.given));

  test('of what lies on it, to others of its group', () => {
    expect(moves([root, variable])).toEqual([{ vg: 'vg', volume: 'a.root', from: '/dev/sda', to: ['/dev/sdb'] }]);
    const other = [
      disk('/dev/sda'),
      disk('/dev/sdb', { vg: 'other' }),
      disk('/dev/sdc'),
      disk('/dev/sdd', { allocatable: false }),
    ];
    expect(moves([root], { given: { disks: other } })[0]?.to).toEqual(['/dev/sdc']);
  });

  test("not of somebody else's volumes, unless they are meant, too", () => {
    expect(codesIn(() => moves([root, volume('x')]))).toBe('foreign-volume');
    expect(moves([root, volume('x')], { foreign: true }).map((each) => each.volume)).toEqual(['a.root', 'x']);
  });

  test('a pool is whose the volumes in it are', () => {
    const data = volume('pool_tdata', undefined, { internal: true });
    const mixed = [pool(), data, thin('a.root', 'kvm:a/root')];
    expect(moves(mixed).map((each) => each.volume)).toEqual(['pool']);
    expect(codesIn(() => moves([...mixed, thin('x')]))).toBe('foreign-volume');
    expect(codesIn(() => moves([pool(), data]))).toBe('foreign-volume');
  });
});

const poolWithMetadata = [
  pool(),
  volume('pool_tdata', undefined, { internal: true }),
  volume('pool_tmeta', undefined, { internal: true, ...on('/dev/sdb') }),
  thin('a.root', 'kvm:a/root'),
];

describe('a cache, and metadata, on a disk of their own', () => {
  const fast = { ...disk('/dev/sdb'), vg: 'vg' };
  const emptied = (volumes: readonly LogicalVolume[]) => planEmptying({ from: fast, foreign: false }, storage(volumes));

  test('move with their volume when that disk is emptied', () => {
    const move = { vg: 'vg', from: '/dev/sdb', to: ['/dev/sda'] };
    expect(emptied(cached('cache'))).toEqual([{ ...move, volume: 'a.root' }]);
    expect(emptied(poolWithMetadata)).toEqual([{ ...move, volume: 'pool' }]);
  });

  test('stay where they are when the data moves', () => {
    const given = storage(cached('cache'));
    const [of = root] = given.volumes;
    const onDisks = (wanted: object) => rangesToMove({ ...move, ...wanted }, given, of).map((range) => range.on);
    expect(onDisks({ to: ['/dev/sdc'] })).toEqual(['/dev/sda']);
    expect(onDisks({ to: ['/dev/sdc'], from: '/dev/sdb' })).toEqual(['/dev/sdb']);
    expect(onDisks({ to: ['/dev/sdb'], from: '/dev/sdb' })).toEqual([]);
  });

  test('which LVM does not move, a write cache, is named with what takes it off', () => {
    expect(codesIn(() => emptied(cached('writecache')))).toBe('bad-layout');
    expect(() => emptied(cached('writecache'))).toThrow('lvconvert --splitcache vg/a.root');
    expect(codesIn(() => checkMoves([move], storage(cached('writecache'))))).toBe('none');
  });

  test('being moved, are a move of their volume', () => {
    const [of = root, origin = root, cache = root] = cached('cache');
    const given = storage(
      [of, origin, { ...cache, ...on('pvmove0') }].concat(
        volume('pvmove0', undefined, { internal: true, movesFrom: '/dev/sdb' }),
      ),
    );
    expect(moveOf(given, of)?.name).toBe('pvmove0');
    expect(movesUnderWay(given, 'vg', (each) => each === of).map((each) => each.volumes)).toEqual([[of]]);
  });
});

describe('a move that is under way', () => {
  const pvmove = (name: string, from: string): LogicalVolume =>
    volume(name, undefined, { internal: true, movesFrom: from });
  const moving = (name: string, tag: string | undefined, by: string) => volume(name, tag, on(by));
  const isOfA = ({ tags }: LogicalVolume): boolean => tags.includes('kvm:a/root');

  test("is that guest's, and no other is", () => {
    const given = storage(
      [pvmove('pvmove0', '/dev/sda'), pvmove('pvmove1', '/dev/sdb')].concat(
        moving('a.root', 'kvm:a/root', 'pvmove1'),
        moving('x', undefined, 'pvmove0'),
      ),
    );
    expect(movesUnderWay(given, 'vg', isOfA).map(({ move: { name } }) => name)).toEqual(['pvmove1']);
    expect(movesUnderWay(given, 'vg', () => false)).toEqual([]);
    expect(movesUnderWay(given, 'other', () => true)).toEqual([]);
  });

  test('is not taken back when it moves others, too: they are named', () => {
    const given = storage([
      pvmove('pvmove0', '/dev/sda'),
      moving('a.root', 'kvm:a/root', 'pvmove0'),
      moving('x', undefined, 'pvmove0'),
    ]);
    expect(codesIn(() => movesUnderWay(given, 'vg', isOfA))).toBe('moving');
    expect(() => movesUnderWay(given, 'vg', isOfA)).toThrow('moves x, too');
  });

  test('of a part is one of the whole', () => {
    const leg = { ...moving('a.root_rimage_0', undefined, 'pvmove0'), internal: true };
    const given = storage([
      pvmove('pvmove0', '/dev/sda'),
      leg,
      volume('a.root', 'kvm:a/root', on('a.root_rimage_0', '/dev/sdb')),
    ]);
    expect(movesUnderWay(given, 'vg', isOfA).map(({ volumes }) => volumes.map(({ name }) => name))).toEqual([
      ['a.root'],
    ]);
  });
});
