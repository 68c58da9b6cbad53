import { expect, test } from 'vitest';
import { seedPolicy, seedZones } from '../test/policies.ts';
import {
  diffReachability,
  type Policy,
  reachability,
  renderReachability,
  renderReachabilitySvg,
  renderReachDiff,
  resolvePolicy,
} from './index.ts';

const matrix = (policy: Policy) => reachability(resolvePolicy(policy, seedZones), 0);

test("the seed's table, as guests see it", () => {
  const lines = renderReachability(matrix(seedPolicy)).split('\n');
  expect(lines.filter((line) => / public:|^public/.test(line))).toEqual([
    'lan -> public: tcp/22, tcp/3389',
    'host -> public: tcp/22, tcp/3389', // by its address on the LAN, which is one of the LAN
    'common -> public: tcp/22, tcp/3389',
    'monitor -> public: tcp/22, tcp/3389, udp/161',
    'public -> common: tcp/25, tcp/389, tcp/514, tcp/2049, udp/514',
  ]);
});

test('the difference is what opens and what closes', () => {
  const after = {
    rows: [
      {
        ...seedPolicy.rows[0],
        from: 'lan',
        to: 'db',
        services: ['tcp/20-30', 'ping', 'gre'],
        action: 'accept' as const,
      },
    ],
  };
  const before = { rows: [{ from: 'lan', to: 'db', services: ['ssh'], action: 'accept' as const }] };
  const diff = renderReachDiff(diffReachability(matrix(before), matrix(after)));
  expect(diff.split('\n')[0]).toBe('opens: lan -> db: tcp/20-21, tcp/23-30, icmp/8, gre, icmpv6/128');
  expect(renderReachDiff(diffReachability(matrix(before), matrix(before)))).toBe('');
});

test('one family alone is said', () => {
  const zones = { ...seedZones, named: [{ name: 'old', addresses: ['10.0.0.1'] }] };
  const policy = resolvePolicy({ rows: [{ from: 'old', to: 'db', services: ['ssh'], action: 'accept' }] }, zones);
  expect(renderReachability(reachability(policy, 0))).toContain('old -> db: tcp/22 (IPv4)\n');
});

test('the picture holds every zone and what is open', () => {
  const svg = renderReachabilitySvg(matrix(seedPolicy));
  for (const text of ['public', 'private', 'db', 'monitor', 'tcp/2049']) expect(svg).toContain(`>${text}</text>`);
  expect(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"')).toBe(true);
});
