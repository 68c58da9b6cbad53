import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { extentBytes, Model } from '../../test/model.ts';
import { LvmError } from '../errors.ts';
import type { DesiredVolume, Layout } from './desired.ts';
import type { VolumePlan } from './plan.ts';
import { planVolumes } from './plan-volumes.ts';

const layout: fc.Arbitrary<Layout> = fc.oneof(
  fc.constant<Layout>({ type: 'linear' }),
  fc.constant<Layout>({ type: 'thin', pool: 'pool' }),
  fc.integer({ min: 2, max: 3 }).map((stripes): Layout => ({ type: 'striped', stripes })),
  fc.integer({ min: 2, max: 3 }).map((legs): Layout => ({ type: 'raid1', legs })),
);

const on = fc.option(fc.shuffledSubarray(['/dev/sda', '/dev/sdb', '@ssd'], { minLength: 1 }), {
  nil: undefined,
  freq: 2,
});

const volume = fc
  .record({ id: fc.integer({ min: 0, max: 5 }), bytes: fc.integer({ min: 1, max: 40 * extentBytes }), layout, on })
  .map(
    ({ id, bytes, layout, on }): DesiredVolume => ({
      ...{ vg: 'vg', name: `g${id}.root`, bytes, owner: `${id}/root`, layout },
      ...(on && layout.type !== 'thin' && { on }),
    }),
  );

const pool = fc.integer({ min: 1, max: 60 * extentBytes }).map(
  (bytes): DesiredVolume => ({
    ...{ vg: 'vg', name: 'pool', bytes, owner: 'pool', layout: { type: 'thin-pool' } },
  }),
);

const wish = fc
  .tuple(fc.uniqueArray(volume, { selector: ({ name }) => name, maxLength: 6 }), pool)
  .map(([volumes, pool]) => [...volumes, pool]);

/** The same volumes later: sizes may differ, and names may be exchanged or new. */
const laterWish = fc
  .tuple(wish, fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6, maxLength: 6 }))
  .map(([volumes, order]) =>
    volumes.map((each): DesiredVolume => {
      const id = Number(/^g(\d)/.exec(each.name)?.[1]);
      return Number.isNaN(id) ? each : { ...each, name: `g${order[id]}.root` };
    }),
  );

const disks = fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 2, maxLength: 4 });

/** The plan, or undefined when it was refused. */
function tryPlan(desired: readonly DesiredVolume[], model: Model): VolumePlan | undefined {
  try {
    return planVolumes(desired, model.storage);
  } catch (error) {
    if (error instanceof LvmError && error.code === 'plan-refused') return undefined;
    throw error;
  }
}

const visible = ({ storage }: Model) => storage.volumes.filter(({ internal }) => !internal);

function carryOut({ steps }: VolumePlan, model: Model): void {
  for (const step of steps) model.apply(step);
}

const runs = process.env.KVM_SOAK ? 20_000 : 100;

describe('a plan', () => {
  test('is what LVM can do, and once it is done there is nothing left to do', () => {
    let planned = 0;
    fc.assert(
      fc.property(disks, wish, laterWish, (sizes, first, later) => {
        const model = new Model(sizes);
        for (const desired of [first, later]) {
          const plan = tryPlan(desired, model);
          if (plan === undefined) continue;
          planned += plan.steps.length;
          carryOut(plan, model);
          expect(planVolumes(desired, model.storage).steps).toEqual([]);
        }
      }),
      { numRuns: 2 * runs },
    );
    expect(planned).toBeGreaterThan(runs);
  });

  test('can be broken off after any step and made anew', () => {
    fc.assert(
      fc.property(disks, wish, laterWish, fc.nat(), (sizes, first, later, cut) => {
        const model = new Model(sizes);
        const before = tryPlan(first, model);
        if (before) carryOut(before, model);
        const plan = tryPlan(later, model);
        if (plan === undefined) return;
        for (const step of plan.steps.slice(0, cut % (plan.steps.length + 1))) model.apply(step);
        carryOut(planVolumes(later, model.storage), model);
        expect(planVolumes(later, model.storage).steps).toEqual([]);
      }),
      { numRuns: runs },
    );
  });

  test('never makes a volume smaller, and counts the extents that it leaves', () => {
    fc.assert(
      fc.property(disks, wish, laterWish, (sizes, first, later) => {
        const model = new Model(sizes);
        const before = tryPlan(first, model);
        if (before) carryOut(before, model);
        const had = new Map(visible(model).map(({ tags, bytes }) => [tags[0], bytes]));
        const plan = tryPlan(later, model);
        if (plan === undefined) return;
        carryOut(plan, model);
        for (const { tags, bytes } of visible(model)) expect(bytes).toBeGreaterThanOrEqual(had.get(tags[0]) ?? 0);
        for (const { freeBefore, freeAfter } of plan.disks) {
          expect(freeAfter).toBeGreaterThanOrEqual(0);
          expect(freeAfter).toBeLessThanOrEqual(freeBefore);
        }
        const left = plan.disks.map(({ freeAfter }) => freeAfter);
        expect(planVolumes(later, model.storage).disks.map(({ freeBefore }) => freeBefore)).toEqual(left);
      }),
      { numRuns: runs },
    );
  });
});
