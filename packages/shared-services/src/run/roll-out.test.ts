import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunProgram } from '@kvm/command';
import { expect, onTestFinished, test } from 'vitest';
import type { MachineSetup } from '../index.ts';
import { inspectMachines } from './inspect-machines.ts';
import { rollOut } from './roll-out.ts';
import { machinesRolledOut } from './roll-outs.ts';

const setup = (machine: string): MachineSetup => ({
  ...{ machine, system: 'debian', packages: [], handlers: [] },
  files: [{ path: '/etc/a', mode: 0o644, owner: 'root', group: 'root', content: 'a\n' }],
});

test('servers are put right before their clients, one that fails keeps no other from it, and who has all is recorded', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'roll-out-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const told: string[] = [];
  const machine =
    (name: string): RunProgram =>
    async ([program], input = '') => {
      if (input === '/etc/a\n') return { exitCode: 0, stdout: '-\n\n\n', stderr: '' };
      if (program === 'rm' && name === 'broken') return { exitCode: 1, stdout: '', stderr: 'it is full' };
      told.push(name);
      return { exitCode: 0, stdout: '', stderr: '' };
    };
  const inspection = await inspectMachines(['web', 'broken', 'common'].map(setup), {
    folder,
    reach: async (name) => ({ run: machine(name), [Symbol.asyncDispose]: async () => undefined }),
  });
  const due = inspection.machines.flatMap((each) => ('access' in each ? each : []));
  expect(due.map((each) => each.difference.files.length)).toEqual([1, 1, 1]);
  told.length = 0;
  const done: [string, boolean][] = [];
  const names = ['web', 'broken', 'common'].map((name) => ({ name, addresses: [] }));
  const mail = { server: 'common', clients: [], aliases: [], relay: [] };
  await rollOut({ domain: 'home.arpa', machines: names, mail }, due, {
    folder,
    onDone: (name, outcome) => done.push([name, 'error' in outcome]),
  });
  expect(done[0]).toEqual(['common', false]);
  expect(Object.fromEntries(done)).toEqual({ common: false, web: false, broken: true });
  expect(told.lastIndexOf('common')).toBeLessThan(told.indexOf('web'));
  expect((await machinesRolledOut(folder)).toSorted()).toEqual(['common', 'web']);
});
