import type { Duplex } from 'node:stream';
import { blockJobTypes } from './block-job.ts';
import type { CallOptions, StreamCaller } from './caller.ts';
import type {
  AddressSource,
  AgentOptions,
  BlockJob,
  ChangeOptions,
  ConsoleOptions,
  InterfaceAddresses,
  LimitOptions,
  MigrateOptions,
  Screenshot,
  ScreenshotOptions,
  SnapshotOptions,
  UndefineOptions,
  XmlOptions,
} from './domain-options.ts';
import { migrateFlags, migrateParameters } from './migrate.ts';
import type { DomainText, FlaggedDomain, Procedure } from './procedure.ts';
import * as procedures from './procedures/domain.ts';
import {
  domainListAllCheckpoints,
  domainListAllSnapshots,
  domainSnapshotCreateXml,
  domainSnapshotLookupByName,
} from './procedures/snapshot.ts';
import { domainOpenConsole, domainScreenshot } from './procedures/stream.ts';
import { type Snapshot, snapshotOf } from './snapshot.ts';
import type { RemoteDomain } from './structures.ts';

/** virDomainState by number. */
const states = ['nostate', 'running', 'blocked', 'paused', 'shutdown', 'shutoff', 'crashed', 'pmsuspended'] as const;

/** virDomainState; `nostate` is for drivers that cannot tell, which QEMU's can. */
export type DomainState = (typeof states)[number];

export const stateOf = (number: number): DomainState => states[number] ?? 'nostate';

/**
 * One guest. Every method is one call, and rejects with a LibvirtError: libvirt's own (VIR_ERR_NO_DOMAIN when the
 * domain is gone), or CLOSED, TIMEOUT, ABORTED.
 */
