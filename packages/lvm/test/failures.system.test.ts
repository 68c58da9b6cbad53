import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { needs } from '@kvm/ci/needs';
import { PrivateLvm } from '@kvm/ci/private-lvm';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type DesiredVolume, planVolumes } from '../src/index.ts';
import { executeStep, type LvmRunner, readStorage, runHere, lvm as runLvm } from '../src/run/index.ts';
import { codesOf } from './codes-of.ts';

const wanted: DesiredVolume = {
  ...{ vg: 'vg', name: 'web.root', bytes: 2 ** 20, owner: 'web/root', layout: { type: 'linear' } },
};

/** Failures that need no device: LVM's words for them are the same without device-mapper. */
describe.skipIf(needs('root', 'lvm', 'losetup', 'flock'))('each failure has its code', () => {
  let lvm: PrivateLvm;
  beforeEach(async () => {
    lvm = await PrivateLvm.start(3);
  });
  afterEach(() => lvm[Symbol.asyncDispose]());

  const create = (...words: string[]): Promise<string> => runLvm(lvm, ['lvcreate', '--name', 'x', ...words]);
  const plan = async (desired: Partial<DesiredVolume> = {}): Promise<void> => {
    const { steps } = planVolumes([{ ...wanted, ...desired }], await readStorage(lvm));
    for (const step of steps) await executeStep(step, lvm);
  };

  test('the group is full', async () => {
    expect(await codesOf(create('--extents', '5000', 'vg'))).toBe('vg-full');
    await create('--extents', '10', 'vg');
    expect(await codesOf(runLvm(lvm, ['lvextend', '--extents', '5000', 'vg/x']))).toBe('vg-full');
    expect(await codesOf(plan({ bytes: 2 ** 30 }))).toBe('plan-refused: vg-full');
  });

  test("the name is taken, by somebody else's volume", async () => {
    await runLvm(lvm, ['lvcreate', '--name', 'web.root', '--extents', '1', 'vg']);
    const again = ['lvcreate', '--name', 'web.root', '--extents', '1', 'vg'] as const;
    expect(await codesOf(runLvm(lvm, again))).toBe('name-taken');
    expect(await codesOf(plan())).toBe('plan-refused: foreign-volume');
    const [volume, ...others] = (await readStorage(lvm)).volumes;
    expect([volume?.name, volume?.tags, others]).toEqual(['web.root', [], []]);
  });

  test('what is not there', async () => {
    expect(await codesOf(create('--extents', '1', 'nope'))).toBe('vg-not-found');
    expect(await codesOf(runLvm(lvm, ['lvremove', '--yes', 'vg/nope']))).toBe('volume-not-found');
    expect(await codesOf(create('--extents', '1', 'vg', lvm.disks.at(-1) ?? ''))).toBe('pv-not-found');
    expect(await codesOf(plan({ vg: 'nope' }))).toBe('plan-refused: vg-not-found');
    expect(await codesOf(plan({ on: ['/dev/nope'] }))).toBe('plan-refused: pv-not-found');
  });

  test('a name that LVM keeps for itself', async () => {
    expect(await codesOf(runLvm(lvm, ['lvcreate', '--name', 'snapshot1', '--extents', '1', 'vg']))).toBe(
      'invalid-name',
    );
    expect(await codesOf(runLvm(lvm, ['lvcreate', '--name', 'n'.repeat(125), '--extents', '1', 'vg']))).toBe(
      'invalid-name',
    );
  });

  test('the same size, and arguments that no LVM knows', async () => {
    await create('--extents', '2', 'vg');
    expect(await codesOf(runLvm(lvm, ['lvextend', '--extents', '2', 'vg/x']))).toBe('same-size');
    expect(await codesOf(create('--extents', 'many', 'vg'))).toBe('bad-arguments');
  });

  test('a disk is gone: it is told, and nothing is changed', async () => {
    await runLvm(lvm, ['lvcreate', '--name', 'x', '--extents', '1200', 'vg']);
    await lvm.see(lvm.disks.slice(1));
    expect(await codesOf(runLvm(lvm, ['lvcreate', '--name', 'y', '--extents', '1', 'vg']))).toBe('pv-missing');
    expect(await codesOf(plan())).toBe('plan-refused: pv-missing');
    const { groups, disks, volumes } = await readStorage(lvm);
    expect(groups).toMatchObject([{ name: 'vg', missingDisks: 1 }]);
    expect(disks.map(({ missing }) => missing)).toContain(true);
    expect(volumes).toMatchObject([{ name: 'x', health: 'partial' }]);
  });

  test('all disks are gone: the group is not there', async () => {
    await lvm.see(lvm.disks.slice(-1));
    expect(await codesOf(create('--extents', '1', 'vg'))).toBe('vg-not-found');
  });

  test('a disk that must not be written', async () => {
    const [disk = ''] = lvm.disks;
    await execa('blockdev', ['--setro', disk]);
    try {
      expect(await codesOf(create('--extents', '1', 'vg'))).toBe('read-only');
    } finally {
      await execa('blockdev', ['--setrw', disk]); // the next test may be given the same device
    }
  });

  test('two disks with one content', async () => {
    const [first = '', , last = ''] = lvm.disks;
    await execa('dd', [`if=${first}`, `of=${last}`, 'bs=1M', 'conv=fsync']);
    expect(await codesOf(create('--extents', '1', 'vg'))).toBe('duplicate-pv');
  });

  test('an exported group', async () => {
    await lvm.must('vgexport', 'vg');
    expect(await codesOf(create('--extents', '1', 'vg'))).toBe('exported');
    expect(await codesOf(plan())).toBe('plan-refused: exported');
    await lvm.must('vgimport', 'vg');
  });

  test.each<readonly [what: string, attempt: (runner: LvmRunner) => Promise<unknown>]>([
    ['a change', (runner) => runLvm(runner, ['lvcreate', '--name', 'x', '--extents', '1', 'vg'])],
    ['a report', (runner) => readStorage(runner)],
  ])('a lock that somebody holds is waited for, and told of: %s', async (_, attempt) => {
    const holder = spawn('flock', [`${lvm.folder}/lock/V_vg`, 'sh', '-c', 'echo; read wait'], { stdio: 'pipe' });
    await once(holder.stdout, 'data');
    const said: string[] = [];
    const report = (what: string): void => {
      said.push(what);
      holder.stdin.end('\n');
    };
    await attempt({ run: lvm.run, report });
    expect(said).toEqual(['waiting for another LVM command to end']);
    expect((await readStorage(lvm)).groups).toMatchObject([{ name: 'vg' }]);
  });

  test('no device-mapper in the kernel', async () => {
    await lvm.must('lvcreate', '--name', 'y', '--extents', '1', 'vg');
    expect(await codesOf(create('--snapshot', '--extents', '1', 'vg/y'))).toBe('no-device-mapper');
  });

  test('no LVM at all', async () => {
    const run: LvmRunner['run'] = (command) => runHere(['env', 'PATH=/nowhere', ...command]);
    expect(await codesOf(readStorage({ run }))).toBe('lvm-missing');
    expect(await codesOf(runLvm({ run }, ['lvcreate']))).toBe('lvm-missing');
  });
});
