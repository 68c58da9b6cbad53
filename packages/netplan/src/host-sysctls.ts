import { NetplanError } from './errors.ts';
import type { RenderedText } from './rendered-text.ts';

/**
 * The kernel settings of a host that routes for its guests, as sysctl.d(5) and `sysctl -p` read them.
 *
 * @param options `uplink` is the host's interface on the LAN, `eth0`; `ipv6` whether guests have IPv6
 * @throws NetplanError `invalid-uplink` when that cannot be the name of a Linux interface
 */
export function renderHostSysctls(options: { uplink: string; ipv6: boolean }): RenderedText {
  const { uplink, ipv6 } = options;
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$/.test(uplink))
    throw new NetplanError(
      'invalid-uplink',
      `uplink ${JSON.stringify(uplink)} is not an interface's name, such as eth0`,
    );
  return {
    path: '/etc/sysctl.d/60-kvm.conf',
    mode: 0o644,
    content: ipv6 ? ipv4Settings(uplink) + ipv6Settings(uplink) : ipv4Settings(uplink),
  };
}

// Keys with the uplink's name are written with slashes, because the name may hold dots (eth0.100).

const ipv4Settings = (
  uplink: string,
): string => `# This host routes between its guests and the LAN. Read at boot; at once with: sysctl -p /etc/sysctl.d/60-kvm.conf

# Pass packets on. First, because changing it resets other settings (kernel's ip-sysctl).
net.ipv4.ip_forward = 1

# Drop a packet whose sender is not reached through the interface it came in by: no guest speaks in another's name.
# The taps by name too, because the larger value wins, and systemd's own defaults give each interface a 2.
net.ipv4.conf.all.rp_filter = 1
net.ipv4.conf.tun*.rp_filter = 1

# Nobody tells this host other routes, and no packet says itself which way it takes.
net.ipv4.conf.all.accept_redirects = 0
net.ipv4.conf.default.accept_redirects = 0
net.ipv4.conf.all.accept_source_route = 0
net.ipv4.conf.default.accept_source_route = 0
net.ipv4.conf.tun*.accept_source_route = 0

# This host tells nobody a way around it and its firewall. Each interface too: one 1 is enough to send redirects.
net.ipv4.conf.all.send_redirects = 0
net.ipv4.conf.default.send_redirects = 0
net/ipv4/conf/${uplink}/send_redirects = 0
`;

const ipv6Settings = (uplink: string): string => `
# Keep heeding the LAN's router advertisements on the uplink: a host that forwards does so only with 2, and would
# lose its default route when forwarding comes on. So this comes first.
net/ipv6/conf/${uplink}/accept_ra = 2

# Pass IPv6 packets on. A forwarding host also ignores IPv6 redirects, as long as it forwards.
net.ipv6.conf.all.forwarding = 1
net.ipv6.conf.all.accept_redirects = 0
net.ipv6.conf.default.accept_redirects = 0
net.ipv6.conf.all.accept_source_route = 0
net.ipv6.conf.default.accept_source_route = 0
net.ipv6.conf.tun*.accept_source_route = 0
`;
