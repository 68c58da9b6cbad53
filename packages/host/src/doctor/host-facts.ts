import type { ForeignDrop } from '@kvm/firewall';
import type { Storage } from '@kvm/lvm';
import type { ObservedDomain } from '../observed.ts';

/** What a host is like, before anything of ours is on it. */
export interface HostFacts {
  /**
   * What there is: `flags` of the CPU for virtual machines, `kvm-device`, `kvm-boots`, `tun`, `device-mapper`, `kernel` ...;
   * and what lets guests reach the host: `scan-lvs`, `os-prober`, `root-by-label`.
   */
  readonly has: ReadonlySet<string>;
  /** Of the uplink, `192.168.100.1/24`. */
  readonly addresses: readonly string[];
  readonly routes: readonly { readonly to: string; readonly dev: string }[];
  /** TCP ports that somebody listens on. */
  readonly listening: readonly number[];
  readonly daemons: readonly string[];
  /** What others' rules drop, whatever ours say. */
  readonly dropping: readonly ForeignDrop[];
  readonly space: readonly { readonly path: string; readonly kib: number }[];
  /** Where qemu.conf has screens listen that do not say it themselves. */
  readonly screenDefaults: readonly { readonly type: 'vnc' | 'spice'; readonly address: string }[];
  /** Links below `/dev/disk` by UUID or label to volumes, with device-mapper's names of these. */
  readonly diskLinks: readonly { readonly path: string; readonly mapper: string }[];
}

/** What else is known of the host. */
export interface Known {
  /** libvirt's and QEMU's versions; absent when libvirtd does not answer, and then `libvirtError` says why. */
  readonly libvirt?: { readonly lib: string; readonly hypervisor: string };
  readonly libvirtError?: string;
  readonly domains: readonly ObservedDomain[];
  readonly storage?: Storage;
}
