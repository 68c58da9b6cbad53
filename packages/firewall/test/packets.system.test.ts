import type { Namespace } from '@kvm/ci/namespace';
import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { evaluate, type FirewallZones, makePacket, type Policy, resolvePolicy } from '../src/index.ts';
import { loadIptables, loadNft } from './load.ts';
import { guest, randomPolicy, seedPolicy, seedZones } from './policies.ts';
import { type Probe, Room } from './room.ts';

const lacks = needs('root', 'ip', 'unshare', 'nsenter', 'nft', 'iptables', 'ipset');
const lanAddresses = ['192.168.100.2', '192.168.100.5', '192.168.100.6', 'fd00:100::2', 'fd00:100::5', 'fd00:100::6'];
const ports = [22, 25, 80, 161, 389, 514, 2049, 3389];
let room: Room;

/** Every probe between two addresses that are not on the same machine, by the machine that sends it. */
function allProbes(zones: FirewallZones): Map<Namespace, Probe[]> {
  const machines = [
    { sandbox: room.host, addresses: ['192.168.100.1', 'fd00:100::1'] },
    { sandbox: room.lan, addresses: lanAddresses },
    ...zones.guests.flatMap(({ name, addresses }) => {
      const sandbox = room.guests.get(name);
      return sandbox === undefined ? [] : [{ sandbox, addresses }];
    }),
  ];
  return new Map(
    machines.map(({ sandbox, addresses }) => {
      const others = machines.filter((each) => each.sandbox !== sandbox).flatMap((each) => each.addresses);
      return [sandbox, addresses.flatMap((from) => others.flatMap((to) => probesBetween(from, to)))];
    }),
  );
}

const probesBetween = (from: string, to: string): Probe[] =>
  from.includes(':') === to.includes(':')
    ? (['tcp', 'udp'] as const).flatMap((protocol) => ports.map((port) => ({ from, to, protocol, port })))
    : [];

const textOf = ({ from, to, protocol, port }: Probe): string => `${from} ${to} ${protocol}/${port}`;

function allowed(policy: Policy, zones: FirewallZones, probes: readonly Probe[]): string[] {
  const resolved = resolvePolicy(policy, zones);
  const time = Math.floor(Date.now() / 1000);
  return probes
    .filter(({ protocol, ...probe }) => {
      const packet = makePacket(resolved, { ...probe, protocol: protocol === 'tcp' ? 6 : 17, time });
      return evaluate(resolved, packet).action === 'accept';
    })
    .map(textOf)
    .sort();
}

const everything = { from: 'anywhere', to: 'anywhere', services: ['any'], action: 'accept' } as const;

/** Neighbour solicitations, each from an address of its own (RFC 4861, 4.3), which the kernel only sends from addresses that it has. */
const ASK = `
use Socket qw(:DEFAULT inet_pton pack_sockaddr_in6);
my ($index, $target, @from) = @ARGV;
my $to = inet_pton(AF_INET6, $target);
for my $from (@from) {
  socket(my $s, AF_INET6, SOCK_RAW, 58) or die $!;
  setsockopt($s, 41, $_, pack('i', 255)) for 16, 18;
  bind($s, pack_sockaddr_in6(0, inet_pton(AF_INET6, $from), $index)) or die "$from: $!";
  send($s, pack('CCnN', 135, 0, 0, 0) . $to . pack('CCH12', 1, 1, '525400616501'), 0, pack_sockaddr_in6(0, $to, $index)) or die $!;
}
`;

function askNeighbours(guest: Namespace, times: number, source?: string): void {
  const target = /fe80::[0-9a-f:]+/.exec(room.host.sh('ip -6 address show dev tun65 scope link'))?.[0] ?? '';
  const from = Array.from({ length: times }, (_, index) => source ?? `fe80::5:${(index + 1).toString(16)}`);
  if (source === undefined)
    guest.sh('ip -batch -', from.map((each) => `address replace ${each}/64 dev eth0 nodad\n`).join(''));
  const index = guest.sh('cat /sys/class/net/eth0/ifindex').trim();
  guest.run('perl', '-e', ASK, index, target, ...from);
}

const clear = (): void => {
  // iptables-nft keeps its rules as tables of nft; the namespace is ours alone.
  room.host.sh('nft flush ruleset');
};

