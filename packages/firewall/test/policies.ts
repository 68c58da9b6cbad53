import type { FirewallZones, Policy, PolicyAction, PolicyRow, ZoneGuest } from '../src/index.ts';

export const guest = (name: string, vmid: number, groups: string[] = []): ZoneGuest => ({
  name,
  tap: `tun${vmid}`,
  mac: `52:54:00:61:${String(vmid).padStart(2, '0')}:01`,
  addresses: [`172.16.${vmid}.1`, `fd00:61:0:${vmid}::1`],
  groups,
});

/** A small server room: a LAN with a common server and a monitoring server, and three guests. */
export const seedZones: FirewallZones = {
  guests: [guest('public', 65, ['web']), guest('private', 66, ['web']), guest('db', 67)],
  host: {
    addresses: [
      '192.168.100.1',
      'fd00:100::1',
      ...[65, 66, 67].flatMap((id) => [`172.16.${id}.254`, `fd00:61:0:${id}::254`]),
    ],
    uplink: 'eth0',
  },
  lan: ['192.168.100.0/24', 'fd00:100::/64'],
  guestNetworks: { taps: 'tun', ranges: ['172.16.0.0/12', 'fd00:61::/48'] },
  named: [
    { name: 'common', addresses: ['192.168.100.5', 'fd00:100::5'] },
    { name: 'monitor', addresses: ['192.168.100.6', 'fd00:100::6'] },
  ],
};

const row = (from: string, to: string, service: string, line: number): PolicyRow => ({
  from,
  to,
  services: [service],
  action: 'accept',
  line,
});

export const seedPolicy: Policy = {
  rows: [
    row('lan', 'guests', 'ssh', 10),
    row('lan', 'guests', 'rdp', 11),
    row('monitor', 'guests', 'snmp', 12),
    row('guests', 'common', 'syslog', 13),
    row('guests', 'common', 'ldap', 14),
    row('guests', 'common', 'nfs4', 15),
    row('guests', 'common', 'smtp', 16),
  ],
};

/** Numbers from 0 to below 1 that depend on the seed alone (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const SERVICES = [
  'ssh',
  'dns',
  'https',
  'ping',
  'vnc',
  'any',
  'gre',
  'tcp',
  'udp/1000-2000',
  'tcp/80,443',
  'icmp/3',
  'proto/200',
  'icmpv6/128',
];

/** 3 to 8 guests and up to 14 rows, of every kind that there is. */
export function randomPolicy(seed: number): { policy: Policy; zones: FirewallZones } {
  const random = seeded(seed);
  const pick = <T>(from: readonly [T, ...T[]]): T => from[Math.floor(random() * from.length)] ?? from[0];
  const some = (chance: number): boolean => random() < chance;
  const guests = Array.from({ length: 3 + Math.floor(random() * 6) }, (_, index) => {
    const each = guest(`g${index}`, 61 + index, [pick(['web', 'data'])]);
    return some(0.2) ? { ...each, addresses: each.addresses.slice(0, 1) } : each;
  });
  const zones: FirewallZones = {
    ...seedZones,
    guests,
    host: { uplink: 'eth0', addresses: ['192.168.100.1', 'fd00:100::1', '172.16.61.254'] },
    named: [
      ...(seedZones.named ?? []),
      { name: 'office', addresses: ['192.168.100.128/25', '10.0.0.0/8', 'fd00:100::1:0/112'] },
    ],
  };
  const names = [
    'anywhere',
    'guests',
    'host',
    'lan',
    'common',
    'monitor',
    'office',
    ...guests.flatMap(({ name, groups = [] }) => [name, ...groups]),
  ] as [string, ...string[]];
  const rows = Array.from(
    { length: Math.floor(random() * 15) },
    (_, index): PolicyRow => ({
      from: pick(names),
      to: pick(names),
      services: Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(SERVICES as [string, ...string[]])),
      action: pick<PolicyAction>(['accept', 'accept', 'drop', 'reject']),
      ...(some(0.15) && { log: true }),
      ...(some(0.15) && { limit: pick(['10/second', '600/minute', '7/hour']) }),
      ...(some(0.15) && { expires: pick(['2033-05-18T03:33:20Z', '2031-01-01']) }),
      ...(some(0.3) && { comment: pick(['"; drop', 'späße {', 'a\nb', "it's @here", '\\']) }),
      line: index + 1,
    }),
  );
  const [first] = guests;
  const forwards =
    some(0.4) && first
      ? [{ from: pick(['anywhere', 'lan', 'office', 'monitor']), service: 'tcp/8080', guest: first.name, port: 80 }]
      : [];
  return { policy: { rows, forwards, masquerade: some(0.5) }, zones };
}
