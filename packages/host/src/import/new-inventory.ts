import type { ObservedDomain, Uplink } from '../observed.ts';

interface FoundHost {
  readonly hostname: string;
  readonly uplink: Uplink;
  /** Its volume groups. */
  readonly groups: readonly string[];
  readonly domains: readonly ObservedDomain[];
}

/** An inventory of a host as it was found, with no guests in it yet. */
export function newInventory({ hostname, uplink, groups, domains }: FoundHost): string {
  const label = (hostname.split('.')[0] ?? '').toLowerCase();
  const name = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(label) && /[a-z]/.test(label) ? label : 'kvmhost';
  const [group] = groups;
  const booted = domains.find(({ definition }) => definition.os?.kernel !== undefined)?.definition;
  const { kernel, initrd } = booted?.os ?? {};
  const emulator = (booted ?? domains[0]?.definition)?.devices?.emulator;
  const lines: readonly (readonly [key: string, value: unknown, comment?: string])[] = [
    ['name', name],
    ['address', uplink.address, 'on the LAN'],
    ['uplink', uplink.device],
    ['gateway', uplink.gateway],
    ['vg', groups.length === 1 ? group : undefined],
    ['kernel', kernel],
    ['initrd', initrd],
    ['emulator', emulator],
  ];
  const host = lines.flatMap(([key, value, comment]) =>
    typeof value === 'string' ? [`  ${key}: ${written(value)}${comment ? ` # ${comment}` : ''}`] : [],
  );
  return [
    '# A KVM host and its guests, as `kvmctl import` found them. Whatever is not written here follows from it.',
    'host:',
    ...host,
    ...(isTwelve(uplink.address)
      ? ['', '# Not 172.16.0.0/12, which the LAN is in.', 'ranges: { ipv4: 10.128.0.0/12 }']
      : []),
    '',
    'guests: {}',
    '',
  ].join('\n');
}

/** A value in YAML: what the host and its domains say may hold marks of YAML's own. */
const written = (value: string): string => (/^[\w./-]*$/.test(value) ? value : JSON.stringify(value));

/** Whether an address is in the network that guests' subnets are cut from when nothing is said. */
function isTwelve(address: string): boolean {
  const [first, second = 0] = address.split('.').map(Number);
  return first === 172 && second >= 16 && second < 32;
}