describe.skipIf(lacks)('real packets', () => {
  beforeAll(async () => {
    room = await Room.open(seedZones, lanAddresses);
  });
  afterAll(() => room.close());

  describe.each([
    ['nft', loadNft],
    ['iptables', loadIptables],
  ] as const)('%s', (_, load) => {
    test("each of the seed's rows opens its cell, and nothing else is open", async () => {
      clear();
      load(room.host, resolvePolicy(seedPolicy, seedZones));
      const probes = allProbes(seedZones);
      const arrived = await room.send(probes);
      expect(arrived).toEqual(allowed(seedPolicy, seedZones, [...probes.values()].flat()));
      const toGuests = arrived.filter((text) => / (172\.16|fd00:61)/.test(text));
      expect(new Set(toGuests.map((text) => text.split(' ')[2]))).toEqual(new Set(['tcp/22', 'tcp/3389', 'udp/161']));
    });

    test('a guest that takes another address or MAC address gets nowhere', async () => {
      clear();
      load(
        room.host,
        resolvePolicy({ rows: [{ from: 'anywhere', to: 'anywhere', services: ['any'], action: 'accept' }] }, seedZones),
      );
      const liar = room.guests.get('public');
      if (liar === undefined) throw new Error('no guest');
      const stolen = ['172.16.66.1', '192.168.100.77', '172.16.65.9', 'fd00:61:0:66::1', 'fd00:100::77'];
      liar.sh(stolen.map((each) => `ip address add ${each} dev eth0${each.includes(':') ? ' nodad' : ''}`).join('; '));
      const to = ['192.168.100.5', '172.16.67.1', '192.168.100.1', 'fd00:100::5', 'fd00:61:0:67::1', 'fd00:100::1'];
      const lies = stolen.flatMap((from) => to.flatMap((each) => probesBetween(from, each)));
      const truth = probesBetween('172.16.65.1', '192.168.100.5');
      expect(await room.send(new Map([[liar, [...lies, ...truth]]]))).toEqual(truth.map(textOf).sort());
      liar.sh('ip link set eth0 address 52:54:00:61:66:01');
      expect(await room.send(new Map([[liar, truth]]))).toEqual([]);
      liar.sh(
        `ip link set eth0 address 52:54:00:61:65:01; ${stolen.map((each) => `ip address del ${each} dev eth0`).join('; ')}`,
      );
      room.host.sh('ip neigh flush all');
    });

    test('a port forward leads to the guest, and masquerading hides it from strangers only', async () => {
      clear();
      const rows = [{ from: 'guests', to: 'anywhere', services: ['tcp/80'], action: 'accept' as const }];
      const forwards = [{ from: 'lan', service: 'tcp/8080', guest: 'public', port: 80 }];
      load(room.host, resolvePolicy({ rows, forwards, masquerade: true }, seedZones));
      room.lan.sh('ip address replace 203.0.113.9/32 dev lo');
      room.host.sh('ip route replace 203.0.113.9 via 192.168.100.5');
      const guest = room.guests.get('private');
      if (guest === undefined) throw new Error('no guest');
      const probe = (from: string, to: string, port: number): Probe => ({ from, to, protocol: 'tcp', port });
      const own = '172.16.66.1';
      const arrived = await room.send(
        new Map([
          [room.lan, [probe('192.168.100.2', '192.168.100.1', 8080), probe('203.0.113.9', '192.168.100.1', 8080)]],
          [guest, [probe(own, '203.0.113.9', 80), probe(own, '192.168.100.5', 80)]],
        ]),
      );
      expect(arrived).toEqual([
        '172.16.66.1 192.168.100.5 tcp/80',
        '192.168.100.1 203.0.113.9 tcp/80',
        '192.168.100.2 172.16.65.1 tcp/80',
        '203.0.113.9 192.168.100.1 tcp/8080',
      ]);
    });

    test('the host is closed on every address that it has, but for what rows open', async () => {
      clear();
      const unknownIpv6 = { ...seedZones, host: { addresses: ['192.168.100.1'], uplink: 'eth0' } };
      const rows = [
        { from: 'lan', to: 'host', services: ['ssh'], action: 'accept' as const },
        { from: 'anywhere', to: 'host', services: ['any'], action: 'drop' as const },
      ];
      load(room.host, resolvePolicy({ rows }, unknownIpv6));
      const extra = ['192.168.100.77', '10.77.0.1', '172.18.0.1', 'fd00:100::77'];
      room.host.sh(
        `ip link add docker0 type bridge; ip link set docker0 up; ${extra
          .map((each) => `ip address add ${each} dev ${/^1[07]/.test(each) ? 'docker0' : 'eth0'}`)
          .join('; ')}`,
      );
      room.lan.sh(
        'ip address replace fe80::5/64 dev eth0 nodad; ip route replace 255.255.255.255 dev eth0 src 192.168.100.5',
      );
      const linkLocal = /fe80::[0-9a-f:]+/.exec(room.host.sh('ip -6 address show dev eth0 scope link'))?.[0] ?? '';
      const from4 = (to: string): Probe[] => probesBetween('192.168.100.5', to);
      const probes = [
        ...['192.168.100.1', '192.168.100.255', '255.255.255.255', '224.0.0.1', ...extra.slice(0, 3)].flatMap(from4),
        ...['fd00:100::1', 'fd00:100::77'].flatMap((to) => probesBetween('fd00:100::5', to)),
        ...[linkLocal, 'ff02::1'].flatMap((to) => probesBetween('fe80::5%eth0', `${to}%eth0`)),
      ];
      const open = ['192.168.100.1', '10.77.0.1', '172.18.0.1', '192.168.100.77'].map(
        (to) => `192.168.100.5 ${to} tcp/22`,
      );
      const ipv6 = ['fd00:100::1', 'fd00:100::77'].map((to) => `fd00:100::5 ${to} tcp/22`);
      const arrived = await room.send(new Map([[room.lan, probes]]), [room.host]);
      expect(probes.length).toBeGreaterThan(150);
      expect(arrived).toEqual([...open, ...ipv6].sort());
      room.host.sh(
        `ip link delete docker0; ip address del 192.168.100.77 dev eth0; ip address del fd00:100::77 dev eth0`,
      );
    });

    test('a guest that has left the inventory and runs on is closed, even where everything is open', async () => {
      clear();
      const zones = { ...seedZones, guests: seedZones.guests.filter(({ name }) => name !== 'db') };
      load(room.host, resolvePolicy({ rows: [everything] }, zones));
      const probes = allProbes(seedZones);
      const all = [...probes.values()].flat();
      const isOfDb = (text: string): boolean => / ?(172\.16\.67\.1|fd00:61:0:67::1) /.test(text);
      const own = (address: string): boolean => /^(172\.16\.67|fd00:61:0:67):*\.?/.test(address);
      expect(all.filter(({ from, to }) => own(from) || own(to)).length).toBeGreaterThan(200);
      const arrived = await room.send(probes);
      expect(arrived.filter(isOfDb)).toEqual([]);
      expect(arrived.length).toBeGreaterThan(200);
    });

    test('the LAN cannot send as a guest, nor as one that may come', async () => {
      clear();
      load(room.host, resolvePolicy({ rows: [everything] }, seedZones));
      room.host.sh('for each in all eth0; do echo 0 >/proc/sys/net/ipv4/conf/$each/rp_filter; done');
      const lies = ['172.16.66.1', '172.16.99.1', 'fd00:61:0:66::1', 'fd00:61:0:99::1'];
      room.lan.sh(
        lies.map((each) => `ip address add ${each} dev eth0${each.includes(':') ? ' nodad' : ''}`).join('; '),
      );
      const to = ['172.16.65.1', '192.168.100.1', 'fd00:61:0:65::1', 'fd00:100::1'];
      const truth = probesBetween('192.168.100.5', '172.16.65.1');
      const probes = [...lies.flatMap((from) => to.flatMap((each) => probesBetween(from, each))), ...truth];
      const arrived = await room.send(new Map([[room.lan, probes]]));
      room.lan.sh(lies.map((each) => `ip address del ${each} dev eth0`).join('; '));
      expect(arrived).toEqual(truth.map(textOf).sort());
    });

    test("a guest that asks for neighbours from ever new addresses does not fill the host's table", () => {
      clear();
      load(room.host, resolvePolicy({ rows: [everything] }, seedZones));
      const liar = room.guests.get('public');
      if (liar === undefined) throw new Error('no guest');
      const started = performance.now();
      askNeighbours(liar, 300);
      const seconds = (performance.now() - started) / 1000;
      const made = room.host
        .sh('ip -6 neigh show dev tun65')
        .split('\n')
        .filter((line) => line.startsWith('fe80::5:'));
      expect(made.length).toBeGreaterThan(0);
      expect(made.length).toBeLessThanOrEqual(10 + 5 * Math.ceil(seconds));
      // The address that its MAC address gives is served all the same.
      room.host.sh('ip -6 neigh flush dev tun65');
      liar.sh('ip address replace fe80::5054:ff:fe61:6501/64 dev eth0 nodad');
      askNeighbours(liar, 1, 'fe80::5054:ff:fe61:6501');
      expect(room.host.sh('ip -6 neigh show dev tun65')).toContain('fe80::5054:ff:fe61:6501 ');
    });

    const seeds = Array.from({ length: process.env.KVM_SOAK ? 30 : 1 }, (_nothing, index) => index + 1);
    test.each(seeds)('random policy %i lets through what evaluate says', async (seed) => {
      clear();
      const zones = {
        ...seedZones,
        guests: [guest('g0', 65, ['web']), guest('g1', 66, ['data']), guest('g2', 67, ['web'])],
      };
      const random = randomPolicy(seed).policy.rows;
      const known = new Set([
        'anywhere',
        'guests',
        'host',
        'lan',
        'common',
        'monitor',
        'g0',
        'g1',
        'g2',
        'web',
        'data',
      ]);
      const rows = random.filter(({ from, to, limit }) => known.has(from) && known.has(to) && limit === undefined);
      load(room.host, resolvePolicy({ rows }, zones));
      const probes = namedProbes(zones);
      expect(await room.send(probes)).toEqual(allowed({ rows }, zones, [...probes.values()].flat()));
    });
  });
});

/** The room's guests under other names. */
function namedProbes(zones: FirewallZones): Map<Namespace, Probe[]> {
  const names = [...room.guests.keys()];
  return allProbes({
    ...zones,
    guests: zones.guests.map((each, index) => ({ ...each, name: names[index] ?? each.name })),
  });
}
