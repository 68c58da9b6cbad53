import type { Namespace } from '@kvm/ci/namespace';
import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  evaluate,
  type FirewallZones,
  makePacket,
  type PolicyRow,
  type ResolvedPolicy,
  renderBarrier,
  resolvePolicy,
} from '../src/index.ts';
import { loadIptables, loadNft } from './load.ts';
import { seedZones } from './policies.ts';
import { type Probe, Room } from './room.ts';

const lacks = needs('root', 'ip', 'tc', 'unshare', 'nsenter', 'perl', 'nft', 'iptables', 'ipset');

const row = (text: string, action: PolicyRow['action'] = 'accept'): PolicyRow => {
  const [from = '', to = '', ...services] = text.split(' ');
  return { from, to, services, action };
};
const rows = [
  row('lan host ssh ping'),
  row('monitor host snmp'),
  row('lan guests http'),
  row('guests host dns'),
  row('public db postgresql'),
  row('guests common syslog'),
  row('anywhere host any', 'drop'),
];

/** The inventory knows one IPv4 address of the host and none of IPv6. */
const zones: FirewallZones = { ...seedZones, host: { addresses: ['192.168.100.1'], uplink: 'eth0' } };

/** Whom the foreign person is: on the LAN, elsewhere behind it, and in the name of others. */
const own4 = ['192.168.100.66', '203.0.113.66'];
const forged4 = ['172.16.65.1', '172.16.99.1', '192.168.100.6', '127.0.0.7'];
const own6 = ['fd00:100::66', '2001:db8::66', 'fe80::66'];
const forged6 = ['fd00:61:0:65::1', 'fd00:61:0:99::1', 'fd00:100::6'];

const ports = [
  1, 22, 25, 53, 67, 80, 111, 137, 161, 443, 514, 546, 547, 631, 2049, 5353, 5355, 5432, 5900, 8080, 9100, 16514, 49152,
  65535,
];
const protocols = [1, 2, 4, 33, 41, 47, 50, 51, 58, 89, 103, 112, 132, 136, 253];

/** Sends a packet of each protocol to each destination, from a source that the sender has. */
const RAW = `
use Socket qw(:DEFAULT inet_pton pack_sockaddr_in6);
my ($index) = @ARGV;
while (<STDIN>) {
  my ($from, $to, $protocol) = split;
  my $six = $to =~ /:/;
  my $family = $six ? AF_INET6 : AF_INET;
  socket(my $s, $family, SOCK_RAW, $protocol) or next;
  setsockopt($s, SOL_SOCKET, SO_BROADCAST, 1);
  my $address = sub { my $raw = inet_pton($family, $_[0]); $six ? pack_sockaddr_in6(0, $raw, $index) : pack_sockaddr_in(0, $raw) };
  bind($s, $address->($from)) or next;
  send($s, $protocol == 58 ? pack('CCnNA8', 128, 0, 0, 0, 'foreign') : $protocol == 1 ? pack('CCnnnA8', 8, 0, 0x3a1d, 0, 0, 'foreign') : "\\0" x 24, 0, $address->($to));
}
`;

/** What has passed all filters, by any protocol. */
const SEEN = `
table inet seen
delete table inet seen
table inet seen {
  set seen4 { type ipv4_addr . ipv4_addr . inet_proto; flags dynamic; }
  set seen6 { type ipv6_addr . ipv6_addr . inet_proto; flags dynamic; }
  chain input {
    type filter hook input priority 210; policy accept;
    meta l4proto { tcp, udp } accept
    icmp type != echo-request accept
    icmpv6 type != echo-request accept
    add @seen4 { ip saddr . ip daddr . meta l4proto }
    add @seen6 { ip6 saddr . ip6 daddr . meta l4proto }
  }
}`;

