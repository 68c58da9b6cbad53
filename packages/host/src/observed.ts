import type { DomainElement } from '@kvm/domain-xml';
import type { ForeignDrop } from '@kvm/firewall';
import type { Storage } from '@kvm/lvm';
import type { RenderedText } from '@kvm/netplan';

/** What is at a path of the host. */
export type ObservedFile =
  | {
      readonly kind: 'file';
      readonly mode: number;
      readonly content: string;
      /** Number of the user whose it is; absent for root. */
      readonly owner?: number;
      /** Where it lies, when it is a link to a file. */
      readonly link?: string;
    }
  | { readonly kind: 'absent' }
  /** A folder, a device, a link that leads nowhere, a file that cannot be read: nothing to write over. */
  | { readonly kind: 'other'; readonly what: string };

/** A domain of libvirt's, whoever defined it. */
export interface ObservedDomain {
  readonly name: string;
  /** With dashes, lower case. */
  readonly uuid: string;
  readonly active: boolean;
  readonly paused: boolean;
  /** False for one that is forgotten when it stops. */
  readonly persistent: boolean;
  /** Starts with libvirtd. */
  readonly autostart: boolean;
  /** What its next start uses. */
  readonly definition: DomainElement;
  /** What it has now; absent when it does not run. */
  readonly running?: DomainElement;
  /** Bytes that a running guest sees of each disk, by the disk's name there, `vda`. */
  readonly diskBytes?: ReadonlyMap<string, number>;
  /** What libvirt is at with the running guest, such as `copy of vda`, or `backup, save or move`; absent for nothing. */
  readonly jobs?: readonly string[];
  /** Whether somebody has given its QEMU orders past libvirt (`virsh qemu-monitor-command`), which no XML shows. */
  readonly isCommanded?: boolean;
  /** What libvirt keeps beside the definition, and would lose with it; absent where there is none. */
  readonly kept?: KeptState;
  /** Where its disks lead that are spelled otherwise than LVM does: see {@link Places}. */
  readonly places?: Places;
}

/**
 * Where paths lead on the host: `/run/link` to `/dev/vg/public.root`, another block device to `/dev/block/8:16`, by its number.
 * What is left out leads where it says.
 */
export type Places = ReadonlyMap<string, string>;

/** State of a domain beside its definition and its disks. */
export interface KeptState {
  /** Whether the memory that it had is kept for its next start. */
  readonly managedSave: boolean;
  /** What it has when it starts from that memory, whatever its definition says; absent where libvirt cannot tell. */
  readonly saved?: DomainElement;
  /** Names. */
  readonly snapshots: readonly string[];
  readonly checkpoints: readonly string[];
}

/** The kernel's rules beside those of the policy, in the words of nft or iptables-save; absent where no policy is wanted. */
export interface ObservedFirewall {
  readonly foreign: readonly string[];
  readonly missing: readonly string[];
  /** What tables of others drop; absent for nothing. */
  readonly dropping?: readonly ForeignDrop[];
}

/** Of a firewall of ours that no inventory wants any more: what the kernel has, and what the host starts with. */
export interface LeftFirewall {
  readonly isLoaded: boolean;
  readonly startsWithHost: boolean;
}

/** Bytes of a tap's largest packet, where nobody says otherwise. */
export const usualMtu = 1500;

/** An interface of the host's that has a tap's name. */
export interface ObservedTap {
  readonly isUp: boolean;
  /** Whether a QEMU holds its other end; true also for one that is down, which does not tell. */
  readonly isHeld: boolean;
  /** The bridge that it is a port of, past the firewall. */
  readonly bridge?: string;
  /** Bytes of the largest packet; absent for 1500. */
  readonly mtu?: number;
  /** Whether it asks for and answers no addresses of the link, as after `ip link set arp off`. */
  readonly hasNoArp?: true;
  /** What sends in its turn on it, `tbf`, where that is not what the kernel puts there by itself. */
  readonly queue?: string;
  /** Addresses whose MAC address somebody has set for good, so that nobody is asked for it; absent for none. */
  readonly neighbours?: readonly ObservedNeighbour[];
  /** `172.16.65.254/24`; those of the link alone (fe80::/10) left out. */
  readonly addresses: readonly string[];
  /** Kernel settings by their path below `/proc/sys/net`, `ipv4/conf/tun65/rp_filter`; absent where this kernel has no such one. */
  readonly settings: ReadonlyMap<string, string>;
}

