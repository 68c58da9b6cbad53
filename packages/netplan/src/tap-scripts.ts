import { deriveGuestNet, type GuestRanges, largestVmid } from './derive.ts';
import { ipv6Text, parseIpv4Range, parseIpv6Range } from './range.ts';
import type { RenderedText } from './rendered-text.ts';

/**
 * The scripts that libvirt runs with a tap's name as their only argument, for an interface of type ethernet:
 * `/etc/kvm/tun-start` (`<script path=.../>`) and `/etc/kvm/tun-stop` (`<downscript path=.../>`).
 *
 * POSIX sh and ip(8) are all they need. Both may be run again; any name but a guest's tap is refused with exit status 1.
 *
 * @throws NetplanError as {@link deriveGuestNet} does for the smallest VMID
 */
export function renderTapScripts(ranges: GuestRanges): RenderedText[] {
  deriveGuestNet(1, ranges);
  return [
    { path: '/etc/kvm/tun-start', mode: 0o755, content: tunStart(ranges) },
    { path: '/etc/kvm/tun-stop', mode: 0o755, content: tunStop(ranges) },
  ];
}

function tunStart(ranges: GuestRanges): string {
  return `#!/bin/sh
# Sets up the host's end of a guest's link. libvirt runs it with the tap's name: tun-start tun65
# Safe to run again.
${onlyGuestTaps('tun-start', ranges)}
# One net.* setting, where this kernel has it.
setting() {
  if [ -e "/proc/sys/net/$1" ]; then echo "$2" >"/proc/sys/net/$1"; fi
}
${tapSettings(ranges).map(settingLine).join('')}
# The firewall's second barrier, where there is a firewall: without its rules nothing passes the tap.
if [ -e /etc/kvm/barrier ]; then /etc/kvm/barrier tap "$tap"; fi

ip link set dev "$tap" up

${ipv4Address(ranges)}${ranges.ipv6 === undefined ? '' : ipv6Address(ranges.ipv6)}`;
}

function tunStop(ranges: GuestRanges): string {
  return `#!/bin/sh
# Takes down the host's end of a guest's link. libvirt runs it with the tap's name: tun-stop tun65
# Safe to run again, and when the tap went away with its QEMU.
${onlyGuestTaps('tun-stop', ranges)}
ip link show dev "$tap" >/dev/null 2>&1 || exit 0
ip address flush dev "$tap"
ip link set dev "$tap" down
`;
}

const onlyGuestTaps = (script: string, ranges: GuestRanges): string => {
  const largest = largestVmid(ranges);
  return `set -eu

tap=\${1:-}
vmid=\${tap#tun}
case $vmid in
  '' | 0* | *[!0-9]* | ?????*) vmid=0 ;;
esac
if [ "$tap" != "tun$vmid" ] || [ "$vmid" -lt 1 ] || [ "$vmid" -gt ${largest} ]; then
  printf '${script}: "%s" is no tap of a guest; expected tun1 to tun${largest}\\n' "$tap" >&2
  exit 1
fi
`;
};

/** A kernel setting of each guest's tap. */
export interface TapSetting {
  /** Below `/proc/sys/net`: `ipv4` or `ipv6`. */
  readonly family: 'ipv4' | 'ipv6';
  /** In the folder of the tap there, `rp_filter`. A kernel need not have it. */
  readonly name: string;
  readonly value: 0 | 1;
  readonly why?: string;
}

/** What `/etc/kvm/tun-start` sets for a tap. */
export const tapSettings = ({ ipv6 }: Pick<GuestRanges, 'ipv6'>): readonly TapSetting[] => [
  ...ipv4Settings,
  ...(ipv6 === undefined ? noIpv6Settings : ipv6Settings),
];

const ipv4Settings: readonly TapSetting[] = [
  { family: 'ipv4', name: 'rp_filter', value: 1, why: 'the guest can send from its own subnet only,' },
  { family: 'ipv4', name: 'accept_redirects', value: 0, why: "cannot change the host's routes," },
  { family: 'ipv4', name: 'send_redirects', value: 0, why: 'has no way but through the host,' },
  { family: 'ipv4', name: 'accept_source_route', value: 0, why: 'and does not choose one,' },
  { family: 'ipv4', name: 'route_localnet', value: 0, why: "nor to the host's 127.0.0.1," },
  { family: 'ipv4', name: 'accept_local', value: 0, why: 'nor under an address of the host.' },
  { family: 'ipv4', name: 'proxy_arp', value: 0, why: 'The host answers for its own addresses only,' },
  { family: 'ipv4', name: 'arp_accept', value: 0, why: 'and learns no neighbour that it did not ask for' },
];

const ipv6Settings: readonly TapSetting[] = [
  { family: 'ipv6', name: 'disable_ipv6', value: 0 },
  { family: 'ipv6', name: 'accept_redirects', value: 0 },
  { family: 'ipv6', name: 'accept_ra', value: 0, why: "the guest is not the host's router" },
  { family: 'ipv6', name: 'accept_source_route', value: 0 },
  { family: 'ipv6', name: 'proxy_ndp', value: 0 },
  { family: 'ipv6', name: 'accept_untracked_na', value: 0 },
];

const noIpv6Settings: readonly TapSetting[] = [
  {
    family: 'ipv6',
    name: 'disable_ipv6',
    value: 1,
    why: 'else guest and host could still talk by link-local addresses',
  },
];

function settingLine({ family, name, value, why }: TapSetting): string {
  const line = `setting "${family}/conf/$tap/${name}" ${value}`;
  return `${why === undefined ? line : `${line.padEnd(46)} # ${why}`}\n`;
}

function ipv4Address({ ipv4, prefix }: GuestRanges): string {
  const { first } = parseIpv4Range(ipv4);
  const size = 2 ** (32 - prefix);
  const octets = [24n, 16n, 8n, 0n].map((shift) => ({ shift, octet: (first >> shift) & 255n }));
  const terms = octets.filter(({ octet }) => octet > 0n).map(({ shift, octet }) => ` + (${octet} << ${shift})`);
  const [host, which] = prefix === 31 ? [1, 'second'] : [size - 2, 'last usable'];
  return `# The guest's subnet is number $vmid of ${ipv4}, cut into /${prefix} of ${size} addresses. The host has the ${which} one.
subnet=$((vmid * ${size}${terms.join('')}))
host=$((subnet + ${host}))
ip address replace "$((host >> 24 & 255)).$((host >> 16 & 255)).$((host >> 8 & 255)).$((host & 255))/${prefix}" dev "$tap"
`;
}

function ipv6Address(ipv6: string): string {
  const { first, prefix } = parseIpv6Range(ipv6);
  const group = (first >> 64n) & 0xffffn;
  const vmidGroup = group === 0n ? '$vmid' : `$(printf '%x' "$((0x${group.toString(16)} + 0x$vmid))")`;
  const leading = [112n, 96n, 80n].map((shift) => ((first >> shift) & 0xffffn).toString(16));
  return `
# The guest's /64 of ${ipv6Text(first)}/${prefix} has the VMID's own digits. nodad: services can use the address at once.
ip -6 address replace "${leading.join(':')}:${vmidGroup}::254/64" dev "$tap" nodad
`;
}
