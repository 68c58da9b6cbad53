import { expect, test } from 'vitest';
import { asDesired, desired, planned } from '../../test/host-as-desired.ts';
import { driftOf, type ObservedUnit, planHost } from '../index.ts';

const what = desired('  public: { vmid: 65 }', 'policy: []');
const well: readonly [string, ObservedUnit][] = [
  ['kvm-firewall.service', { enabled: 'enabled', active: 'active' }],
  ['kvm-guests.service', { enabled: 'static', active: 'active' }],
];
const withUnits = async (...changed: [string, ObservedUnit][]) => ({
  ...(await asDesired(what)),
  units: new Map([...well, ...changed]),
});

test.each<[string, ObservedUnit, string]>([
  [
    'kvm-firewall.service',
    { enabled: 'disabled', active: 'active' },
    'enable kvm-firewall.service: live; kvm-firewall.service disabled -> enabled',
  ],
  [
    'kvm-guests.service',
    { enabled: 'static', active: 'inactive' },
    'start kvm-guests.service: live; kvm-guests.service inactive -> active',
  ],
  [
    'kvm-firewall.service',
    { enabled: 'masked', active: 'active' },
    'blocked: somebody has masked kvm-firewall.service: the host neither starts nor stops it',
  ],
])('%s is %j: the plan says so, and drift', async (unit, state, line) => {
  const observed = await withUnits([unit, state]);
  expect(planned(what, observed)).toEqual([line]);
  expect(driftOf(planHost(what, observed), observed)).toMatchObject([{ in: 'units' }]);
});

test('nothing is done where systemd has them as they are to be, or where none runs', async () => {
  expect(planned(what, await withUnits())).toEqual([]);
  expect(planned(what, await asDesired(what))).toEqual([]);
});

test('a file that changes a unit of ours is told, and left to a person', async () => {
  const path = '/etc/systemd/system/kvm-firewall.service.d/mine.conf';
  const observed = { ...(await asDesired(what)), unitChanges: [{ unit: 'kvm-firewall.service', path }] };
  expect(planned(what, observed)).toEqual([`differs: ${path} changes kvm-firewall.service`]);
  const without = desired('  public: { vmid: 65 }');
  expect(planned(without, { ...(await asDesired(without)), unitChanges: observed.unitChanges })).toEqual([]);
});