describe.skipIf(lacks)('a foreign person on the LAN', () => {
  let room: Room;

  beforeAll(async () => {
    room = await Room.open(zones, ['192.168.100.5', 'fd00:100::5']);
    const { host, lan } = room;
    host.sh('for each in all eth0 default; do echo 0 >/proc/sys/net/ipv4/conf/$each/rp_filter; done');
    host.sh(
      'ip link add docker0 type bridge; ip link set docker0 up; ip link add br-9f type bridge; ip link set br-9f up',
    );
    const extra = [
      '192.168.100.77/32 dev eth0',
      '10.77.0.1/24 dev docker0',
      '172.18.0.1/16 dev br-9f',
      '198.51.100.7/32 dev lo',
    ];
    extra.push(
      'fd00:100::1/64 dev eth0',
      'fd00:100::5054:ff:fe00:1/64 dev eth0',
      'fd00:77::1/64 dev docker0',
      'fd00:61:0:18::1/64 dev br-9f',
    );
    host.sh(extra.map((each) => `ip address add ${each}${each.includes(':') ? ' nodad' : ''}`).join('; '));
    lan.sh('echo 1 >/proc/sys/net/ipv4/conf/all/route_localnet; echo 1 >/proc/sys/net/ipv4/ip_nonlocal_bind');
    for (const each of [...own4, ...forged4]) lan.sh(`ip address add ${each}/32 dev eth0`);
    for (const each of [...own6, ...forged6])
      lan.sh(`ip address add ${each}/${each.startsWith('fe80') ? 64 : 128} dev eth0 nodad`);
    lan.sh(
      'ip route add 255.255.255.255 dev eth0 src 192.168.100.66; ip -6 route add default via fd00:100::1 metric 1 2>/dev/null || :',
    );
  });
  afterAll(() => room.close());

  /** All that the host has, whatever gave it. */
  function hostAddresses(): string[] {
    const links = JSON.parse(room.host.sh('ip -j address')) as {
      ifname: string;
      addr_info: { family: string; local: string; broadcast?: string; scope: string }[];
    }[];
    return links.flatMap(({ ifname, addr_info }) =>
      addr_info
        .filter(
          ({ scope, local }) =>
            scope !== 'host' && (scope !== 'link' || ifname === 'eth0') && !local.startsWith('127.'),
        )
        .flatMap(({ local, broadcast }) => [local, ...(broadcast === undefined ? [] : [broadcast])]),
    );
  }

  const groups = [
    '255.255.255.255',
    '192.168.100.255',
    '224.0.0.1',
    '224.0.0.251',
    'ff02::1',
    'ff02::2',
    'ff02::fb',
    'ff05::2',
  ];
  const guests = [
    ...zones.guests.flatMap(({ addresses }) => addresses),
    '172.16.70.1',
    '172.31.255.1',
    'fd00:61:0:70::1',
  ];
  const isLink = (address: string): boolean => /^(fe80|ff02)/.test(address);

  function questions(): { from: string; to: string }[] {
    const sources = [...own4, ...forged4, ...own6, ...forged6];
    return [...new Set([...hostAddresses(), ...groups, ...guests])].flatMap((to) =>
      sources
        .filter((from) => from.includes(':') === to.includes(':') && (!isLink(to) || from !== '2001:db8::66'))
        .map((from) => ({ from, to })),
    );
  }

  /** @returns what arrived at the host and at guests, as `from to protocol/port` or `from to proto/number` */
  async function attack(): Promise<Set<string>> {
    const all = questions();
    const probes = all.flatMap(({ from, to }) =>
      (['tcp', 'udp'] as const).flatMap((protocol) =>
        ports.map((port): Probe => {
          const zone = isLink(to) || from.startsWith('fe80') ? '%eth0' : '';
          return { from: from.startsWith('fe80') ? `${from}%eth0` : from, to: `${to}${zone}`, protocol, port };
        }),
      ),
    );
    const everyone = [room.host, ...room.guests.values()];
    for (const each of everyone) each.sh('nft -f -', SEEN);
    const index = room.lan.sh('cat /sys/class/net/eth0/ifindex').trim();
    room.lan.sh(
      `perl -e '${RAW}' ${index}`,
      all.flatMap(({ from, to }) => protocols.map((protocol) => `${from} ${to} ${protocol}\n`)).join(''),
    );
    const arrived = new Set<string>();
    for (let at = 0; at < probes.length; at += 800)
      for (const text of await room.send(new Map([[room.lan, probes.slice(at, at + 800)]]), everyone))
        arrived.add(text);
    for (const each of everyone) for (const text of seenBy(each)) arrived.add(text);
    // Not what others send meanwhile.
    const asked = new Set(all.map(({ from, to }) => `${from} ${to}`));
    return new Set([...arrived].filter((text) => asked.has(text.replace(/ \S+$/, ''))));
  }

  /** What the policy says, of a host that has all these addresses. */
  function verdicts(policy: ResolvedPolicy): Map<string, boolean> {
    const local = new Set([...hostAddresses(), ...groups]);
    const found = new Map<string, boolean>();
    for (const { from, to } of questions()) {
      const contents = [
        ...[6, 17].flatMap((protocol) =>
          ports.map((port) => ({ protocol, port, name: `${protocol === 6 ? 'tcp' : 'udp'}/${port}` })),
        ),
        ...protocols.map((protocol) => ({
          protocol,
          name: `proto/${protocol}`,
          ...([1, 58].includes(protocol) && { icmpType: protocol === 1 ? 8 : 128 }),
        })),
      ];
      for (const { name, ...content } of contents) {
        const { outInterface, inInterface, mac, ...packet } = makePacket(policy, { from, to, ...content });
        const isReceived = outInterface === undefined || local.has(to);
        const { action } = evaluate(policy, {
          ...packet,
          inInterface: 'eth0',
          mac: '02:00:00:00:00:01',
          ...(!isReceived && { outInterface }),
        });
        found.set(`${from} ${to} ${name}`, action === 'accept');
      }
    }
    return found;
  }

  const count = { tried: 0, right: 0 };

  /** Nothing arrives that the policy closes, and of what it opens enough to show that the way is there. */
  async function compare(what: string, wanted: ReadonlyMap<string, boolean>, least: number): Promise<void> {
    const arrived = await attack();
    const wrong = [...arrived].filter((text) => wanted.get(text) !== true);
    const open = [...arrived].filter((text) => wanted.get(text) === true).length;
    count.tried += wanted.size;
    count.right += wanted.size - wrong.length;
    console.info(`${what}: ${wanted.size} tried, ${open} arrived and were open, ${wrong.length} wrong`);
    expect(wrong).toEqual([]);
    expect(open).toBeGreaterThanOrEqual(least);
  }

  const closedToGuests = (policy: ResolvedPolicy, hostIsOpen: boolean): Map<string, boolean> => {
    const local = new Set([...hostAddresses(), ...groups]);
    return new Map(
      [...verdicts(policy).keys()].map((text) => [text, hostIsOpen && local.has(text.split(' ')[1] ?? '')]),
    );
  };

  const flushes = {
    nft: ['nft flush ruleset', 'nft delete table inet kvm'],
    iptables: ['iptables -F; ip6tables -F', 'nft flush ruleset'],
  };

  test.each([
    ['nft', loadNft],
    ['iptables', loadIptables],
  ] as const)(
    '%s: nothing but what rows open, on every address and protocol',
    async (backEnd, load) => {
      room.host.sh('nft flush ruleset');
      const policy = resolvePolicy({ rows }, zones);
      const { content } = renderBarrier(policy);
      load(room.host, policy);
      room.host.sh('sh -s on', content);
      await compare(`${backEnd}, all guests`, verdicts(policy), 40);

      const gone = resolvePolicy(
        { rows: rows.filter(({ from }) => from !== 'public') },
        { ...zones, guests: zones.guests.slice(0, 2) },
      );
      load(room.host, gone);
      await compare(`${backEnd}, a guest that has left runs on`, verdicts(gone), 30);

      const moved = zones.guests.map((guest) =>
        guest.name === 'db'
          ? { ...guest, tap: 'tun77', mac: '52:54:00:61:77:01', addresses: ['172.16.77.1', 'fd00:61:0:77::1'] }
          : guest,
      );
      const changed = resolvePolicy({ rows }, { ...zones, guests: moved });
      load(room.host, changed);
      await compare(`${backEnd}, a guest has another VMID and runs on`, verdicts(changed), 30);

      load(room.host, policy);
      for (const flush of flushes[backEnd]) {
        room.host.sh(flush);
        await compare(`${backEnd}, after ${flush}`, closedToGuests(policy, true), 100);
        load(room.host, policy);
      }
      await compare(`${backEnd}, loaded again`, verdicts(policy), 40);
      room.host.sh('sh -s off', content);
      console.info(`${count.tried} tried, ${count.right} right`);
    },
    3_600_000,
  );
});

function seenBy(sandbox: Namespace): string[] {
  const listing = JSON.parse(sandbox.sh('nft -j -n list table inet seen')) as {
    nftables: { set?: { elem?: { concat: (string | number)[] }[] } }[];
  };
  return listing.nftables.flatMap(({ set }) =>
    (set?.elem ?? []).map(({ concat: [from, to, protocol] }) => `${from} ${to} proto/${protocol}`),
  );
}
