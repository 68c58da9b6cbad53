import type { DiskCounters } from '@kvm/iostat-parse';

/** Counters of one moment, as recordings keep them. Two readings make a sample. */
export interface Reading {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Milliseconds of a monotonic clock. */
  readonly clock: number;
  /** Absent when libvirtd is another machine's. */
  readonly host?: HostReading;
  /** Absent when libvirtd does not answer. */
  readonly domains?: readonly DomainReading[];
  /** What could not be read, and why; for people. */
  readonly problems: readonly string[];
}

export interface HostReading {
  readonly name: string;
  readonly cpus: number;
  /** Ticks of all processors together since the machine was started. */
  readonly cpuTicks: { readonly busy: number; readonly total: number };
  readonly memoryBytes: number;
  /** Memory that programs could still take. */
  readonly availableBytes: number;
  readonly disks: readonly DiskCounters[];
}

/** Counters of a domain since it was started. One that does not run has only names; all its numbers are 0. */
export interface DomainReading {
  readonly name: string;
  readonly uuid: string;
  readonly vmid: number | null;
  readonly state: GuestState;
  /** Processor time of the host. */
  readonly cpuTimeNs: number;
  readonly vcpus: number;
  /** Memory that the guest may use. */
  readonly memoryBytes: number;
  /** Memory of the host that it takes. */
  readonly residentBytes: number;
  readonly interfaces: readonly InterfaceReading[];
  readonly disks: readonly DomainDisk[];
}

/** As libvirt names what a domain does (virDomainState). */
export type GuestState =
  | 'nostate'
  | 'running'
  | 'blocked'
  | 'paused'
  | 'shutdown'
  | 'shutoff'
  | 'crashed'
  | 'pmsuspended';

/** A network interface of a guest. */
export interface InterfaceReading {
  /** The host's side: `tun65`. */
  readonly name: string;
  readonly receivedBytes: number;
  readonly receivedPackets: number;
  readonly sentBytes: number;
  readonly sentPackets: number;
}

/** A disk as QEMU counts it. */
export interface DomainDisk {
  /** The guest's name for it: `vda`. */
  readonly target: string;
  readonly path?: string;
  /** Its name in {@link HostReading.disks}, when it is a block device of this machine. */
  readonly device?: string;
  /** Libvirt could not tell what it did, as something else was being done to its guest: all its counters are 0. */
  readonly uncounted?: true;
  readonly readBytes: number;
  readonly readRequests: number;
  readonly writtenBytes: number;
  readonly writeRequests: number;
  /** The time that requests took, added up. */
  readonly readNs: number;
  readonly writeNs: number;
  readonly flushNs: number;
}

/** The guests of an inventory. */
export interface Roster {
  readonly guests: readonly RosterGuest[];
}

export interface RosterGuest {
  readonly name: string;
  readonly vmid: number;
  /** `vg/db.root` */
  readonly volumes: readonly string[];
}