export interface Domain {
  readonly name: string;
  /** With dashes, lower case. */
  readonly uuid: string;
  /** The running guest's number, undefined when it does not run; as of when it was looked up, started or destroyed here. */
  readonly id: number | undefined;
  /** virDomainGetState. */
  state(options?: CallOptions): Promise<DomainState>;
  /** Boots the guest (virDomainCreate). Rejects with VIR_ERR_OPERATION_INVALID when it runs already. */
  start(options?: CallOptions): Promise<void>;
  /** Asks the guest to power off, and does not wait until it has (virDomainShutdown). */
  shutdown(options?: CallOptions): Promise<void>;
  /** Asks the guest to restart, and does not wait until it has (virDomainReboot). */
  reboot(options?: CallOptions): Promise<void>;
  /** Powers the guest off at once, without asking it (virDomainDestroy); the definition stays. */
  destroy(options?: CallOptions): Promise<void>;
  /** Forgets the definition (virDomainUndefineFlags); a running guest runs on. */
  undefine(options?: UndefineOptions): Promise<void>;
  /** Whether the guest starts with libvirtd. */
  autostart(options?: CallOptions): Promise<boolean>;
  setAutostart(on: boolean, options?: CallOptions): Promise<void>;
  /** The domain's XML (virDomainGetXMLDesc): of the running guest if there is one, else the definition. */
  xml(options?: XmlOptions): Promise<string>;
  /** Stops the guest's processors; its memory stays as it is (virDomainSuspend). */
  suspend(options?: CallOptions): Promise<void>;
  resume(options?: CallOptions): Promise<void>;
  /** Presses the reset button (virDomainReset): the guest is not asked. */
  reset(options?: CallOptions): Promise<void>;
  /** Stops the guest and keeps its memory in a file on the host, for `connection.restoreDomain` (virDomainSave). */
  save(path: string, options?: CallOptions): Promise<void>;
  /** Stops the guest and keeps its memory with libvirtd, for the next `start` (virDomainManagedSave). */
  managedSave(options?: CallOptions): Promise<void>;
  hasManagedSave(options?: CallOptions): Promise<boolean>;
  /**
   * The definition that the guest had when `managedSave` stopped it, and has again when it starts
   * (virDomainManagedSaveGetXMLDesc).
   */
  managedSaveXml(options?: Omit<XmlOptions, 'inactive'>): Promise<string>;
  /** Forgets what `managedSave` kept: the next start is a fresh one. */
  removeManagedSave(options?: CallOptions): Promise<void>;
  snapshots(options?: CallOptions): Promise<Snapshot[]>;
  /** Names of checkpoints, from which a backup copies what has changed since (virDomainListAllCheckpoints). */
  checkpoints(options?: CallOptions): Promise<string[]>;
  /** @throws LibvirtError VIR_ERR_NO_DOMAIN_SNAPSHOT */
  snapshot(name: string, options?: CallOptions): Promise<Snapshot>;
  /** @param xml libvirt's `<domainsnapshot>`, which may be empty; its name is then the time */
  createSnapshot(xml: string, options?: SnapshotOptions): Promise<Snapshot>;
  /** Gives the guest this much memory, in KiB, by its balloon (virDomainSetMemoryFlags). */
  setMemory(kib: number, options?: LimitOptions): Promise<void>;
  /** How many processors the guest has. */
  vcpus(options?: LimitOptions): Promise<number>;
  setVcpus(count: number, options?: LimitOptions): Promise<void>;
  /** @param xml one element of the domain's `<devices>` */
  attachDevice(xml: string, options?: ChangeOptions): Promise<void>;
  /** Asks the guest to let go of a device; the event `deviceRemoved` tells when it has. */
  detachDevice(xml: string, options?: ChangeOptions): Promise<void>;
  updateDevice(xml: string, options?: ChangeOptions): Promise<void>;
  /** Tells a running guest that its disk (`vda`, or the path) has this many bytes now (virDomainBlockResize). */
  blockResize(disk: string, bytes: number, options?: CallOptions): Promise<void>;
  /** What is being done to a disk (`vda`, or the path), undefined when nothing is (virDomainGetBlockJobInfo). */
  blockJob(disk: string, options?: CallOptions): Promise<BlockJob | undefined>;
  /**
   * Whether libvirtd is at something longer with the running guest: a move to another host, a save, a dump, a backup
   * (virDomainGetJobInfo).
   */
  hasJob(options?: CallOptions): Promise<boolean>;
  /**
   * What libvirt has to say of a guest that runs, `tainted: custom monitor control commands issued` for one
   * (virDomainGetMessages, since libvirt 7.1).
   */
  messages(options?: CallOptions): Promise<readonly string[]>;
  /** The guest's addresses, as far as one who is asked knows them (virDomainInterfaceAddresses). */
  addresses(source: AddressSource, options?: CallOptions): Promise<InterfaceAddresses[]>;
  /**
   * Moves the guest to another libvirtd, which this one connects to (virDomainMigrateToURI3, peer to peer). A move can
   * take longer than `timeoutMs`.
   *
   * @param destination the other libvirtd, as seen from this one: `qemu+tls://host2/system`
   */
  migrate(destination: string, options?: MigrateOptions): Promise<void>;
  /**
   * Has the guest's agent carry out one command, JSON in and JSON out (virDomainQemuAgentCommand).
   *
   * @throws LibvirtError VIR_ERR_AGENT_UNRESPONSIVE when no agent answers
   */
  agentCommand(json: string, options?: AgentOptions): Promise<string>;
  /**
   * The guest's serial console (virDomainOpenConsole), its bytes as they are. `end()` gives it up, `destroy()` at once;
   * it ends by itself when the guest stops. It has a connection of its own, so that a slow reader holds back the guest
   * and nothing else. A terminal's size cannot be told: libvirt has no call for it. The signal also ends it later.
   */
  console(options?: ConsoleOptions): Promise<Duplex>;
  /** What the guest shows on its screen (virDomainScreenshot). */
  screenshot(options?: ScreenshotOptions): Promise<Screenshot>;
}

const xmlFlags = { secure: 1, inactive: 2 } as const;
const undefineFlags = { managedSave: 1, removeNvram: 4, keepNvram: 8, removeTpm: 32, keepTpm: 64 } as const;
/** virDomainModificationImpact, and VIR_DOMAIN_MEM_MAXIMUM, which is VIR_DOMAIN_VCPU_MAXIMUM, too. */
const changeFlags = { live: 1, config: 2, maximum: 4 } as const;
/** virDomainInterfaceAddressesSource. */
const addressSources = { lease: 0, agent: 1, arp: 2 } as const;
const consoleForce = 1;
const snapshotDiskOnly = 16;
const blockResizeBytes = 1;

const flagsOf = ({ live, config, maximum }: LimitOptions): number =>
  (live ? changeFlags.live : 0) | (config ? changeFlags.config : 0) | (maximum ? changeFlags.maximum : 0);

/** The domain that libvirtd described as `remote`, with its calls made through `client`. */
export function domainOf(client: StreamCaller, remote: RemoteDomain): Domain {
  return new ConnectedDomain(client, remote);
}

