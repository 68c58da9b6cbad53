import type { Duplex, Readable } from 'node:stream';
import type { CallOptions, StreamCaller } from './caller.ts';
import type { Procedure } from './procedure.ts';
import {
  domainCreateWithFlags,
  domainDestroy,
  domainGetAutostart,
  domainGetState,
  domainGetXmlDesc,
  domainReboot,
  domainSetAutostart,
  domainShutdown,
  domainUndefineFlags,
} from './procedures/domain.ts';
import { domainOpenConsole, domainScreenshot } from './procedures/stream.ts';
import type { RemoteDomain } from './structures.ts';

/** virDomainState by number. */
const states = ['nostate', 'running', 'blocked', 'paused', 'shutdown', 'shutoff', 'crashed', 'pmsuspended'] as const;

/** virDomainState; `nostate` is for drivers that cannot tell, which QEMU's can. */
export type DomainState = (typeof states)[number];

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
const consoleForce = 1;
const undefineFlags = { managedSave: 1, removeNvram: 4, keepNvram: 8 } as const;

/** The domain that libvirtd described as `remote`, with its calls made through `client`. */
export function domainOf(client: StreamCaller, remote: RemoteDomain): Domain {
  let current = remote;
  const { name, uuid } = remote;

  function call<Result>(procedure: Procedure<RemoteDomain, Result>, options?: CallOptions): Promise<Result> {
    return client.call(procedure, current, { ...options, subject: name });
  }
  function callWith<Result>(
    procedure: Procedure<{ domain: RemoteDomain; flags: number }, Result>,
    flags: number,
    options?: CallOptions,
  ): Promise<Result> {
    return client.call(procedure, { domain: current, flags }, { ...options, subject: name });
  }

  return {
    name,
    uuid,
    get id() {
      return current.id === -1 ? undefined : current.id;
    },
    state: async (options) => states[await callWith(domainGetState, 0, options)] ?? 'nostate',
    start: async (options) => {
      current = await callWith(domainCreateWithFlags, 0, options);
    },
    shutdown: (options) => call(domainShutdown, options),
    reboot: (options) => callWith(domainReboot, 0, options),
    destroy: async (options) => {
      await call(domainDestroy, options);
      current = { ...current, id: -1 };
    },
    undefine: ({ managedSave, nvram, ...options } = {}) =>
      callWith(
        domainUndefineFlags,
        (managedSave ? undefineFlags.managedSave : 0) |
          (nvram === 'remove' ? undefineFlags.removeNvram : 0) |
          (nvram === 'keep' ? undefineFlags.keepNvram : 0),
        options,
      ),
    autostart: async (options) => (await call(domainGetAutostart, options)) !== 0,
    setAutostart: (on, options) =>
      client.call(domainSetAutostart, { domain: current, on }, { ...options, subject: name }),
    xml: ({ inactive, secure, ...options } = {}) =>
      callWith(domainGetXmlDesc, (secure ? xmlFlags.secure : 0) | (inactive ? xmlFlags.inactive : 0), options),
    console: async ({ device, force, ...options } = {}) => {
      const args = { domain: current, device, flags: force ? consoleForce : 0 };
      const call = { procedure: domainOpenConsole, args };
      return (await client.openStream(call, { ...options, subject: name })).stream;
    },
    screenshot: async ({ screen = 0, ...options } = {}) => {
      const call = { procedure: domainScreenshot, args: { domain: current, screen } };
      const { result, stream } = await client.openStream(call, { ...options, subject: name });
      return { mimeType: result ?? 'application/octet-stream', image: stream };
    },
  };
}
