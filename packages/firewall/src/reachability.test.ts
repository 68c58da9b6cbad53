import { expect, test } from 'vitest';
import { asListed } from '../test/as-listed.ts';
import { guest, randomPolicy, seedPolicy, seedZones } from '../test/policies.ts';
import {
  diffReachability,
  evaluate,
  makePacket,
  type OpenRange,
  type Policy,
  type PolicyRow,
  type ReachCell,
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

test('replies of ICMP open nothing', () => {
  const rows = [{ from: 'lan', to: 'db', services: ['icmp/echo-reply', 'icmp/3'], action: 'accept' as const }];
  expect(renderReachability(matrix({ rows }))).not.toContain('icmp/');
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

/** From and to places whose address is known. */
const ADDRESSES = { host: 'fd00:100::1', common: 'fd00:100::5', monitor: 'fd00:100::6' };
const CONTENTS = [
  ...[6, 17].flatMap((protocol) =>
    [22, 53, 80, 443, 546, 999, 1000, 2000, 2001, 5901, 8080].map((port) => ({ protocol, port })),
  ),
  { protocol: 58, icmpType: 128 },
  { protocol: 47 },
  { protocol: 200 },
];

test.each(Array.from({ length: 12 }, (_, index) => index + 1))(
  'random policy %i: each cell is what packets meet, and iptables, as it is listed, gives the same cells',
  (seed) => {
    const { policy, zones } = randomPolicy(seed);
    const resolved = resolvePolicy(policy, zones);
    const cells = reachability(resolved, 1).cells;
    const textOf = ({ from, to, open }: ReachCell): string => `${from} ${to} ${JSON.stringify(open)}`;
    expect(reachability(resolved, 1, asListed(resolved)).cells.map(textOf)).toEqual(cells.map(textOf));
    const opened = new Map(cells.map(({ from, to, open }) => [`${from} ${to}`, open]));
    const places = Object.entries({
      ...ADDRESSES,
      ...Object.fromEntries(zones.guests.flatMap(({ name, addresses: [, six] }) => (six ? [[name, six]] : []))),
    });
    for (const [from, source] of places)
      for (const [to, destination] of places)
        for (const content of CONTENTS) {
          if (from === to || (from in ADDRESSES && to in ADDRESSES && from !== 'host' && to !== 'host')) continue;
          const packet = makePacket(resolved, { from: source, to: destination, ...content, time: 1 });
          const isOpen = evaluate(resolved, packet).action === 'accept';
          expect([from, to, content, isOpen]).toEqual([from, to, content, opens(opened.get(`${from} ${to}`), content)]);
        }
  },
);

function opens(open: readonly OpenRange[] = [], { protocol, ...detail }: (typeof CONTENTS)[number]): boolean {
  const own = open.filter(({ family }) => family === 6);
  const at = Object.values(detail)[0] ?? 0;
  const named = own.some((range) => range.protocol === protocol && range.first <= at && at <= range.last);
  return named || (protocol === 200 && own.some((range) => range.protocol === undefined));
}

/** A room of so many guests, each with a row of its own, and rows for all. */
function manyGuests(count: number): { policy: Policy; zones: typeof seedZones } {
  const guests = Array.from({ length: count }, (_, index) => ({
    ...guest(`g${index}`, 61),
    tap: `tun${index + 1}`,
    addresses: [`172.16.${index >> 8}.${index & 255}`, `fd00:61::${index.toString(16)}`],
  }));
  const rows = guests.map(({ name }, index): PolicyRow => {
    const to = guests[(index + 1) % count]?.name ?? name;
    return { from: name, to, services: [`tcp/${5000 + index}`], action: 'accept' };
  });
  return { policy: { rows: [...seedPolicy.rows, ...rows] }, zones: { ...seedZones, guests } };
}

/** Seconds of CPU, which others on the machine do not change. */
function cpuOf(work: () => unknown): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

// A decision for each pair of addresses and each port took 20 seconds for 80 guests, and minutes for these.
test('two hundred guests with a row each are judged in a moment, from the table and from a kernel', () => {
  const { policy, zones } = manyGuests(200);
  const resolved = resolvePolicy(policy, zones);
  const ruleset = asListed(resolved);
  expect(cpuOf(() => expect(reachability(resolved, 0).cells.length).toBeGreaterThan(1000))).toBeLessThan(5);
  expect(cpuOf(() => expect(reachability(resolved, 0, ruleset).cells.length).toBeGreaterThan(1000))).toBeLessThan(5);
});
