import { expect, test } from 'vitest';
import { type GuestRanges, renderTapScripts } from './index.ts';

const ranges: GuestRanges = { ipv4: '172.16.0.0/12', prefix: 24, ipv6: 'fd00:61::/48' };
const tunStart = (of: GuestRanges): string => renderTapScripts(of)[0]?.content ?? '';

test('two executable scripts where the domain definition looks for them', () => {
  expect(renderTapScripts(ranges).map(({ path, mode }) => [path, mode])).toEqual([
    ['/etc/kvm/tun-start', 0o755],
    ['/etc/kvm/tun-stop', 0o755],
  ]);
});

test('tun-start, whole', () => {
  expect(tunStart(ranges)).toBe(`#!/bin/sh
# Sets up the host's end of a guest's link. libvirt runs it with the tap's name: tun-start tun65
# Safe to run again.
set -eu

tap=\${1:-}
vmid=\${tap#tun}
case $vmid in
  '' | 0* | *[!0-9]* | ?????*) vmid=0 ;;
esac
if [ "$tap" != "tun$vmid" ] || [ "$vmid" -lt 1 ] || [ "$vmid" -gt 4095 ]; then
  printf 'tun-start: "%s" is no tap of a guest; expected tun1 to tun4095\\n' "$tap" >&2
  exit 1
fi

# One net.* setting, where this kernel has it.
setting() {
  if [ -e "/proc/sys/net/$1" ]; then echo "$2" >"/proc/sys/net/$1"; fi
}
setting "ipv4/conf/$tap/rp_filter" 1           # the guest can send from its own subnet only,
setting "ipv4/conf/$tap/accept_redirects" 0    # cannot change the host's routes,
setting "ipv4/conf/$tap/send_redirects" 0      # has no way but through the host,
setting "ipv4/conf/$tap/accept_source_route" 0 # and does not choose one,
setting "ipv4/conf/$tap/route_localnet" 0      # nor to the host's 127.0.0.1,
setting "ipv4/conf/$tap/accept_local" 0        # nor under an address of the host.
setting "ipv4/conf/$tap/proxy_arp" 0           # The host answers for its own addresses only,
setting "ipv4/conf/$tap/arp_accept" 0          # and learns no neighbour that it did not ask for
setting "ipv6/conf/$tap/disable_ipv6" 0
setting "ipv6/conf/$tap/accept_redirects" 0
setting "ipv6/conf/$tap/accept_ra" 0           # the guest is not the host's router
setting "ipv6/conf/$tap/accept_source_route" 0
setting "ipv6/conf/$tap/proxy_ndp" 0
setting "ipv6/conf/$tap/accept_untracked_na" 0

# The firewall's second barrier, where there is a firewall: without its rules nothing passes the tap.
if [ -e /etc/kvm/barrier ]; then /etc/kvm/barrier tap "$tap"; fi

ip link set dev "$tap" up

# The guest's subnet is number $vmid of 172.16.0.0/12, cut into /24 of 256 addresses. The host has the last usable one.
subnet=$((vmid * 256 + (172 << 24) + (16 << 16)))
host=$((subnet + 254))
ip address replace "$((host >> 24 & 255)).$((host >> 16 & 255)).$((host >> 8 & 255)).$((host & 255))/24" dev "$tap"

# The guest's /64 of fd00:61::/48 has the VMID's own digits. nodad: services can use the address at once.
ip -6 address replace "fd00:61:0:$vmid::254/64" dev "$tap" nodad
`);
});

test('without an IPv6 range the tap has no IPv6 at all', () => {
  const script = tunStart({ ipv4: '172.16.0.0/12', prefix: 24 });
  expect(script).toContain('setting "ipv6/conf/$tap/disable_ipv6" 1 ');
  expect(script).not.toContain('ip -6');
});

test.each([
  [{ ipv4: '172.16.0.0/12', prefix: 24 }, 4095],
  [{ ipv4: '10.0.0.0/8', prefix: 24 }, 4095],
  [{ ipv4: '172.16.0.0/20', prefix: 24 }, 15],
  [{ ...ranges, ipv6: 'fd00:61::/57' }, 79],
])('in %j the taps end at tun%i', (of, largest) => {
  for (const { content } of renderTapScripts(of)) expect(content).toContain(`expected tun1 to tun${largest}\\n`);
});

test('ranges without room for a guest are refused', () => {
  expect(() => renderTapScripts({ ipv4: '172.16.65.0/24', prefix: 24 })).toThrow('has room for no VMID');
  expect(() => renderTapScripts({ ...ranges, ipv6: 'fd00:61::/64' })).toThrow('has room for no VMID');
  expect(() => renderTapScripts({ ...ranges, ipv4: '172.16.0.0; reboot' })).toThrow('is not an IPv4 range');
});
