import { expect, test } from 'vitest';
import { chooseSetups } from './choose-setups.ts';
import type { MachineSetup } from './machine-setup.ts';

const machines = ['common', 'web', 'old'].map((name) => ({ name, addresses: [] }));
const setup = (machine: string): MachineSetup => ({
  ...{ machine, system: 'debian', packages: ['chrony'], files: [], handlers: [] },
});
const setups = [setup('common'), setup('web')];
const nothing = (machine: string): MachineSetup => ({ ...setup(machine), packages: [] });

test('all that have a service, and with a setup of nothing those that had one', () => {
  expect(chooseSetups(machines, setups, { names: [], before: ['web', 'old', 'gone'] })).toEqual([
    ...setups,
    nothing('old'),
  ]);
});

test('those that are named, also when they have no service and had none', () => {
  expect(chooseSetups(machines, setups, { names: ['old', 'web'], before: [] })).toEqual([setup('web'), nothing('old')]);
});