/** A class, because a list of a thousand domains would be fifty thousand functions otherwise. */
class ConnectedDomain implements Domain {
  readonly name: string;
  readonly uuid: string;
  readonly #client: StreamCaller;
  #remote: RemoteDomain;

  constructor(client: StreamCaller, remote: RemoteDomain) {
    this.name = remote.name;
    this.uuid = remote.uuid;
    this.#client = client;
    this.#remote = remote;
  }

  get id(): number | undefined {
    return this.#remote.id === -1 ? undefined : this.#remote.id;
  }

  async state(options?: CallOptions): Promise<DomainState> {
    return stateOf(await this.#flagged(procedures.domainGetState, 0, options));
  }

  async start(options?: CallOptions): Promise<void> {
    this.#remote = await this.#flagged(procedures.domainCreateWithFlags, 0, options);
  }

  shutdown(options?: CallOptions): Promise<void> {
    return this.#call(procedures.domainShutdown, this.#remote, options);
  }

  reboot(options?: CallOptions): Promise<void> {
    return this.#flagged(procedures.domainReboot, 0, options);
  }

  async destroy(options?: CallOptions): Promise<void> {
    await this.#call(procedures.domainDestroy, this.#remote, options);
    this.#remote = { ...this.#remote, id: -1 };
  }

  undefine({ managedSave, nvram, tpm, ...options }: UndefineOptions = {}): Promise<void> {
    const flags =
      (managedSave ? undefineFlags.managedSave : 0) |
      (nvram === 'remove' ? undefineFlags.removeNvram : 0) |
      (nvram === 'keep' ? undefineFlags.keepNvram : 0) |
      (tpm === 'remove' ? undefineFlags.removeTpm : 0) |
      (tpm === 'keep' ? undefineFlags.keepTpm : 0);
    return this.#flagged(procedures.domainUndefineFlags, flags, options);
  }

  async autostart(options?: CallOptions): Promise<boolean> {
    return (await this.#call(procedures.domainGetAutostart, this.#remote, options)) !== 0;
  }

  setAutostart(on: boolean, options?: CallOptions): Promise<void> {
    return this.#call(procedures.domainSetAutostart, { domain: this.#remote, on }, options);
  }

  xml({ inactive, secure, ...options }: XmlOptions = {}): Promise<string> {
    const flags = (secure ? xmlFlags.secure : 0) | (inactive ? xmlFlags.inactive : 0);
    return this.#flagged(procedures.domainGetXmlDesc, flags, options);
  }

  suspend(options?: CallOptions): Promise<void> {
    return this.#call(procedures.domainSuspend, this.#remote, options);
  }

  resume(options?: CallOptions): Promise<void> {
    return this.#call(procedures.domainResume, this.#remote, options);
  }

  reset(options?: CallOptions): Promise<void> {
    return this.#flagged(procedures.domainReset, 0, options);
  }

  save(path: string, options?: CallOptions): Promise<void> {
    return this.#call(procedures.domainSaveFlags, { domain: this.#remote, path }, options);
  }

  managedSave(options?: CallOptions): Promise<void> {
    return this.#flagged(procedures.domainManagedSave, 0, options);
  }

  async hasManagedSave(options?: CallOptions): Promise<boolean> {
    return (await this.#flagged(procedures.domainHasManagedSaveImage, 0, options)) !== 0;
  }

  managedSaveXml({ secure, ...options }: Omit<XmlOptions, 'inactive'> = {}): Promise<string> {
    return this.#flagged(procedures.domainManagedSaveGetXmlDesc, secure ? 1 : 0, options);
  }

  removeManagedSave(options?: CallOptions): Promise<void> {
    return this.#flagged(procedures.domainManagedSaveRemove, 0, options);
  }

  async snapshots(options?: CallOptions): Promise<Snapshot[]> {
    const snapshots = await this.#flagged(domainListAllSnapshots, 0, options);
    return snapshots.map((snapshot) => snapshotOf(this.#client, snapshot));
  }

  async checkpoints(options?: CallOptions): Promise<string[]> {
    return (await this.#flagged(domainListAllCheckpoints, 0, options)).map(({ name }) => name);
  }

  async snapshot(text: string, options?: CallOptions): Promise<Snapshot> {
    const args = { domain: this.#remote, text, flags: 0 };
    return snapshotOf(this.#client, await this.#call(domainSnapshotLookupByName, args, options));
  }

  async createSnapshot(text: string, { diskOnly, ...options }: SnapshotOptions = {}): Promise<Snapshot> {
    const args = { domain: this.#remote, text, flags: diskOnly ? snapshotDiskOnly : 0 };
    return snapshotOf(this.#client, await this.#call(domainSnapshotCreateXml, args, options));
  }

  setMemory(memory: number, options: LimitOptions = {}): Promise<void> {
    const args = { domain: this.#remote, memory, flags: flagsOf(options) };
    return this.#call(procedures.domainSetMemoryFlags, args, options);
  }

  vcpus(options: LimitOptions = {}): Promise<number> {
    return this.#flagged(procedures.domainGetVcpusFlags, flagsOf(options), options);
  }

  setVcpus(count: number, options: LimitOptions = {}): Promise<void> {
    const args = { domain: this.#remote, count, flags: flagsOf(options) };
    return this.#call(procedures.domainSetVcpusFlags, args, options);
  }

  attachDevice(xml: string, options: ChangeOptions = {}): Promise<void> {
    return this.#changeDevice(procedures.domainAttachDeviceFlags, xml, options);
  }

  detachDevice(xml: string, options: ChangeOptions = {}): Promise<void> {
    return this.#changeDevice(procedures.domainDetachDeviceFlags, xml, options);
  }

  updateDevice(xml: string, options: ChangeOptions = {}): Promise<void> {
    return this.#changeDevice(procedures.domainUpdateDeviceFlags, xml, options);
  }

  blockResize(text: string, size: number, options?: CallOptions): Promise<void> {
    const args = { domain: this.#remote, text, size, flags: blockResizeBytes };
    return this.#call(procedures.domainBlockResize, args, options);
  }

  async blockJob(text: string, options?: CallOptions): Promise<BlockJob | undefined> {
    const args = { domain: this.#remote, text, flags: 0 };
    const { found, type, bandwidth, current, end } = await this.#call(procedures.domainGetBlockJobInfo, args, options);
    if (!found) return undefined;
    return {
      type: blockJobTypes[type] ?? 'unknown',
      bandwidth: Number(bandwidth),
      current: Number(current),
      end: Number(end),
    };
  }

  async hasJob(options?: CallOptions): Promise<boolean> {
    return (await this.#call(procedures.domainGetJobInfo, this.#remote, options)) !== 0;
  }

  messages(options?: CallOptions): Promise<readonly string[]> {
    return this.#flagged(procedures.domainGetMessages, 0, options);
  }

  addresses(source: AddressSource, options?: CallOptions): Promise<InterfaceAddresses[]> {
    const args = { domain: this.#remote, source: addressSources[source] };
    return this.#call(procedures.domainInterfaceAddresses, args, options);
  }

  migrate(destination: string, options: MigrateOptions = {}): Promise<void> {
    const parameters = migrateParameters(options);
    const args = { domain: this.#remote, destination, parameters, flags: migrateFlags(options) };
    return this.#call(procedures.domainMigratePerform3Params, args, options);
  }

  async agentCommand(command: string, { agentSeconds = 5, ...options }: AgentOptions = {}): Promise<string> {
    const args = { domain: this.#remote, command, seconds: agentSeconds };
    return (await this.#call(procedures.qemuDomainAgentCommand, args, options)) ?? '';
  }

  async console({ device, force, ...options }: ConsoleOptions = {}): Promise<Duplex> {
    const args = { domain: this.#remote, device, flags: force ? consoleForce : 0 };
    const call = { procedure: domainOpenConsole, args };
    return (await this.#client.openStream(call, { ...options, subject: this.name })).stream;
  }

  async screenshot({ screen = 0, ...options }: ScreenshotOptions = {}): Promise<Screenshot> {
    const call = { procedure: domainScreenshot, args: { domain: this.#remote, screen } };
    const { result, stream } = await this.#client.openStream(call, { ...options, subject: this.name });
    return { mimeType: result ?? 'application/octet-stream', image: stream };
  }

  #call<Arguments, Result>(
    procedure: Procedure<Arguments, Result>,
    args: Arguments,
    options: CallOptions | undefined,
  ): Promise<Result> {
    return this.#client.call(procedure, args, { ...options, subject: this.name });
  }

  #flagged<Result>(
    procedure: Procedure<FlaggedDomain, Result>,
    flags: number,
    options: CallOptions | undefined,
  ): Promise<Result> {
    return this.#call(procedure, { domain: this.#remote, flags }, options);
  }

  #changeDevice(procedure: Procedure<DomainText, void>, text: string, options: ChangeOptions): Promise<void> {
    return this.#call(procedure, { domain: this.#remote, text, flags: flagsOf(options) }, options);
  }
}
