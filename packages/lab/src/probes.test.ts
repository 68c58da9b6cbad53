import { deriveDesired } from '@kvm/host';
import { parseInventory } from '@kvm/inventory';
import { describe, expect, test } from 'vitest';
import { planLab } from './plan.ts';
import { planLies, planWays, type Way } from './probes.ts';

const room = `
host: { name: management, address: 192.168.100.1/24, address6: "fd00:100::1/64" }
ranges: { ipv6: "fd00:61::/48" }
machines: { hoge: [192.168.100.2, "fd00:100::2"], old: 192.168.100.3 }
guests: { public: { vmid: 65 }, db: { vmid: 61 } }
`;
const policy = `policy:
  - { from: lan, to: guests, service: [ssh, udp/1000-2000] }
  - { from: public, to: db, service: [postgresql, ping] }
  - { from: old, to: db, service: http, limit: 1/hour }
  - { from: host, to: db, service: tcp/9, expires: 2027-01-01 }
`;
const planOf = (text: string) => planLab(deriveDesired(parseInventory(text)), Number.POSITIVE_INFINITY);
const in2026 = Date.UTC(2026) / 1000;
const nameOf = ({ from, as, to, source }: Way): string =>
  `${from.name}${as === undefined ? '' : ` as ${as.name}`} -> ${to.name}${source.includes(':') ? ' 6' : ''}`;

test('without a policy: every way to or from a guest, and all is to be open', () => {
  const ways = planWays(planOf(room), in2026);
  expect(ways.map(nameOf)).toEqual([
    ...['hoge -> public', 'hoge -> public 6', 'hoge -> db', 'hoge -> db 6', 'old -> public', 'old -> db'],
    ...['public -> hoge', 'public -> hoge 6', 'public -> old', 'public -> db', 'public -> db 6'],
    ...['db -> hoge', 'db -> hoge 6', 'db -> old', 'db -> public', 'db -> public 6'],
  ]);
  expect(new Set(ways.map(({ probes }) => probes.map((each) => Object.values(each).join(' ')).join()))).toEqual(
    new Set(['ping 0 open,tcp 22 open']),
  );
});

describe('with a policy', () => {
  const plan = planOf(room + policy);
  const ways = planWays(plan, in2026);
  const find = (name: string, list = ways): Way | undefined => list.find((way) => nameOf(way) === name);
  const open = (name: string, list = ways): string[] | undefined =>
    find(name, list)?.probes.flatMap(({ protocol, port, expected }) =>
      expected === 'open' ? [`${protocol}/${port}`] : [],
    );

  test('each cell is tried with what rows name and with what none names, and is to be as the rows say', () => {
    expect(find('hoge -> db')?.probes.map(({ protocol, port }) => `${protocol}/${port}`)).toEqual([
      ...['ping/0', 'tcp/7', 'tcp/9', 'tcp/22', 'tcp/80', 'tcp/5432', 'udp/9', 'udp/1000', 'udp/2000'],
    ]);
    expect(open('hoge -> db 6')).toEqual(['tcp/22', 'udp/1000', 'udp/2000']);
    expect(open('public -> db')).toEqual(['ping/0', 'tcp/5432']);
    expect(open('db -> public')).toEqual([]);
    expect(open('db -> management')).toEqual([]);
  });

  test('the host sends from its end of the tap, and a row is void when it has expired', () => {
    expect(find('management -> db')?.source).toBe('172.16.61.254');
    expect(open('management -> db')).toEqual(['tcp/9']);
    expect(open('management -> db', planWays(plan, Date.UTC(2028) / 1000))).toEqual([]);
  });

  test('what a row with a limit decides is not tried', () => {
    expect(find('old -> db')?.probes.map(({ port }) => port)).not.toContain(80);
  });

  test('lies are told by guests about everyone and by others about guests, with what is open to the one lied about', () => {
    const lies = planLies(plan, ways);
    expect(lies.filter(({ source }) => !source.includes(':')).map(nameOf)).toEqual([
      ...['hoge as public -> db', 'hoge as db -> public', 'old as public -> db', 'old as db -> public'],
      ...['public as hoge -> old', 'public as old -> db', 'public as db -> hoge'],
      ...['db as hoge -> old', 'db as old -> public', 'db as public -> hoge'],
    ]);
    const [lie] = lies;
    expect(lie).toMatchObject({ source: '172.16.65.1', target: '172.16.61.1' });
    expect(lie?.probes).toEqual([
      { protocol: 'ping', port: 0, expected: 'closed' },
      { protocol: 'tcp', port: 5432, expected: 'closed' },
      { protocol: 'udp', port: 9, expected: 'closed' },
    ]);
  });
});
