import { describe, expect, test } from 'vitest';
import { extentBytes, Model } from '../../test/model.ts';
import { LvmError, type VolumeProblem } from '../errors.ts';
import type { Storage } from '../storage.ts';
import { ownerTag, unfinishedTag } from '../tags.ts';
import type { DesiredVolume } from './desired.ts';
import { type PlanOptions, planVolumes } from './plan-volumes.ts';
import { describeStep } from './step.ts';

const wanted = (changes: Partial<DesiredVolume> = {}): DesiredVolume => ({
  ...{ vg: 'vg', name: 'web.root', bytes: 10 * extentBytes, owner: '65/root', layout: { type: 'linear' } },
  ...changes,
});

/** A linear volume at the beginning of a disk. */
const linear = (extents: number, tags: readonly string[] = [], on = '/dev/sda') => ({
  ...{ tags, layout: { type: 'linear' } as const, extents, legs: [[{ on, first: 0, last: extents - 1 }]] },
});

const stepsOf = (desired: readonly DesiredVolume[], storage: Storage, options?: PlanOptions): string[] =>
  planVolumes(desired, storage, options).steps.map(describeStep);

function problemsOf(
  desired: readonly DesiredVolume[],
  storage: Storage,
  options?: PlanOptions,
): readonly VolumeProblem[] {
  try {
    planVolumes(desired, storage, options);
  } catch (error) {
    if (error instanceof LvmError) return error.problems;
    throw error;
  }
  return [];
}

const codesOf = (...parameters: Parameters<typeof problemsOf>): string[] =>
  problemsOf(...parameters).map(({ code, where }) => `${where} ${code}`);

