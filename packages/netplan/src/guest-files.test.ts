import { expect, test } from 'vitest';
import { deriveGuestNet, type GuestIdentity, renderGuestFiles } from './index.ts';

const net = deriveGuestNet(65, { ipv4: '172.16.0.0/12', prefix: 24, ipv6: 'fd00:61::/48' });
const net4 = deriveGuestNet(65, { ipv4: '172.16.0.0/12', prefix: 31 });
const guest: GuestIdentity = {
  name: 'public',
  net,
  domain: 'home.example',
  nameservers: ['192.168.100.1', 'fd00:100::1'],
};

const contents = (of: GuestIdentity): string[] => renderGuestFiles(of).map(({ content }) => content);

test('four files', () => {
  expect(renderGuestFiles(guest).map(({ path, mode }) => [path, mode])).toEqual([
    ['/etc/network/interfaces', 0o644],
    ['/etc/systemd/network/10-eth0.link', 0o644],
    ['/etc/systemd/network/10-eth0.network', 0o644],
    ['/etc/cloud/cloud.cfg.d/60-network.cfg', 0o644],
  ]);
});

test('with IPv6 and name servers', () => {
  const [interfaces, link, network, cloudInit] = contents(guest);
  expect(interfaces).toBe(`# public, VMID 65: its way out is the host's tun65.
auto lo
iface lo inet loopback

auto eth0
iface eth0 inet static
    address 172.16.65.1
    netmask 255.255.255.0
    gateway 172.16.65.254
    dns-nameservers 192.168.100.1 fd00:100::1
    dns-search home.example

iface eth0 inet6 static
    address fd00:61:0:65::1
    netmask 64
    gateway fd00:61:0:65::254
    accept_ra 0
`);
  expect(link).toBe(`# public, VMID 65: its way out is the host's tun65.
[Match]
MACAddress=52:54:00:61:65:01
Type=ether

[Link]
Name=eth0
`);
  expect(network).toBe(`# public, VMID 65: its way out is the host's tun65.
[Match]
MACAddress=52:54:00:61:65:01
Type=ether

[Network]
Address=172.16.65.1/24
Gateway=172.16.65.254
Address=fd00:61:0:65::1/64
Gateway=fd00:61:0:65::254
IPv6AcceptRA=no
DNS=192.168.100.1
DNS=fd00:100::1
Domains=home.example
`);
  expect(cloudInit).toBe(`# public, VMID 65: its way out is the host's tun65.
network:
  version: 2
  ethernets:
    eth0:
      match:
        macaddress: "52:54:00:61:65:01"
      set-name: eth0
      dhcp4: false
      dhcp6: false
      accept-ra: false
      addresses:
        - "172.16.65.1/24"
        - "fd00:61:0:65::1/64"
      routes:
        - to: "0.0.0.0/0"
          via: "172.16.65.254"
        - to: "::/0"
          via: "fd00:61:0:65::254"
      nameservers:
        search:
          - "home.example"
        addresses:
          - "192.168.100.1"
          - "fd00:100::1"
`);
});

test('IPv4 alone in a /31, no name servers', () => {
  const [interfaces, , network, cloudInit] = contents({ name: 'public', net: net4, domain: 'home.example' });
  expect(interfaces).toBe(`# public, VMID 65: its way out is the host's tun65.
auto lo
iface lo inet loopback

auto eth0
iface eth0 inet static
    address 172.16.0.130
    netmask 255.255.255.254
    gateway 172.16.0.131
    dns-search home.example
`);
  expect(network).toContain(`[Network]
Address=172.16.0.130/31
Gateway=172.16.0.131
IPv6AcceptRA=no
Domains=home.example
`);
  expect(cloudInit).toContain(`      addresses:
        - "172.16.0.130/31"
      routes:
        - to: "0.0.0.0/0"
          via: "172.16.0.131"
      nameservers:
        search:
          - "home.example"
`);
});

test.each(['', '-public', 'a b', 'public\n[Match]', 'a"b', 'x'.repeat(64)])('guest’s name %j is refused', (name) => {
  expect(() => renderGuestFiles({ ...guest, name })).toThrow("is not letters, digits, '.', '_' and '-'");
});

test.each([
  '',
  '.',
  'home.example.',
  'home..example',
  '-home',
  'home example',
  'home\nDNS=1.2.3.4',
  `${'a.'.repeat(127)}a.a`,
])('domain %j is refused', (domain) => {
  expect(() => renderGuestFiles({ ...guest, domain })).toThrow('is not a domain; write it like home.example');
});

test.each(['', 'dns', '192.168.100', '192.168.100.1/24', '192.168.100.001', 'fd00:100::1\n', 'fe80::1%eth0'])(
  'name server %j is refused',
  (server) => {
    expect(() => renderGuestFiles({ ...guest, nameservers: ['192.168.100.1', server] })).toThrow(
      `public: name server ${JSON.stringify(server)} is not an IPv4 or IPv6 address`,
    );
  },
);
