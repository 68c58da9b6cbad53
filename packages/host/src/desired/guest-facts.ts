import type { Desired, DesiredGuest } from './desired.ts';
import { diskPath } from './domain.ts';
import { guestUuid } from './identity.ts';

/** One address of a guest and the host's end of the way there. */
interface AddressFacts {
  readonly address: string;
  readonly host: string;
  readonly subnet: string;
  readonly prefix: number;
}

interface VolumeFacts {
  readonly path: string;
  /** The guest's name for it: `vda`. Absent when raw XML has changed the disk. */
  readonly device?: string;
  readonly bytes: number;
}

/** What follows from the inventory for a guest, for people and as JSON. */
export interface GuestFacts {
  readonly name: string;
  readonly vmid: number;
  readonly uuid: string;
  readonly state: 'running' | 'stopped';
  readonly autostart: false | { readonly order: number; readonly delaySeconds: number };
  readonly memoryKiB: number;
  readonly vcpus: number;
  readonly ipv4: AddressFacts;
  readonly ipv6?: AddressFacts;
  readonly tap: string;
  readonly mac: string;
  readonly vncPort: number;
  readonly console: string;
  readonly kernel: string;
  readonly initrd?: string;
  readonly cmdline: string;
  readonly volumes: readonly VolumeFacts[];
  /** What other machines need to reach it. */
  readonly routes: readonly { readonly to: string; readonly via: string }[];
  /** Whether raw XML is merged into its domain, which may differ from what is said here then. */
  readonly rawXml: boolean;
}

/** What follows from the inventory for one of its guests. */
export function guestFacts({ inventory, routes }: Desired, { guest, net, domain }: DesiredGuest): GuestFacts {
  const { host } = inventory;
  const address = ({ guest, host, cidr, prefix }: typeof net.ipv4): AddressFacts => ({
    address: guest,
    host,
    subnet: cidr,
    prefix,
  });
  const disks = domain.devices?.disk ?? [];
  return {
    name: guest.name,
    vmid: guest.vmid,
    uuid: guestUuid(host, guest),
    state: guest.state,
    autostart: guest.autostart,
    memoryKiB: guest.memoryKiB,
    vcpus: guest.vcpus,
    ipv4: address(net.ipv4),
    ...(net.ipv6 && { ipv6: address(net.ipv6) }),
    tap: net.tap,
    mac: net.mac,
    vncPort: net.vncPort,
    console: net.console,
    kernel: host.kernel,
    ...(host.initrd !== undefined && { initrd: host.initrd }),
    cmdline: guest.cmdline,
    volumes: guest.disks.map(({ name, bytes }) => {
      const path = diskPath(host.vg, guest.name, name);
      const disk = disks.find(({ '@type': type, source }) => type === 'block' && source?.['@dev'] === path);
      return { path, ...(disk && { device: disk.target['@dev'] }), bytes };
    }),
    routes: routes.filter((route) => route.guest === guest.name).map(({ to, via }) => ({ to, via })),
    rawXml: guest.xml !== undefined,
  };
}