export interface ObservedNeighbour {
  /** `172.16.65.1` */
  readonly address: string;
  /** Lower case; empty for none. */
  readonly mac: string;
}

/** What systemd says of a unit, in its words. */
export interface ObservedUnit {
  /** `enabled`, `disabled`, `static`, `masked` */
  readonly enabled: string;
  /** `active`, `inactive`, `failed` */
  readonly active: string;
}

/** A route of the host's main table. */
export interface ObservedRoute {
  /** `172.16.65.0/24`, `172.16.65.1/32` */
  readonly to: string;
  /** Absent for one that leads nowhere, such as `blackhole`. */
  readonly device?: string;
}

/** A rule of the host's for which table routes a packet, beside those that every kernel begins with. */
export interface ObservedRoutingRule {
  /** Those with lower numbers decide first. */
  readonly priority: number;
  /** Interfaces that it is asked for only, in or out. */
  readonly devices: readonly string[];
  /** Networks that it is asked for only, `172.16.65.0/24`, as source or destination. */
  readonly networks: readonly string[];
}

/** What there is on a host of all that an inventory is about. */
export interface Observed {
  /** By path: those that are to be there. */
  readonly files: ReadonlyMap<string, ObservedFile>;
  /** The folder of ours, whose files root runs; absent where there is none. */
  readonly folder?: { readonly path: string; readonly mode: number; readonly owner: number };
  /** Where links lead to, by path; undefined for what is no link. Absent where nothing is. */
  readonly links: ReadonlyMap<string, string | undefined>;
  /** Kernel settings by their path below `/proc/sys`, `net/ipv4/ip_forward`; absent where this kernel has no such setting. */
  readonly settings: ReadonlyMap<string, string>;
  /** Whether somebody has set the interface to the LAN down; absent for one that is up, or not there. */
  readonly uplinkIsDown?: true;
  /** Taps by name. */
  readonly taps: ReadonlyMap<string, ObservedTap>;
  readonly routes: readonly ObservedRoute[];
  /** Absent for none. */
  readonly routingRules?: readonly ObservedRoutingRule[];
  readonly domains: readonly ObservedDomain[];
  /** Where disks lead that the inventory's guests are to have. */
  readonly places?: Places;
  /** systemd's units of ours, by name; none where no systemd runs. */
  readonly units?: ReadonlyMap<string, ObservedUnit>;
  /** Files by which somebody has changed a unit of ours; absent for none. */
  readonly unitChanges?: readonly { readonly unit: string; readonly path: string }[];
  /** What the host's libvirt would refuse of the domain of a guest, by guest; absent where nobody asked. */
  readonly schemaProblems?: ReadonlyMap<string, readonly string[]>;
  /** The release of the libvirt that filled them in, `11.3.0`; left out, any known one is taken for it. */
  readonly libvirt?: string;
  readonly firewall?: ObservedFirewall;
  /** Where the inventory has no policy, and something of a firewall of ours is there. */
  readonly leftFirewall?: LeftFirewall;
  /** When files were last written, libvirt's definitions among them, in seconds since 1970, by path. */
  readonly changedAt: ReadonlyMap<string, number>;
  /** LVM's groups and volumes; absent where there is no LVM. */
  readonly storage?: Storage;
  /** Device paths of the guests' disks that are there, LVM's or not. */
  readonly volumes: ReadonlySet<string>;
}

/** A symbolic link of the host's. */
export interface HostLink {
  readonly path: string;
  readonly to: string;
}

/** The paths and settings that {@link Observed} is to tell about. */
export interface Looked {
  readonly files: readonly RenderedText[];
  readonly links: readonly HostLink[];
  readonly settings: readonly string[];
  readonly volumes: readonly string[];
}

/** How a host is on the LAN. */
export interface Uplink {
  /** `eth0` */
  readonly device: string;
  /** `192.168.100.1/24` */
  readonly address: string;
  readonly gateway?: string;
}
