import type { GuestNet, Subnet } from './derive.ts';
import { NetplanError } from './errors.ts';
import { assertGuestName } from './guest-name.ts';
import { ipv4Mask, parseAddress } from './range.ts';
import type { RenderedText } from './rendered-text.ts';

/** Whose files {@link renderGuestFiles} writes. */
export interface GuestIdentity {
  readonly name: string;
  readonly net: GuestNet;
  /** The search domain: `home.example`. */
  readonly domain: string;
  /** Addresses of DNS servers, IPv4 or IPv6. */
  readonly nameservers?: readonly string[];
}

/**
 * The files that give a guest its address, default route and resolver, for each of the usual ways; a guest heeds those of
 * the way it uses: ifupdown or busybox, systemd-networkd, cloud-init (version 2, which is netplan's own format).
 *
 * @throws NetplanError `invalid-guest` when the name, the domain or a name server cannot be written into such a file
 */
export function renderGuestFiles(guest: GuestIdentity): RenderedText[] {
  checkGuest(guest);
  const text = (path: string, content: string): RenderedText => ({ path, mode: 0o644, content });
  return [
    text('/etc/network/interfaces', interfaces(guest)),
    text('/etc/systemd/network/10-eth0.link', networkdLink(guest)),
    text('/etc/systemd/network/10-eth0.network', networkdNetwork(guest)),
    text('/etc/cloud/cloud.cfg.d/60-network.cfg', cloudInit(guest)),
  ];
}

// Address and netmask on lines of their own: busybox's ifup does not read 172.16.65.1/24.
function interfaces(guest: GuestIdentity): string {
  const { ipv4, ipv6 } = guest.net;
  const stanza = (family: string, subnet: Subnet, netmask: string): string => `
iface eth0 ${family} static
    address ${subnet.guest}
    netmask ${netmask}
    gateway ${subnet.host}
`;
  const dns = servers(guest).length === 0 ? '' : `    dns-nameservers ${servers(guest).join(' ')}\n`;
  const inet6 = ipv6 === undefined ? '' : `${stanza('inet6', ipv6, String(ipv6.prefix))}    accept_ra 0\n`;
  return `${header(guest)}
auto lo
iface lo inet loopback

auto eth0${stanza('inet', ipv4, ipv4Mask(ipv4.prefix))}${dns}    dns-search ${guest.domain}
${inet6}`;
}

// Type=ether leaves out what may be put on top of the card and inherits its address, such as a VLAN or a bridge.
const networkdMatch = ({ net }: GuestIdentity): string => `[Match]
MACAddress=${net.mac}
Type=ether
`;

const networkdLink = (guest: GuestIdentity): string => `${header(guest)}
${networkdMatch(guest)}
[Link]
Name=eth0
`;

const networkdNetwork = (guest: GuestIdentity): string => `${header(guest)}
${networkdMatch(guest)}
[Network]
${subnets(guest)
  .map((subnet) => `Address=${subnet.guest}/${subnet.prefix}\nGateway=${subnet.host}\n`)
  .join('')}IPv6AcceptRA=no
${servers(guest)
  .map((server) => `DNS=${server}\n`)
  .join('')}Domains=${guest.domain}
`;

// Every address is quoted: YAML 1.1 reads some of them as numbers in base 60.
function cloudInit(guest: GuestIdentity): string {
  const addresses = subnets(guest).map((subnet) => `\n        - "${subnet.guest}/${subnet.prefix}"`);
  const routes = subnets(guest).map(
    ({ host }) => `
        - to: "${host.includes(':') ? '::/0' : '0.0.0.0/0'}"
          via: "${host}"`,
  );
  const dns = servers(guest).map((server) => `\n          - "${server}"`);
  return `${header(guest)}
network:
  version: 2
  ethernets:
    eth0:
      match:
        macaddress: "${guest.net.mac}"
      set-name: eth0
      dhcp4: false
      dhcp6: false
      accept-ra: false
      addresses:${addresses.join('')}
      routes:${routes.join('')}
      nameservers:
        search:
          - "${guest.domain}"
${dns.length === 0 ? '' : `        addresses:${dns.join('')}\n`}`;
}

const header = ({ name, net }: GuestIdentity): string =>
  `# ${name}, VMID ${net.vmid}: its way out is the host's ${net.tap}.`;

const subnets = ({ net }: GuestIdentity): Subnet[] => (net.ipv6 === undefined ? [net.ipv4] : [net.ipv4, net.ipv6]);

const servers = ({ nameservers = [] }: GuestIdentity): readonly string[] => nameservers;

function checkGuest(guest: GuestIdentity): void {
  assertGuestName(guest.name);
  if (!isDomain(guest.domain))
    throw invalid(`${guest.name}: ${JSON.stringify(guest.domain)} is not a domain; write it like home.example`);
  for (const server of servers(guest))
    if (parseAddress(server, 4) === undefined && parseAddress(server, 6) === undefined)
      throw invalid(`${guest.name}: name server ${JSON.stringify(server)} is not an IPv4 or IPv6 address`);
}

const isDomain = (text: string): boolean =>
  text.length <= 253 && text.split('.').every((label) => /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(label));

const invalid = (message: string): NetplanError => new NetplanError('invalid-guest', message);
