import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, Namespace } from '@kvm/ci/namespace';
import type { FirewallZones } from '../src/index.ts';

/** A packet to send: TCP's first or one of UDP, from an address that the sending namespace has. */
export interface Probe {
  readonly from: string;
  readonly to: string;
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
}

/** Sends all probes at once, and waits until those that arrive have arrived: neighbour discovery tries again after a second. */
const SENDER = `
const net = require('node:net'), dgram = require('node:dgram');
for (const { from, to, protocol, port } of JSON.parse(require('node:fs').readFileSync(0, 'utf8'))) {
  if (protocol === 'tcp') net.connect({ host: to, port, localAddress: from }).on('error', () => {});
  else {
    const socket = dgram.createSocket(to.includes(':') ? 'udp6' : 'udp4').on('error', () => {});
    socket.bind({ address: from }, () => { if (!to.includes(':')) socket.setBroadcast(true); socket.send('probe', port, to); });
  }
}
setTimeout(() => process.exit(), 1600);
`;

/** After our filter, which has priority 0, and the security table of iptables, at 150: what is seen here has passed them. */
const WITNESS = `
table inet witness
delete table inet witness
table inet witness {
  set seen4 { type ipv4_addr . ipv4_addr . inet_proto . inet_service; flags dynamic; }
  set seen6 { type ipv6_addr . ipv6_addr . inet_proto . inet_service; flags dynamic; }
  chain input {
    type filter hook input priority 200; policy accept;
    ct state new add @seen4 { ip saddr . ip daddr . meta l4proto . th dport }
    ct state new add @seen6 { ip6 saddr . ip6 daddr . meta l4proto . th dport }
  }
}`;

/** A host between a LAN and guests, each in a namespace of its own, with a cable as each guest's tap. */
export class Room {
  readonly host: Namespace;
  readonly lan: Namespace;
  readonly guests: ReadonlyMap<string, Namespace>;

  private constructor(host: Namespace, lan: Namespace, guests: ReadonlyMap<string, Namespace>) {
    this.host = host;
    this.lan = lan;
    this.guests = guests;
  }

  static async open(zones: FirewallZones, lanAddresses: readonly string[]): Promise<Room> {
    const [host, lan, ...others] = await Promise.all(['host', 'lan', ...zones.guests].map(() => Namespace.open()));
    if (host === undefined || lan === undefined) throw new Error('no namespaces');
    for (const each of [host, lan, ...others]) each.sh('echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad');
    const forwarding = 'echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding';
    host.sh(forwarding);
    connect({ namespace: host, device: 'eth0' }, { namespace: lan, device: 'eth0' });
    host.sh(
      `ip link set eth0 up; ${addressCommands(
        'eth0',
        zones.host.addresses.filter((each) => /^(192|fd00:100:)/.test(each)),
        true,
      )}`,
    );
    lan.sh(`ip link set eth0 up; ${addressCommands('eth0', lanAddresses, true)}`);
    lan.sh('ip route add default via 192.168.100.1; ip route add default via fd00:100::1');
    const guests = new Map<string, Namespace>();
    for (const [index, { name, tap, mac, addresses }] of zones.guests.entries()) {
      const guest = others[index];
      if (guest === undefined) continue;
      guests.set(name, guest);
      connect({ namespace: host, device: tap }, { namespace: guest, device: 'eth0', mac });
      host.sh(`ip link set ${tap} up`);
      const vmid = tap.slice(3);
      host.sh(addressCommands(tap, [`172.16.${vmid}.254`, `fd00:61:0:${vmid}::254`], false));
      guest.sh(`ip link set eth0 up; ${addressCommands('eth0', addresses, false)}`);
      host.sh(addresses.map((address) => `ip route add ${address} dev ${tap}`).join('; '));
      guest.sh(
        `ip route add 172.16.${vmid}.254 dev eth0; ip route add default via 172.16.${vmid}.254 src ${addresses[0]}`,
      );
      guest.sh(`ip route add fd00:61:0:${vmid}::254 dev eth0; ip route add default via fd00:61:0:${vmid}::254`);
    }
    return new Room(host, lan, guests);
  }

  async close(): Promise<void> {
    await Promise.all([this.host, this.lan, ...this.guests.values()].map((each) => each.close()));
  }

  /**
   * Sends probes from a namespace each, all at the same time.
   *
   * @param at where arrivals count; what is sent to a group also comes back to its sender
   * @returns those that arrived, as `from to protocol/port`, sorted
   */
  async send(probes: ReadonlyMap<Namespace, readonly Probe[]>, at?: readonly Namespace[]): Promise<string[]> {
    const everyone = [this.host, this.lan, ...this.guests.values()];
    for (const each of everyone) each.sh('nft -f -', WITNESS);
    await Promise.all(
      [...probes].map(async ([sandbox, list]) => {
        const [program, words] = sandbox.enter(process.execPath, '-e', SENDER);
        const sender = spawn(program, words, { stdio: ['pipe', 'ignore', 'inherit'] });
        sender.stdin.end(JSON.stringify(list));
        await once(sender, 'exit');
      }),
    );
    return [...new Set((at ?? everyone).flatMap(arrivals))].sort();
  }
}

function addressCommands(device: string, addresses: readonly string[], isLan: boolean): string {
  return addresses
    .map((address) => {
      const ipv6 = address.includes(':');
      const length = isLan ? (ipv6 ? 64 : 24) : ipv6 ? 128 : 32;
      return `ip address add ${address}/${length} dev ${device}${ipv6 ? ' nodad' : ''}`;
    })
    .join('; ');
}

function arrivals(sandbox: Namespace): string[] {
  const listing = JSON.parse(sandbox.sh('nft -j -n list table inet witness')) as {
    nftables: { set?: { elem?: { concat: (string | number)[] }[] } }[];
  };
  return listing.nftables.flatMap(({ set }) =>
    (set?.elem ?? []).flatMap(({ concat: [from, to, protocol, port] }) => {
      const name = protocol === 6 ? 'tcp' : protocol === 17 ? 'udp' : undefined;
      return name === undefined ? [] : [`${from} ${to} ${name}/${port}`];
    }),
  );
}
