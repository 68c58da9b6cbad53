import { renderDnsmasq } from './dhcp-routes.ts';
import { ipv4Mask } from './range.ts';
import type { Gateway, Route } from './routes.ts';

/** For whom {@link renderRoutes} writes. */
export const routeTargets = ['linux', 'networkd', 'windows', 'macos', 'routeros', 'bird', 'dnsmasq'] as const;
export type RouteTarget = (typeof routeTargets)[number];

/**
 * The routes as the commands or the file of one kind of machine: `linux` and `macos` are sh scripts, `networkd` is a drop-in
 * of the LAN interface's .network file, `windows` a batch file, `routeros` a script of RouterOS 7, `bird` static protocols
 * of BIRD 2, `dnsmasq` the DHCP options 121 and 249.
 *
 * @param routes as {@link deriveRoutes} gives them
 */
export function renderRoutes(routes: readonly Route[], target: RouteTarget, gateway: Gateway): string {
  if (target === 'dnsmasq') return renderDnsmasq(routes, gateway);
  return renderers[target](routes, `The guests behind ${gateway.ipv4}`);
}

const renderers: Record<Exclude<RouteTarget, 'dnsmasq'>, (routes: readonly Route[], title: string) => string> = {
  linux: (routes, title) => `#!/bin/sh
# ${title}. Run as root; safe to run again. The routes are lost at a restart.
set -eu
${routes.some(hasIpv6) ? linuxOfBoth(routes) : lines(routes, linuxRoute)}`,

  networkd: (routes, title) => `# ${title}. For the LAN's interface: /etc/systemd/network/NAME.network.d/60-kvm.conf
${lines(routes, ({ to, via, guest }) => `\n# ${guest}\n[Route]\nDestination=${to}\nGateway=${via}`)}`,

  windows: (
    routes,
    title,
  ) => `rem ${title}. Run as administrator; safe to run again. -p keeps the routes over a restart.
${lines(routes, windowsRoute)}`,

  macos: (routes, title) => `#!/bin/sh
# ${title}. Run as root; safe to run again. The routes are lost at a restart.
${lines(routes, macosRoute)}`,

  routeros: (routes, title) => `# ${title}. RouterOS 7: /import file-name=kvm.rsc
${routerosRoutes('ip', routes.filter(hasIpv4))}${routerosRoutes('ipv6', routes.filter(hasIpv6))}`,

  bird: (routes, title) => `# ${title}. BIRD 2: include this file in bird.conf.
${birdProtocol('ipv4', routes.filter(hasIpv4))}${birdProtocol('ipv6', routes.filter(hasIpv6))}`,
};

const isIpv6 = (text: string): boolean => text.includes(':');
const hasIpv4 = (route: Route): boolean => !isIpv6(route.to);
const hasIpv6 = (route: Route): boolean => isIpv6(route.to);

const lines = (routes: readonly Route[], line: (route: Route) => string): string =>
  routes.map((route) => `${line(route)}\n`).join('');

const linuxRoute = ({ to, via, guest }: Route): string =>
  `ip ${isIpv6(to) ? '-6 ' : ''}route replace ${to} via ${via} # ${guest}`;

/** The kernel takes no route by a machine that is on no network of its own, as with addresses of the other kind alone. */
function linuxOfBoth(routes: readonly Route[]): string {
  const block = (family: 4 | 6, own: readonly Route[]): string => `
if is_near -${family} ${own[0]?.via}; then
  near=yes
${lines(own, (route) => `  ${linuxRoute(route)}`)}fi
`;
  const [ipv4, ipv6] = [routes.filter(hasIpv4), routes.filter(hasIpv6)];
  return `
# Whether the host is on a network of this machine, which may have IPv4 or IPv6 alone.
is_near() { case $(ip "$1" route get "$2" 2>/dev/null) in '' | *' via '*) return 1 ;; esac; }
near=
${block(4, ipv4)}${block(6, ipv6)}
[ -n "$near" ] || { echo 'neither ${ipv4[0]?.via} nor ${ipv6[0]?.via} is on a network of this machine' >&2; exit 1; }
`;
}

// route takes IPv6 as prefix/length and finds the interface by the gateway; netsh would have to be told it.
function windowsRoute({ to, via, guest }: Route): string {
  const [network, prefix] = to.split('/');
  const destination = isIpv6(to) ? to : `${network} MASK ${ipv4Mask(Number(prefix))}`;
  return `rem ${guest}\nroute DELETE ${destination} >nul 2>&1\nroute -p ADD ${destination} ${via}`;
}

// Deleted first: what route add does with a route that is there already is an error, but not in its exit status.
function macosRoute({ to, via, guest }: Route): string {
  const destination = `${isIpv6(to) ? '-inet6' : '-net'} ${to}`;
  return `# ${guest}\nroute -n delete ${destination} >/dev/null 2>&1\nroute -n add ${destination} ${via}`;
}

// The comment tells our routes from others, so that running it again replaces them.
const routerosRoutes = (
  menu: 'ip' | 'ipv6',
  routes: readonly Route[],
): string => `/${menu}/route/remove [find where comment~"^kvm: "]
${lines(routes, ({ to, via, guest }) => `/${menu}/route/add dst-address=${to} gateway=${via} comment="kvm: ${guest}"`)}`;

function birdProtocol(family: 'ipv4' | 'ipv6', routes: readonly Route[]): string {
  if (routes.length === 0) return '';
  return `
protocol static kvm_guests_${family} {
  ${family};
${lines(routes, ({ to, via, guest }) => `  route ${to} via ${via}; # ${guest}`)}}
`;
}
