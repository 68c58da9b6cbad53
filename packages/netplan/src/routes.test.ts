import { expect, test } from 'vitest';
import { deriveGuestNet, deriveRoutes, type Gateway, renderRoutes } from './index.ts';

const ranges = { ipv4: '172.16.0.0/12', prefix: 24, ipv6: 'fd00:61::/48' };
const gateway: Gateway = { ipv4: '192.168.100.1', ipv6: 'fd00:100::1', lanDefault: '192.168.100.254' };
const guests = [
  { name: 'public', net: deriveGuestNet(65, ranges) },
  { name: 'db', net: deriveGuestNet(9, { ipv4: '172.16.0.0/12', prefix: 24 }) },
];
const routes = deriveRoutes(guests, gateway);
const routes4 = deriveRoutes(guests, { ipv4: '192.168.100.1' });

test('each guest’s subnets, by VMID, IPv4 first', () => {
  expect(routes).toEqual([
    { to: '172.16.9.0/24', via: '192.168.100.1', guest: 'db' },
    { to: '172.16.65.0/24', via: '192.168.100.1', guest: 'public' },
    { to: 'fd00:61:0:65::/64', via: 'fd00:100::1', guest: 'public' },
  ]);
});

test('no IPv6 routes without an IPv6 gateway', () => {
  expect(routes4).toEqual(routes.slice(0, 2));
});

test.each<[Gateway, string]>([
  [{ ipv4: '' }, 'gateway "" is not an IPv4 address'],
  [{ ipv4: 'fd00:100::1' }, 'gateway "fd00:100::1" is not an IPv4 address'],
  [{ ipv4: '192.168.100.1/24' }, 'is not an IPv4 address'],
  [{ ...gateway, lanDefault: '192.168.100.1\n' }, 'is not an IPv4 address'],
  [{ ...gateway, ipv6: '192.168.100.1' }, 'gateway "192.168.100.1" is not an IPv6 address'],
  [{ ...gateway, ipv6: 'fe80::1' }, 'gateway "fe80::1" is link-local'],
  [{ ...gateway, ipv6: 'febf::1' }, 'gateway "febf::1" is link-local'],
])('gateway %j is refused', (of, message) => {
  expect(() => deriveRoutes(guests, of)).toThrow(message);
});

test('a guest’s name that would not stay in its comment is refused', () => {
  const net = deriveGuestNet(1, ranges);
  expect(() => deriveRoutes([{ name: 'a\nreboot', net }], gateway)).toThrow('is not letters, digits');
});

test('linux', () => {
  expect(renderRoutes(routes, 'linux', gateway)).toBe(`#!/bin/sh
# The guests behind 192.168.100.1. Run as root; safe to run again. The routes are lost at a restart.
set -eu

# Whether the host is on a network of this machine, which may have IPv4 or IPv6 alone.
is_near() { case $(ip "$1" route get "$2" 2>/dev/null) in '' | *' via '*) return 1 ;; esac; }
near=

if is_near -4 192.168.100.1; then
  near=yes
  ip route replace 172.16.9.0/24 via 192.168.100.1 # db
  ip route replace 172.16.65.0/24 via 192.168.100.1 # public
fi

if is_near -6 fd00:100::1; then
  near=yes
  ip -6 route replace fd00:61:0:65::/64 via fd00:100::1 # public
fi

[ -n "$near" ] || { echo 'neither 192.168.100.1 nor fd00:100::1 is on a network of this machine' >&2; exit 1; }
`);
});

test('networkd', () => {
  expect(renderRoutes(routes, 'networkd', gateway)).toBe(
    `# The guests behind 192.168.100.1. For the LAN's interface: /etc/systemd/network/NAME.network.d/60-kvm.conf

# db
[Route]
Destination=172.16.9.0/24
Gateway=192.168.100.1

# public
[Route]
Destination=172.16.65.0/24
Gateway=192.168.100.1

# public
[Route]
Destination=fd00:61:0:65::/64
Gateway=fd00:100::1
`,
  );
});

test('windows', () => {
  expect(renderRoutes(routes, 'windows', gateway)).toBe(
    `rem The guests behind 192.168.100.1. Run as administrator; safe to run again. -p keeps the routes over a restart.
rem db
route DELETE 172.16.9.0 MASK 255.255.255.0 >nul 2>&1
route -p ADD 172.16.9.0 MASK 255.255.255.0 192.168.100.1
rem public
route DELETE 172.16.65.0 MASK 255.255.255.0 >nul 2>&1
route -p ADD 172.16.65.0 MASK 255.255.255.0 192.168.100.1
rem public
route DELETE fd00:61:0:65::/64 >nul 2>&1
route -p ADD fd00:61:0:65::/64 fd00:100::1
`,
  );
});

test('macos', () => {
  expect(renderRoutes(routes, 'macos', gateway)).toBe(`#!/bin/sh
# The guests behind 192.168.100.1. Run as root; safe to run again. The routes are lost at a restart.
# db
route -n delete -net 172.16.9.0/24 >/dev/null 2>&1
route -n add -net 172.16.9.0/24 192.168.100.1
# public
route -n delete -net 172.16.65.0/24 >/dev/null 2>&1
route -n add -net 172.16.65.0/24 192.168.100.1
# public
route -n delete -inet6 fd00:61:0:65::/64 >/dev/null 2>&1
route -n add -inet6 fd00:61:0:65::/64 fd00:100::1
`);
});

test('routeros', () => {
  expect(renderRoutes(routes, 'routeros', gateway)).toBe(
    `# The guests behind 192.168.100.1. RouterOS 7: /import file-name=kvm.rsc
/ip/route/remove [find where comment~"^kvm: "]
/ip/route/add dst-address=172.16.9.0/24 gateway=192.168.100.1 comment="kvm: db"
/ip/route/add dst-address=172.16.65.0/24 gateway=192.168.100.1 comment="kvm: public"
/ipv6/route/remove [find where comment~"^kvm: "]
/ipv6/route/add dst-address=fd00:61:0:65::/64 gateway=fd00:100::1 comment="kvm: public"
`,
  );
  expect(renderRoutes(routes4, 'routeros', gateway)).not.toContain('/ipv6/route/add');
});

test('bird', () => {
  expect(renderRoutes(routes, 'bird', gateway)).toBe(
    `# The guests behind 192.168.100.1. BIRD 2: include this file in bird.conf.

protocol static kvm_guests_ipv4 {
  ipv4;
  route 172.16.9.0/24 via 192.168.100.1; # db
  route 172.16.65.0/24 via 192.168.100.1; # public
}

protocol static kvm_guests_ipv6 {
  ipv6;
  route fd00:61:0:65::/64 via fd00:100::1; # public
}
`,
  );
  expect(renderRoutes(routes4, 'bird', gateway)).not.toContain('ipv6');
});
