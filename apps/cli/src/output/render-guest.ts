import type { GuestFacts } from '@kvm/host';
import { screenAddress } from '@kvm/host';
import { formatAutostart, formatMemory } from './format-guest.ts';
import type { Paint } from './paint.ts';
import { formatSize } from './words.ts';

/** Everything about one guest, a topic a line. */
export function renderGuest(guest: GuestFacts, host: string, paint: Paint): readonly string[] {
  const topics: readonly (readonly [topic: string, lines: readonly string[]])[] = [
    ['state', [`${guest.state}, autostart ${formatAutostart(guest.autostart)}`]],
    ['IPv4', addressLines(guest.ipv4)],
    ['IPv6', guest.ipv6 ? addressLines(guest.ipv6) : []],
    ['host end', [`${[guest.ipv4.host, guest.ipv6?.host].filter(Boolean).join(', ')} on ${guest.tap}`]],
    ['MAC', [guest.mac]],
    ['VNC', [`${screenAddress}:${guest.vncPort} on ${host}`]],
    ['console', [guest.console]],
    ['memory', [formatMemory(guest.memoryKiB)]],
    ['vcpus', [String(guest.vcpus)]],
    ['kernel', [guest.kernel]],
    ['initrd', guest.initrd === undefined ? [] : [guest.initrd]],
    ['cmdline', [guest.cmdline]],
    ['volumes', volumeLines(guest.volumes)],
    ['routes', routeLines(guest.routes)],
    ['UUID', [guest.uuid]],
    ['raw XML', guest.rawXml ? ['is merged into the domain, and may change what is said here'] : []],
  ];
  const body = topics.flatMap(([topic, lines]) =>
    lines.map((line, index) => `  ${paint.dim((index === 0 ? topic : '').padEnd(8))}  ${line}`),
  );
  return [paint.bold(`${guest.name}`) + paint.dim(`  VMID ${guest.vmid}`), ...body];
}

const addressLines = ({ address, prefix }: GuestFacts['ipv4']): string[] => [`${address}/${prefix}`];

function volumeLines(volumes: GuestFacts['volumes']): string[] {
  const paths = longest(volumes.map(({ path }) => path));
  const sizes = longest(volumes.map(({ bytes }) => formatSize(bytes)));
  return volumes.map(
    ({ path, device = '-', bytes }) => `${path.padEnd(paths)}  ${formatSize(bytes).padStart(sizes)}  ${device}`,
  );
}

function routeLines(routes: GuestFacts['routes']): string[] {
  const width = longest(routes.map(({ to }) => to));
  return routes.map(({ to, via }) => `${to.padEnd(width)}  via ${via}`);
}

const longest = (texts: readonly string[]): number => Math.max(0, ...texts.map(({ length }) => length));
