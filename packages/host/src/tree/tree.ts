import { buildDomain } from '@kvm/domain-xml';
import { type RenderedText, type RouteTarget, renderRoutes, routeTargets } from '@kvm/netplan';
import type { Desired } from '../desired/desired.ts';
import { hostFiles } from '../desired/host-files.ts';
import { sharedTree } from './shared-tree.ts';

/** How each kind of routes file is called below `/etc/kvm/routes`. */
const routeFiles: Record<RouteTarget, { name: string; mode: number }> = {
  linux: { name: 'linux.sh', mode: 0o755 },
  networkd: { name: 'networkd.conf', mode: 0o644 },
  windows: { name: 'windows.cmd', mode: 0o644 },
  macos: { name: 'macos.sh', mode: 0o755 },
  routeros: { name: 'routeros.rsc', mode: 0o644 },
  bird: { name: 'bird.conf', mode: 0o644 },
  dnsmasq: { name: 'dnsmasq.conf', mode: 0o644 },
};

/**
 * Every file that follows from the inventory, at its path on the host, sorted by path; the same bytes every time.
 *
 * Domains lie in `/etc/kvm/domains`, files for inside a guest in `/etc/kvm/guests/<name>`, what other machines need in
 * `/etc/kvm/routes`, what makes other machines servers in `/etc/kvm/machines/<name>`. When there is a policy,
 * `/etc/kvm/firewall.nft` or `.iptables` loads it, and a systemd unit does that at boot.
 */
export async function renderTree(desired: Desired): Promise<RenderedText[]> {
  const files: RenderedText[] = [...hostFiles(desired)];
  for (const { guest, domain, files: inside } of desired.guests) {
    // Raw XML may have passwords in it, and libvirt keeps definitions to itself, too.
    files.push({ path: `/etc/kvm/domains/${guest.name}.xml`, mode: 0o600, content: await buildDomain(domain) });
    for (const file of inside) files.push({ ...file, path: `/etc/kvm/guests/${guest.name}${file.path}` });
  }
  for (const target of routeTargets) {
    const { name, mode } = routeFiles[target];
    const content = renderRoutes(desired.routes, target, desired.gateway);
    files.push({ path: `/etc/kvm/routes/${name}`, mode, content });
  }
  const guests = desired.guests.map(({ guest }) => guest.name);
  if (desired.shared) files.push(...sharedTree(desired.shared, guests));
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
