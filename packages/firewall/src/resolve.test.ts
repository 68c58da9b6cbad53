import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seedPolicy, seedZones } from '../test/policies.ts';
import {
  FirewallError,
  namedServices,
  type Policy,
  type PolicyProblem,
  type PolicyRow,
  resolvePolicy,
} from './index.ts';

const ssh: PolicyRow = { from: 'lan', to: 'guests', services: ['ssh'], action: 'accept', line: 4 };

function problemsOf(policy: Policy, zones = seedZones): readonly PolicyProblem[] {
  try {
    resolvePolicy(policy, zones);
  } catch (error) {
    if (error instanceof FirewallError) return error.problems;
    throw error;
  }
  return [];
}

describe('rows', () => {
  const far = 'Name one, or write it like tcp/22.';
  test.each<[string, Partial<PolicyRow>, string, string]>([
    ['a zone', { from: 'lann' }, 'unknown-zone', 'There is no zone "lann". Did you mean lan?'],
    ['a service', { services: ['ldpa'] }, 'unknown-service', 'There is no service "ldpa". Did you mean ldap?'],
    [
      'a service far from all',
      { services: ['warp-drive'] },
      'unknown-service',
      `There is no service "warp-drive". ${far}`,
    ],
    ['no service', { services: [] }, 'bad-service', 'The row names no service. Write any for all of them.'],
    ['a port too high', { services: ['tcp/65536'] }, 'unknown-service', `There is no service "tcp/65536". ${far}`],
    ['a range backwards', { services: ['udp/9-8'] }, 'unknown-service', `There is no service "udp/9-8". ${far}`],
    [
      'a limit',
      { limit: '0/minute' },
      'bad-limit',
      '"0/minute" is not a rate of 1 to 10000 a second, minute, hour or day. Write a rate such as 10/minute.',
    ],
    [
      'an expiry',
      { expires: '2027-02-30' },
      'bad-expiry',
      '"2027-02-30" is no day or moment. Write a day such as 2027-01-31, or a moment such as 2027-01-31T12:00:00Z.',
    ],
    [
      'an expiry that one back end cannot say',
      { expires: '2039-01-01T00:00:01Z' },
      'bad-expiry',
      '"2039-01-01T00:00:01Z" is after 2038, of which iptables knows no date. ' +
        'Write a day such as 2027-01-31, or a moment such as 2027-01-31T12:00:00Z.',
    ],
  ])('%s', (_, change, code, text) => {
    const [{ message, remedy, ...rest } = { message: '', remedy: '' }, ...more] = problemsOf({
      rows: [{ ...ssh, ...change }],
    });
    expect(more).toEqual([]);
    expect(rest).toEqual({ code, path: ['rows', 0, Object.keys(change)[0]], line: 4 });
    expect(`${message} ${remedy}`).toBe(text);
  });

  test('all mistakes at once', () => {
    const rows = [
      { ...ssh, from: 'x', to: 'y', limit: 'z' },
      { ...ssh, services: ['nothing-known'] },
    ];
    expect(problemsOf({ rows }).map(({ code }) => code)).toEqual([
      'bad-limit',
      'unknown-zone',
      'unknown-zone',
      'unknown-service',
    ]);
  });

  test('whatever strings they hold, they are read or refused', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('tcp/22', 'any', 'guests', 'tcp/1-', '__proto__'),
    );
    fc.assert(
      fc.property(text, text, text, text, (from, to, service, limit) => {
        problemsOf({ rows: [{ ...ssh, from, to, services: [service], limit, expires: limit, comment: from }] });
      }),
    );
  });
});

describe('zones', () => {
  const [first] = seedZones.guests;
  const other = { name: 'other', tap: 'tun99', mac: '52:54:00:61:99:01', addresses: ['172.16.99.1'] };
  test.each([
    ['bad-name', { ...other, name: 'a;b' }],
    ['duplicate-name', { ...other, name: 'public' }],
    ['duplicate-name', { ...other, name: 'anywhere' }],
    ['bad-interface', { ...other, tap: 'tun+' }],
    ['bad-interface', { ...other, tap: 'tun 1' }],
    ['duplicate-interface', { ...other, tap: 'tun65' }],
    ['bad-mac', { ...other, mac: '01:00:5e:00:00:01' }],
    ['bad-address', { ...other, addresses: ['172.16.99.0/24'] }],
    ['bad-address', { ...other, addresses: ['172.16.099.1'] }],
    ['duplicate-address', { ...other, addresses: ['172.16.65.1'] }],
  ])('%s: %j', (code, guest) => {
    expect(first?.name).toBe('public');
    const zones = { ...seedZones, guests: [...seedZones.guests, guest] };
    expect(problemsOf(seedPolicy, zones).map((problem) => problem.code)).toEqual([code]);
  });
});

test('forwards need one port and a guest', () => {
  const forward = { from: 'lan', service: 'tcp/8080', guest: 'public', port: 80 };
  const wrong = [
    { ...forward, service: 'tcp/1-2' },
    { ...forward, guest: 'common' },
    { ...forward, port: 0 },
  ];
  expect(problemsOf({ rows: [], forwards: wrong }).map(({ code }) => code)).toEqual(Array(3).fill('bad-forward'));
  expect(problemsOf({ rows: [], forwards: [forward] })).toEqual([]);
});

test("a row's identity depends on what it says and not on its place", () => {
  const ids = (rows: readonly PolicyRow[]): string[] => resolvePolicy({ rows }, seedZones).rows.map(({ id }) => id);
  const [one = '', two = '', again = ''] = ids([ssh, { ...ssh, services: ['rdp'] }, ssh]);
  expect(ids([{ ...ssh, services: ['rdp'], line: 9 }, ssh])).toEqual([two, one]);
  expect(again).not.toBe(one);
});

test('every usual service is readable and says where it comes from', () => {
  const services = namedServices.map(({ name }) => name);
  expect(problemsOf({ rows: [{ ...ssh, services }] })).toEqual([]);
  expect(new Set(services).size).toBe(services.length);
  expect(namedServices.every(({ source }) => source.length > 5)).toBe(true);
});
