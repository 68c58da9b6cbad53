import { expect, test } from 'vitest';
import { firstOfEach, room } from '../test/rooms.ts';
import { tell } from '../test/tell.ts';
import { implementations, type ServiceName, type SharedServices, serviceNames } from './declaration.ts';
import { firewallRows } from './firewall-rows.ts';
import { renderServices } from './render.ts';

const each = serviceNames.flatMap((service) =>
  implementations[service].map((program): [ServiceName, string] => [service, program]),
);

// `npx vitest run --project unit packages/shared-services/src/golden -u` writes them anew.
const told = (services: SharedServices): string => renderServices(services).map(tell).join('\n');

test.each(each)('both sides of %s by %s are as they were read over', async (service, program) => {
  const { domain, machines, [service]: only } = room({ ...firstOfEach, [service]: program }, ['web']);
  await expect(told({ domain, machines, [service]: only })).toMatchFileSnapshot(
    `../test/golden/${service}-${program}.txt`,
  );
});

test('a copy of the directory is as it was read over', async () => {
  const { domain, machines, auth } = room(firstOfEach, ['web']);
  if (auth === undefined) throw new Error('no directory');
  const all = [...machines, { name: 'copy', addresses: ['172.16.62.1'] }];
  const services: SharedServices = { domain, machines: all, auth: { ...auth, replica: 'copy' } };
  await expect(told(services)).toMatchFileSnapshot('../test/golden/auth-replica.txt');
  expect(firewallRows(services).map(({ from, to, services: ways }) => [from, to, ways])).toEqual([
    [['web'], 'common', ['ldap']],
    [['web'], 'copy', ['ldap']],
    [['copy'], 'common', ['ldap']],
  ]);
});

test('a guest that reads its host clock too has its driver before chrony starts anew', async () => {
  const { domain, machines, time } = room(firstOfEach, ['web']);
  if (time === undefined) throw new Error('no time');
  const services: SharedServices = { domain, machines, time: { ...time, hostClock: true } };
  await expect(told(services)).toMatchFileSnapshot('../test/golden/time-host-clock.txt');
});
