import type { Duplex } from 'node:stream';
import type { CallOptions, StreamCaller } from './caller.ts';
import { blockJobTypes } from './domain-event.ts';
import type {
  AgentOptions,
  BlockJob,
  ChangeOptions,
  ConsoleOptions,
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
import { domainListAllSnapshots, domainSnapshotCreateXml, domainSnapshotLookupByName } from './procedures/snapshot.ts';
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
  /** Forgets what `managedSave` kept: the next start is a fresh one. */
  removeManagedSave(options?: CallOptions): Promise<void>;
  snapshots(options?: CallOptions): Promise<Snapshot[]>;
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
const undefineFlags = { managedSave: 1, removeNvram: 4, keepNvram: 8 } as const;
/** virDomainModificationImpact, and VIR_DOMAIN_MEM_MAXIMUM, which is VIR_DOMAIN_VCPU_MAXIMUM, too. */
const changeFlags = { live: 1, config: 2, maximum: 4 } as const;
const consoleForce = 1;
const snapshotDiskOnly = 16;
const blockResizeBytes = 1;

const flagsOf = ({ live, config, maximum }: LimitOptions): number =>
  (live ? changeFlags.live : 0) | (config ? changeFlags.config : 0) | (maximum ? changeFlags.maximum : 0);

/** The domain that libvirtd described as `remote`, with its calls made through `client`. */
export function domainOf(client: StreamCaller, remote: RemoteDomain): Domain {
  let current = remote;
  const { name, uuid } = remote;

  function callFor<Arguments, Result>(
    procedure: Procedure<Arguments, Result>,
    args: Arguments,
    options?: CallOptions,
  ): Promise<Result> {
    return client.call(procedure, args, { ...options, subject: name });
  }
  function call<Result>(procedure: Procedure<RemoteDomain, Result>, options?: CallOptions): Promise<Result> {
    return callFor(procedure, current, options);
  }
  function callWith<Result>(
    procedure: Procedure<FlaggedDomain, Result>,
    flags: number,
    options?: CallOptions,
  ): Promise<Result> {
    return callFor(procedure, { domain: current, flags }, options);
  }
  const changeDevice =
    (procedure: Procedure<DomainText, void>) =>
    (xml: string, options: ChangeOptions = {}): Promise<void> =>
      callFor(procedure, { domain: current, text: xml, flags: flagsOf(options) }, options);

  return {
    name,
    uuid,
    get id() {
      return current.id === -1 ? undefined : current.id;
    },
    state: async (options) => stateOf(await callWith(procedures.domainGetState, 0, options)),
    start: async (options) => {
      current = await callWith(procedures.domainCreateWithFlags, 0, options);
    },
    shutdown: (options) => call(procedures.domainShutdown, options),
    reboot: (options) => callWith(procedures.domainReboot, 0, options),
    destroy: async (options) => {
      await call(procedures.domainDestroy, options);
      current = { ...current, id: -1 };
    },
    undefine: ({ managedSave, nvram, ...options } = {}) =>
      callWith(
        procedures.domainUndefineFlags,
        (managedSave ? undefineFlags.managedSave : 0) |
          (nvram === 'remove' ? undefineFlags.removeNvram : 0) |
          (nvram === 'keep' ? undefineFlags.keepNvram : 0),
        options,
      ),
    autostart: async (options) => (await call(procedures.domainGetAutostart, options)) !== 0,
    setAutostart: (on, options) => callFor(procedures.domainSetAutostart, { domain: current, on }, options),
    xml: ({ inactive, secure, ...options } = {}) =>
      callWith(
        procedures.domainGetXmlDesc,
        (secure ? xmlFlags.secure : 0) | (inactive ? xmlFlags.inactive : 0),
        options,
      ),
    suspend: (options) => call(procedures.domainSuspend, options),
    resume: (options) => call(procedures.domainResume, options),
    reset: (options) => callWith(procedures.domainReset, 0, options),
    save: (path, options) => callFor(procedures.domainSaveFlags, { domain: current, path }, options),
    managedSave: (options) => callWith(procedures.domainManagedSave, 0, options),
    hasManagedSave: async (options) => (await callWith(procedures.domainHasManagedSaveImage, 0, options)) !== 0,
    removeManagedSave: (options) => callWith(procedures.domainManagedSaveRemove, 0, options),
    snapshots: async (options) =>
      (await callWith(domainListAllSnapshots, 0, options)).map((snapshot) => snapshotOf(client, snapshot)),
    snapshot: async (text, options) =>
      snapshotOf(client, await callFor(domainSnapshotLookupByName, { domain: current, text, flags: 0 }, options)),
    createSnapshot: async (text, { diskOnly, ...options } = {}) => {
      const args = { domain: current, text, flags: diskOnly ? snapshotDiskOnly : 0 };
      return snapshotOf(client, await callFor(domainSnapshotCreateXml, args, options));
    },
    setMemory: (memory, options = {}) =>
      callFor(procedures.domainSetMemoryFlags, { domain: current, memory, flags: flagsOf(options) }, options),
    vcpus: (options = {}) => callWith(procedures.domainGetVcpusFlags, flagsOf(options), options),
    setVcpus: (count, options = {}) =>
      callFor(procedures.domainSetVcpusFlags, { domain: current, count, flags: flagsOf(options) }, options),
    attachDevice: changeDevice(procedures.domainAttachDeviceFlags),
    detachDevice: changeDevice(procedures.domainDetachDeviceFlags),
    updateDevice: changeDevice(procedures.domainUpdateDeviceFlags),
    blockResize: (text, size, options) =>
      callFor(procedures.domainBlockResize, { domain: current, text, size, flags: blockResizeBytes }, options),
    blockJob: async (text, options) => {
      const args = { domain: current, text, flags: 0 };
      const {
        found,
        type,
        bandwidth,
        current: done,
        end,
      } = await callFor(procedures.domainGetBlockJobInfo, args, options);
      if (!found) return undefined;
      return {
        type: blockJobTypes[type] ?? 'unknown',
        bandwidth: Number(bandwidth),
        current: Number(done),
        end: Number(end),
      };
    },
    migrate: (destination, options = {}) => {
      const parameters = migrateParameters(options);
      const args = { domain: current, destination, parameters, flags: migrateFlags(options) };
      return callFor(procedures.domainMigratePerform3Params, args, options);
    },
    agentCommand: async (command, { agentSeconds = 5, ...options } = {}) => {
      const args = { domain: current, command, seconds: agentSeconds };
      return (await callFor(procedures.qemuDomainAgentCommand, args, options)) ?? '';
    },
    console: async ({ device, force, ...options } = {}) => {
      const args = { domain: current, device, flags: force ? consoleForce : 0 };
      const opening = { procedure: domainOpenConsole, args };
      return (await client.openStream(opening, { ...options, subject: name })).stream;
    },
    screenshot: async ({ screen = 0, ...options } = {}) => {
      const opening = { procedure: domainScreenshot, args: { domain: current, screen } };
      const { result, stream } = await client.openStream(opening, { ...options, subject: name });
      return { mimeType: result ?? 'application/octet-stream', image: stream };
    },
  };
}
