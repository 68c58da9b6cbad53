import { addRelations, thickSnapshot, thinPool, thinVolume } from '@kvm/ci/lvm-relations';
import { needs } from '@kvm/ci/needs';
import { PrivateLvm } from '@kvm/ci/private-lvm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { planVolumes } from '../src/index.ts';
import { executeStep, type LvmRunner, type RunProgram, readStorage } from '../src/run/index.ts';
import { codesOf } from './codes-of.ts';

/** What happens between a plan and its step, which LVM's own lock decides. */
describe.skipIf(needs('root', 'lvm', 'losetup'))('a step is of the volume that was planned', () => {
  let lvm: PrivateLvm;
  beforeEach(async () => {
    lvm = await PrivateLvm.start(2);
    for (const [name, tag] of [
      ['a.root', 'kvm:a/root'],
      ['other', 'kvm:b/root'],
    ] as const)
      await lvm.must('lvcreate', '--name', name, '--extents', '16', '--addtag', tag, 'vg');
  });
  afterEach(() => lvm[Symbol.asyncDispose]());

  const uuids = async (): Promise<Record<string, string>> =>
    Object.fromEntries((await readStorage(lvm)).volumes.map(({ name, uuid }) => [name, uuid]));

  /** Does something once, right before the first command of that name. */
  function before(program: string, action: () => Promise<unknown>): LvmRunner {
    let done = false;
    const run: RunProgram = async (command, input) => {
      if (command[0] === program && !done) {
        done = true;
        await action();
      }
      return await lvm.run(command, input);
    };
    return { run };
  }
  const swapNames = async (): Promise<void> => {
    await lvm.must('lvrename', 'vg', 'a.root', 'aside');
    await lvm.must('lvrename', 'vg', 'other', 'a.root');
  };
  async function removeWith(runner: LvmRunner): Promise<string> {
    const [step] = planVolumes([], await readStorage(lvm), { remove: ['vg/a.root'] }).steps;
    if (step === undefined) throw new Error('nothing is planned');
    return await codesOf(executeStep(step, runner));
  }

  test('whose name another volume has by then: that one stays', async () => {
    const { other } = await uuids();
    const [step] = planVolumes([], await readStorage(lvm), { remove: ['vg/a.root'] }).steps;
    if (step) await executeStep(step, before('lvremove', swapNames));
    expect(await uuids()).toEqual({ 'a.root': other });
  });

  test('that bears another tag by then: it stays', async () => {
    const given = await uuids();
    const hand = () => lvm.must('lvchange', '--deltag', 'kvm:a/root', '--addtag', 'kvm:b/var', 'vg/a.root');
    expect(await removeWith(before('lvremove', hand))).toBe('changed-meanwhile');
    expect(await uuids()).toEqual(given);
  });

  test('that another one reads from by then: LVM asks, nobody answers, and both stay', async () => {
    const depend = () =>
      addRelations(lvm, [...thinPool, thinVolume('clone', undefined, 'external_origin = "a.root"')], ['a.root']);
    const code = await removeWith(before('lvremove', depend));
    expect(code).not.toBe('nothing was thrown');
    expect(Object.keys(await uuids())).toEqual(expect.arrayContaining(['a.root', 'clone', 'other']));
  });

  test('that has a snapshot by then: both stay', async () => {
    const keep = () => addRelations(lvm, thickSnapshot('keep', 'a.root', { first: 520 }));
    expect(await removeWith(before('lvremove', keep))).toBe('changed-meanwhile');
    expect(Object.keys(await uuids())).toEqual(expect.arrayContaining(['a.root', 'keep', 'other']));
  });

  test('also when it grows or is renamed, which LVM does by name only', async () => {
    const wanted = { vg: 'vg', name: 'a.root', owner: 'a/root', layout: { type: 'linear' } } as const;
    const { steps } = planVolumes([{ ...wanted, bytes: 2 ** 21 }], await readStorage(lvm));
    const renames = planVolumes([{ ...wanted, name: 'new', bytes: 2 ** 20 }], await readStorage(lvm));
    await swapNames();
    const given = (await readStorage(lvm)).volumes;
    for (const step of [...steps, ...renames.steps])
      expect(await codesOf(executeStep(step, lvm))).toBe('changed-meanwhile');
    expect((await readStorage(lvm)).volumes).toEqual(given);
    expect([...steps, ...renames.steps].map(({ action }) => action)).toEqual(['grow', 'rename']);
  });

  test('a snapshot of ours goes, and what it is of stays', async () => {
    await addRelations(lvm, thickSnapshot('a.root.mon', 'a.root', { tag: 'kvm.snapshot:a/root#mon', first: 520 }));
    const [step] = planVolumes([], await readStorage(lvm), { remove: ['vg/a.root.mon'] }).steps;
    if (step) await executeStep(step, lvm);
    expect(Object.keys(await uuids())).toEqual(['a.root', 'other']);
  });
});
