import { needs } from '@kvm/ci/needs';
import { PrivateLvm } from '@kvm/ci/private-lvm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DesiredVolume, type Layout, LvmError, planVolumes, type Storage, type VolumePlan } from '../src/index.ts';
import { executeStep, readStorage } from '../src/run/index.ts';

const KIB = 2 ** 10;
/** raid1 and thin need device-mapper; the virtual machine's test has them. */
const layout = fc.constantFrom<Layout>(
  { type: 'linear' },
  { type: 'striped', stripes: 2 },
  { type: 'striped', stripes: 3 },
);
const on = fc.option(fc.constantFrom(['@fast'], ['@slow', '@fast'], ['@slow']), { nil: undefined });

const volume = fc
  .record({
    id: fc.integer({ min: 0, max: 4 }),
    name: fc.nat(1),
    bytes: fc.integer({ min: 1, max: 40 * 2 ** 20 }),
    layout,
    on,
  })
  .map(
    ({ id, name, on: disks, ...rest }): DesiredVolume => ({
      ...{ vg: 'vg', name: `g-${id}.${name}`, owner: `${id}/root`, ...rest, ...(disks && { on: disks }) },
    }),
  );
const wish = fc.uniqueArray(volume, { minLength: 1, maxLength: 4, selector: ({ owner }) => owner });

function planUnlessRefused(desired: readonly DesiredVolume[], storage: Storage): VolumePlan | undefined {
  try {
    return planVolumes(desired, storage);
  } catch (error) {
    if (error instanceof LvmError && error.code === 'plan-refused') return undefined;
    throw error;
  }
}

describe.skipIf(needs('root', 'lvm', 'losetup'))('a plan on real LVM', () => {
  let lvm: PrivateLvm;
  beforeAll(async () => {
    lvm = await PrivateLvm.start(4);
    const [first = '', ...others] = lvm.disks.slice(0, -1);
    await lvm.must('pvchange', '--addtag', 'fast', first);
    await lvm.must('pvchange', '--addtag', 'slow', ...others);
  });
  afterAll(() => lvm[Symbol.asyncDispose]());

  test('is done as it says, and once it is done there is nothing left to do', async () => {
    const numRuns = process.env.KVM_SOAK ? 200 : 6;
    let steps = 0;
    const make = fc.asyncProperty(wish, wish, async (first, later) => {
      await removeAll();
      for (const desired of [first, later]) steps += await makeSo(desired);
    });
    const root: DesiredVolume = {
      vg: 'vg',
      name: 'g-0.0',
      owner: '0/root',
      bytes: 2 ** 20,
      layout: { type: 'linear' },
    };
    await fc.assert(make, { numRuns, examples: [[[root], [{ ...root, name: 'g-0.1', bytes: 8 * 2 ** 20 }]]] });
    expect(steps).toBeGreaterThanOrEqual(3); // those of the example: created, renamed, grown
  });

  async function removeAll(): Promise<void> {
    if ((await readStorage(lvm)).volumes.length > 0) await lvm.must('lvremove', '--yes', 'vg');
  }

  /** @returns how many steps it took; none when the wish was refused */
  async function makeSo(desired: readonly DesiredVolume[]): Promise<number> {
    const plan = planUnlessRefused(desired, await readStorage(lvm));
    if (plan === undefined) return 0;
    for (const step of plan.steps) await executeStep(step, lvm);
    const now = await readStorage(lvm);
    expect(planVolumes(desired, now).steps).toEqual([]);
    const free = now.disks.filter(({ vg }) => vg === 'vg').map(({ freeExtents }) => freeExtents);
    expect(free).toEqual(plan.disks.map(({ freeAfter }) => freeAfter));
    return plan.steps.length;
  }

  test('takes just the extents that it names', async () => {
    await removeAll();
    const [a = '', b = ''] = lvm.disks;
    await lvm.must('lvcreate', '--extents', '5', '--name', 'other', 'vg', `${a}:10-14`);
    const desired: DesiredVolume = {
      ...{ vg: 'vg', name: 'db.root', bytes: 8 * 64 * KIB, owner: '61/root', layout: { type: 'linear' }, on: [a, b] },
    };
    const grown = { ...desired, bytes: 1100 * 64 * KIB };
    for (const each of [desired, grown]) {
      for (const step of planVolumes([each], await readStorage(lvm)).steps) await executeStep(step, lvm);
    }
    const { volumes } = await readStorage(lvm);
    const extents = volumes.find(({ name }) => name === 'db.root')?.segments.flatMap(({ ranges }) => ranges);
    expect(extents?.[0]).toEqual({ on: a, first: 0, last: 9 });
    expect(extents?.every(({ on, first, last }) => on !== a || first > 14 || last < 10)).toBe(true);
    expect(extents?.reduce((sum, { first, last }) => sum + last - first + 1, 0)).toBe(1100);
  });
});
