import type { Readable } from 'node:stream';
import type { blockJobTypes } from './block-job.ts';
import type { CallOptions } from './caller.ts';

/**
 * Who is asked for a guest's addresses: libvirt's own DHCP servers, the guest's agent, or the kernel of the host, which
 * knows those that it has lately sent to.
 */
export type AddressSource = 'lease' | 'agent' | 'arp';

/** Addresses of one of a guest's interfaces. */
export interface InterfaceAddresses {
  /** The agent's name for it is the guest's (`eth0`), the others' is the host's (`tun65`). */
  readonly name: string;
  readonly mac: string | undefined;
  readonly addresses: readonly {
    readonly family: 'ipv4' | 'ipv6' | 'unknown';
    readonly address: string;
    /** 0 where it is not known. */
    readonly prefixLength: number;
  }[];
}

export interface XmlOptions extends CallOptions {
  /** The definition that the next start uses, rather than the running guest's. */
  readonly inactive?: boolean;
  /** With passwords (VNC, for one), which libvirt otherwise leaves out. */
  readonly secure?: boolean;
}

export interface UndefineOptions extends CallOptions {
  /** Removes a managed save image; libvirt refuses to undefine a domain that has one otherwise. */
  readonly managedSave?: boolean;
  /** Removes the UEFI variables' file, or keeps it; libvirt refuses to undefine a domain that has one otherwise. */
  readonly nvram?: 'remove' | 'keep';
  /** Removes the state of an emulated TPM, or keeps it; else libvirt removes it, and the keys in it (since libvirt 8.9). */
  readonly tpm?: 'remove' | 'keep';
}

export interface ConsoleOptions extends CallOptions {
  /** The device's alias, `serial1`; the first console or serial port when left out. */
  readonly device?: string;
  /** Takes the console from whoever has it open, instead of being refused with VIR_ERR_OPERATION_FAILED. */
  readonly force?: boolean;
}

export interface ScreenshotOptions extends CallOptions {
  /** Which of the guest's screens, 0 when left out. */
  readonly screen?: number;
}

export interface Screenshot {
  /** `image/png` of QEMU 7.1 and later, `image/x-portable-pixmap` before. */
  readonly mimeType: string;
  readonly image: Readable;
}

/** What a change is made to; with neither, to the running guest if there is one, else to the definition. */
export interface ChangeOptions extends CallOptions {
  /** The running guest. */
  readonly live?: boolean;
  /** The definition that the next start uses. */
  readonly config?: boolean;
}

export interface LimitOptions extends ChangeOptions {
  /** The most that the guest can be given, instead of what it is given. */
  readonly maximum?: boolean;
}

export interface SnapshotOptions extends CallOptions {
  /** Only the disks, not the running guest's memory. */
  readonly diskOnly?: boolean;
}

export interface AgentOptions extends CallOptions {
  /** Seconds that libvirtd waits for the agent, 5 when left out. */
  readonly agentSeconds?: number;
}

export interface MigrateOptions extends CallOptions {
  /** While the guest runs on, but for a moment. */
  readonly live?: boolean;
  /** Defines the domain there. */
  readonly persist?: boolean;
  /** Undefines the domain here when it has moved. */
  readonly undefineSource?: boolean;
  /** Copies the disks that both hosts do not share: all of them, or what differs from a backing file. */
  readonly copyStorage?: 'all' | 'incremental';
  /** Moves although libvirt finds the disks' caching unsafe. */
  readonly unsafe?: boolean;
  /** Where QEMU connects to, when it is not the destination's own address: `tcp://10.0.0.2:49152`. */
  readonly migrateUri?: string;
  /** The domain's name there. */
  readonly name?: string;
  /** The domain's XML there. */
  readonly xml?: string;
  /** MiB a second at most. */
  readonly bandwidth?: number;
}

/** virDomainBlockJobType. */
export interface BlockJob {
  readonly type: (typeof blockJobTypes)[number];
  /** MiB a second at most, 0 without a limit. */
  readonly bandwidth: number;
  /** How far it is, of `end`: mostly bytes. */
  readonly current: number;
  readonly end: number;
}
