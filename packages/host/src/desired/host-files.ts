import { renderBootFiles } from '@kvm/firewall';
import type { RenderedText } from '@kvm/netplan';
import type { Looked } from '../observed.ts';
import { renderBootGuests } from './boot-guests.ts';
import type { Desired } from './desired.ts';
import { diskPath } from './domain.ts';
import { hostLinks } from './host-links.ts';
import { renderUdevRules } from './udev-rules.ts';

/** The files that the host itself works by, which `apply` keeps; those that are only for others to read are left out. */
export function hostFiles(desired: Desired): readonly RenderedText[] {
  return [...plainFiles(desired), ...firewallFiles(desired)];
}

/** Those that are written whenever they differ. */
export const plainFiles = ({ files, inventory }: Desired): readonly RenderedText[] => [
  ...files,
  ...renderBootGuests(inventory.guests),
  renderUdevRules(inventory.host.vg, inventory.guests),
];

/** Those that the firewall is loaded from at boot: of the same policy as the kernel's rules, or of none. */
export function firewallFiles({ policy, inventory }: Desired): readonly RenderedText[] {
  return policy ? renderBootFiles(policy, inventory.host.firewall) : [];
}

/** A kernel setting that a file of sysctl.d(5) makes. */
export interface KernelSetting {
  /** Its path below `/proc/sys`: `net/ipv4/ip_forward`. */
  readonly path: string;
  readonly value: string;
}

export const isSysctlFile = (path: string): boolean => path.startsWith('/etc/sysctl.d/');

/** The settings in a file of sysctl.d(5), without those for whatever interfaces there are (`tun*`). */
export function settingsIn(content: string): readonly KernelSetting[] {
  return content.split('\n').flatMap((line) => {
    const [, key, value] = /^\s*([^#;=\s*]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key === undefined || value === undefined) return [];
    // A name that begins with slashes between its parts may have dots inside of them: eth0.100.
    return [{ path: /^[^/.]*\//.test(key) ? key : key.replaceAll('.', '/'), value }];
  });
}

/** Where to look on the host, for a plan of what is desired. */
export function lookAt(desired: Desired): Looked {
  const files = hostFiles(desired);
  const { vg } = desired.inventory.host;
  return {
    files,
    links: hostLinks(desired.inventory.host),
    settings: files
      .filter(({ path }) => isSysctlFile(path))
      .flatMap(({ content }) => settingsIn(content).map(({ path }) => path)),
    volumes: desired.guests.flatMap(({ guest }) => guest.disks.map(({ name }) => diskPath(vg, guest.name, name))),
  };
}
