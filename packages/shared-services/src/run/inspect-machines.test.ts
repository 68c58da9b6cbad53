import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { MachineSetup } from '../index.ts';
import { inspectMachines, serversFirst } from './inspect-machines.ts';

const setup = (machine: string): MachineSetup => ({
  ...{ machine, system: 'debian', packages: [], files: [], handlers: [] },
});

test('servers come before their clients', () => {
  const machines = ['web', 'common'].map((name) => ({ name, addresses: ['192.0.2.1'] }));
  const mail = { server: 'common', clients: [], aliases: [], relay: [] };
  expect(serversFirst({ domain: 'home.arpa', machines, mail }, [setup('web'), setup('common')])).toEqual([
    [setup('common')],
    [setup('web')],
  ]);
});

test('a machine that cannot be reached keeps no other from being looked at, and each way is closed at the end', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'inspect-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const closed: string[] = [];
  const begun: string[] = [];
  const inspection = await inspectMachines([setup('away'), setup('broken'), setup('web')], {
    folder,
    onBegin: (machine) => begun.push(machine),
    async reach(machine) {
      if (machine === 'away') throw new Error('no route to away');
      return {
        run: async () => {
          if (machine === 'broken') throw new Error('it hung up');
          return { exitCode: 0, stdout: '', stderr: '' };
        },
        [Symbol.asyncDispose]: async () => void closed.push(machine),
      };
    },
  });
  expect(begun).toEqual(['away', 'broken', 'web']);
  expect(inspection.machines.map((each) => ('error' in each ? each.error : 'compared'))).toEqual([
    'no route to away',
    'it hung up',
    'compared',
  ]);
  expect(closed).toEqual(['broken']);
  await inspection[Symbol.asyncDispose]();
  expect(closed).toEqual(['broken', 'web']);
});