describe('planVolumes', () => {
  test('makes what is missing, each on the disks it may lie on', () => {
    const volumes = [
      wanted({ on: ['@ssd'] }),
      wanted({ name: 'web.var', owner: '65/var', bytes: 1, layout: { type: 'raid1', legs: 2 } }),
      wanted({
        name: 'web.swap',
        owner: '65/swap',
        layout: { type: 'striped', stripes: 2 },
        on: ['/dev/sdc', '/dev/sdb'],
      }),
      wanted({ name: 'web.data', owner: '65/data', bytes: 2 ** 40, layout: { type: 'thin', pool: 'pool' } }),
      wanted({ name: 'pool', owner: 'pool', layout: { type: 'thin-pool' } }),
    ];
    expect(stepsOf(volumes, new Model([20, 20, 20]).storage)).toEqual([
      'create vg/pool, 40 MiB, thin-pool, on /dev/sdb',
      'create vg/web.root, 40 MiB, linear, on /dev/sda',
      'create vg/web.var, 4 MiB, raid1 of 2, on /dev/sda and /dev/sdb',
      'create vg/web.swap, 40 MiB, striped over 2, on /dev/sdc and /dev/sdb',
      'create vg/web.data, 1 TiB, thin in pool',
    ]);
  });

  test('grows, by whole extents, where the volume ends', () => {
    const model = new Model([20, 20]);
    model.add('web.root', linear(10, [ownerTag('65/root')]));
    const { steps } = planVolumes([wanted({ bytes: 12 * extentBytes - 1 })], model.storage);
    expect(steps).toEqual([
      {
        ...{ action: 'grow', vg: 'vg', volume: 'web.root', uuid: 'web.root', effect: 'live' },
        ...{ fromBytes: 10 * extentBytes },
        ...{ bytes: 12 * extentBytes, extents: 12, on: [{ on: '/dev/sda', first: 10, last: 11 }] },
      },
    ]);
  });

  test('goes on to another disk where one is full', () => {
    const model = new Model([20, 20]);
    model.add('web.root', linear(10, [ownerTag('65/root')]));
    expect(stepsOf([wanted({ bytes: 35 * extentBytes })], model.storage)).toEqual([
      'grow vg/web.root from 40 MiB to 140 MiB, on /dev/sda and /dev/sdb',
    ]);
  });

  test('knows a volume by its tag, whatever its name', () => {
    const model = new Model([40]);
    model.add('old.root', linear(10, [ownerTag('65/root')]));
    expect(stepsOf([wanted()], model.storage)).toEqual(['rename vg/old.root to web.root']);
  });

  test('exchanges two names', () => {
    const model = new Model([40, 40]);
    model.add('web.root', linear(10, [ownerTag('66/root')]));
    model.add('db.root', linear(10, [ownerTag('65/root')], '/dev/sdb'));
    expect(stepsOf([wanted(), wanted({ name: 'db.root', owner: '66/root' })], model.storage)).toEqual([
      'rename vg/db.root to db.root.renaming',
      'rename vg/web.root to db.root',
      'rename vg/db.root.renaming to web.root',
    ]);
  });

  test('refuses a foreign volume in the way, unless a person adopts it', () => {
    const model = new Model([40]);
    model.add('web.root', linear(8));
    expect(codesOf([wanted()], model.storage)).toEqual(['vg/web.root foreign-volume']);
    expect(stepsOf([wanted()], model.storage, { adopt: ['vg/web.root'] })).toEqual([
      'mark vg/web.root as ours',
      'grow vg/web.root from 32 MiB to 40 MiB, on /dev/sda',
    ]);
  });

  test('refuses a pool that bears the tag of a disk', () => {
    const model = new Model([40]);
    model.add('web.root', linear(8, ['kvm:65/root']));
    const { volumes, ...given } = model.storage;
    const pools = volumes.map((each) => ({ ...each, layout: ['thin', 'pool'] }));
    expect(codesOf([wanted()], { ...given, volumes: pools })).toEqual(['vg/web.root foreign-volume']);
  });

  test("refuses a name that another guest's volume has", () => {
    const model = new Model([40]);
    model.add('web.root', linear(10, [ownerTag('66/root')]));
    expect(codesOf([wanted()], model.storage)).toEqual(['vg/web.root name-taken']);
  });

  test('never shrinks, and says what to do', () => {
    const model = new Model([40]);
    model.add('web.root', linear(11, [ownerTag('65/root')]));
    expect(problemsOf([wanted()], model.storage)).toEqual([
      {
        ...{ code: 'would-shrink', where: 'vg/web.root' },
        message: 'It is 44 MiB, and 40 MiB is wanted; volumes are never shrunk.',
        remedy: 'Write 44 MiB, or make a smaller one under another name and copy what is in it.',
      },
    ]);
  });

  test('finds space for all before anything is done, and tells each that has none', () => {
    const volumes = [
      wanted(),
      wanted({ name: 'web.var', owner: '65/var' }),
      wanted({ name: 'web.tmp', owner: '65/tmp' }),
    ];
    expect(problemsOf(volumes, new Model([19]).storage)).toEqual([
      {
        ...{ code: 'vg-full', where: 'vg/web.var', message: 'It needs 10 extents (40 MiB) more; /dev/sda has 9 left.' },
        remedy: 'Add a disk (vgextend vg /dev/DISK), free one, or write a smaller size.',
      },
      expect.objectContaining({ code: 'vg-full', where: 'vg/web.tmp' }),
    ]);
  });

  test('a raid1 needs room for its metadata too', () => {
    const raid = wanted({ layout: { type: 'raid1', legs: 2 } });
    expect(codesOf([raid], new Model([11, 10]).storage)).toEqual(['vg/web.root vg-full']);
    expect(codesOf([raid], new Model([11, 11]).storage)).toEqual([]);
  });

  test('shows what a pool has promised', () => {
    const thin = wanted({ layout: { type: 'thin', pool: 'pool' }, bytes: 2 ** 40 });
    const pool = wanted({ name: 'pool', owner: 'pool', layout: { type: 'thin-pool' } });
    expect(planVolumes([thin, pool], new Model([40]).storage).pools).toEqual([
      { vg: 'vg', name: 'pool', bytesBefore: 0, bytesAfter: 40 * 2 ** 20, promisedBefore: 0, promisedAfter: 2 ** 40 },
    ]);
    expect(codesOf([thin], new Model([40]).storage)).toEqual(['vg/web.root volume-not-found']);
  });

  test('puts nothing into a pool that is full', () => {
    const pool = wanted({ name: 'pool', owner: 'pool', layout: { type: 'thin-pool' } });
    const model = new Model([40]);
    for (const step of planVolumes([pool], model.storage).steps) model.apply(step);
    const { volumes, ...storage } = model.storage;
    const full = volumes.map((volume) => (volume.name === 'pool' ? { ...volume, dataPercent: 100 } : volume));
    const thin = wanted({ layout: { type: 'thin', pool: 'pool' } });
    expect(codesOf([thin], { ...storage, volumes })).toEqual([]);
    expect(codesOf([thin], { ...storage, volumes: full })).toEqual(['vg/web.root thin-pool-full']);
  });

  test('removes only what is named, ours, and not wanted', () => {
    const model = new Model([40, 40]);
    model.add('web.root', linear(10, [ownerTag('65/root')]));
    model.add('mine', linear(10, [], '/dev/sdb'));
    const { leftOver } = planVolumes([], model.storage);
    expect(leftOver).toEqual(['vg/web.root']);
    const [step] = planVolumes([], model.storage, { remove: ['vg/web.root'] }).steps;
    expect(step).toMatchObject({ action: 'remove', volume: 'web.root', reason: 'named', effect: 'destroys data' });
    expect(codesOf([], model.storage, { remove: ['vg/mine'] })).toEqual(['vg/mine foreign-volume']);
    expect(codesOf([wanted()], model.storage, { remove: ['vg/web.root'] })).toEqual(['vg/web.root bad-arguments']);
  });

  test('makes anew what an interrupted making has left', () => {
    const model = new Model([19]);
    model.add('web.root', linear(10, [unfinishedTag('65/root')]));
    expect(stepsOf([wanted()], model.storage)).toEqual([
      'remove vg/web.root, 40 MiB, whose making was interrupted',
      'create vg/web.root, 40 MiB, linear, on /dev/sda',
    ]);
  });

  test('leaves what lies elsewhere or otherwise, and shows it', () => {
    const model = new Model([40, 40]);
    model.add('web.root', linear(10, [ownerTag('65/root')]));
    const plan = planVolumes([wanted({ layout: { type: 'raid1', legs: 2 }, on: ['/dev/sdb'] })], model.storage);
    expect(plan.steps).toEqual([]);
    expect(plan.differences).toEqual([
      { vg: 'vg', volume: 'web.root', what: 'layout', is: 'linear', wanted: 'raid1 of 2' },
      { vg: 'vg', volume: 'web.root', what: 'place', is: '/dev/sda', wanted: '/dev/sdb' },
    ]);
  });

  test.each([
    ['vg vg-not-found', { groups: [] }],
    ['vg exported', { exported: true }],
    ['vg pv-missing', { missingDisks: 1 }],
    ['vg read-only', { writable: false }],
  ])('changes nothing in a group that LVM would refuse to change: %s', (code, change) => {
    const { storage } = new Model([40]);
    const groups = 'groups' in change ? change.groups : storage.groups.map((group) => ({ ...group, ...change }));
    expect(codesOf([wanted()], { ...storage, groups })).toEqual([code]);
  });

  test('reports every mistake at once', () => {
    const mistakes = [
      wanted({ name: 'snapshot1', owner: 'a' }),
      wanted({ name: 'a', owner: 'no spaces' }),
      wanted({ name: 'b', owner: 'b', bytes: 0 }),
      wanted({ name: 'c', owner: 'c', layout: { type: 'striped', stripes: 1 } }),
      wanted({ name: 'd', owner: 'd' }),
      wanted({ name: 'd', owner: 'e' }),
      wanted({ name: 'f', owner: 'e' }),
    ];
    expect(codesOf(mistakes, new Model([40]).storage)).toEqual([
      'vg/snapshot1 invalid-name',
      'vg/a invalid-name',
      'vg/b invalid-size',
      'vg/c bad-layout',
      'vg/d name-taken',
      'vg: e name-taken',
    ]);
    const unknown = [wanted({ on: ['/dev/sdz', '@ssd'] })];
    expect(problemsOf(unknown, new Model([40, 40]).storage)).toEqual([
      {
        ...{ code: 'pv-not-found', where: 'vg/web.root', message: 'No physical volume of vg is "/dev/sdz".' },
        remedy: 'There are /dev/sda @ssd, /dev/sdb.',
      },
    ]);
  });
});
