import { expect, test } from 'vitest';
import { startStages } from './start-order.ts';

const named = (...names: string[]) => names.map((name) => ({ name }));
const guests = [
  { name: 'web', autostart: { order: 50, delaySeconds: 0 } },
  { name: 'db', autostart: { order: 10, delaySeconds: 30 } },
  { name: 'ldap', autostart: { order: 10, delaySeconds: 5 } },
  { name: 'test', autostart: false },
] as const;

test('guests start in the order of the inventory, and nothing waits for those without one', () => {
  const domains = named('test', 'web', 'ldap', 'stranger', 'db');
  expect(startStages(domains, guests)).toEqual([
    { domains: named('ldap', 'db'), delaySeconds: 30 },
    { domains: named('web'), delaySeconds: 0 },
    { domains: named('test', 'stranger'), delaySeconds: 0 },
  ]);
});

test('without an inventory, all come at once', () => {
  expect(startStages(named('b', 'a'), [])).toEqual([{ domains: named('b', 'a'), delaySeconds: 0 }]);
  expect(startStages([], [])).toEqual([]);
});
