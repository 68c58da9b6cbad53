import { expect, test } from 'vitest';
import { firstOfEach, room } from '../../test/rooms.ts';
import { renderServices } from '../render.ts';
import type { MachineFiles } from './finding.ts';
import { verifyServices } from './verify.ts';

function machinesOf(count: number): MachineFiles[] {
  const services = room(
    firstOfEach,
    Array.from({ length: count }, (_, index) => `g${index}`),
  );
  const addresses = new Map(services.machines.map((machine) => [machine.name, machine.addresses]));
  return renderServices(services).map(({ machine, files }) => ({
    machine,
    fqdn: `${machine}.home.arpa`,
    addresses: addresses.get(machine) ?? [],
    files,
  }));
}

/** The least of several runs, which other programs disturb. */
function secondsOf(count: number): number {
  const times = Array.from({ length: 3 }, () => {
    const machines = machinesOf(count);
    const { user } = process.cpuUsage();
    expect(verifyServices({ machines })).toEqual([]);
    return process.cpuUsage().user - user;
  });
  return Math.min(...times) / 1e6;
}

test('four times the guests are not much more than four times the work', () => {
  secondsOf(50); // warm
  const [few, many] = [secondsOf(100), secondsOf(400)];
  expect(many / few, `${few} s, then ${many} s`).toBeLessThan(8);
});
