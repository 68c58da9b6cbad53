import { type AddressRange, ipv4Text, parseIpv4Range } from './range.ts';
import type { Gateway, Route } from './routes.ts';

/**
 * Bytes of routes that one option may hold. The length's byte allows 255, but an answer to a client that takes 576 bytes
 * (RFC 2131's minimum) has about 300 for all options; dnsmasq leaves out an option for which there is no room.
 */
const optionBytes = 180;

/** dnsmasq's lines for DHCP option 121, classless static routes (RFC 3442), and 249, its number for old Windows. */
export function renderDnsmasq(routes: readonly Route[], gateway: Gateway): string {
  const ipv4 = routes.filter((route) => !route.to.includes(':'));
  const header = `# The guests behind ${gateway.ipv4}, for DHCP clients. Put it into /etc/dnsmasq.d/.\n`;
  if (ipv4.length === 0) return header;
  const defaultRoute = gateway.lanDefault === undefined ? [] : [`0.0.0.0/0,${gateway.lanDefault}`];
  const destinations = fittingPrefixes(
    ipv4.map((route) => route.to),
    optionBytes - (gateway.lanDefault === undefined ? 0 : routeBytes(0)),
  );
  const value = [...destinations.map((to) => `${to},${gateway.ipv4}`), ...defaultRoute].join(',');
  return [
    header,
    ...ipv4.map((route) => `# ${route.to} ${route.guest}\n`),
    destinations.length === ipv4.length ? '' : aggregated,
    ipv4.length === routes.length ? '' : noIpv6,
    defaultRoute.length === 0 ? noDefaultRoute : withDefaultRoute,
    // dnsmasq sends what stands last first. If only one has room, let it be the standard's own.
    `dhcp-option=249,${value}\ndhcp-option=121,${value}\n`,
  ].join('');
}

const withDefaultRoute = `# The default route is among them, because a client that takes 121 does not look at option 3, router (RFC 3442).\n`;

const noDefaultRoute = `# A client that takes 121 does not look at option 3, router (RFC 3442): it gets no default route here, because the\n# LAN's default gateway is not known.\n`;

const aggregated = `# These are too many for one DHCP answer: the prefixes below cover them, and addresses between them.\n`;

const noIpv6 = `# DHCPv6 hands out no routes. Announce the guests' IPv6 range on the LAN, by radvd's route clause for example.\n`;

/** RFC 3442: the length of the prefix, as many bytes as the prefix has, the gateway. */
const routeBytes = (prefix: number): number => 1 + Math.ceil(prefix / 8) + 4;

/** The prefixes themselves if they fit into `bytes`, else those, of the greatest length that fits, that cover them. */
function fittingPrefixes(cidrs: string[], bytes: number): string[] {
  const ranges = cidrs.map(parseIpv4Range);
  for (let length = 32; ; length--) {
    const covering = new Map<bigint, AddressRange>();
    for (const range of ranges) {
      const prefix = Math.min(range.prefix, length);
      const rest = BigInt(32 - prefix);
      const first = (range.first >> rest) << rest;
      covering.set(first, { first, prefix });
    }
    const prefixes = [...covering.values()];
    const total = prefixes.reduce((sum, { prefix }) => sum + routeBytes(prefix), 0);
    if (total <= bytes || length === 0) return prefixes.map(({ first, prefix }) => `${ipv4Text(first)}/${prefix}`);
  }
}
