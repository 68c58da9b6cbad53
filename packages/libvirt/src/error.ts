import { domainNames, errorNames } from './error-names.ts';

/** What goes wrong on this side of the socket, beside the errors libvirt itself reports. */
export type TransportErrorCode =
  | 'NO_SOCKET'
  | 'PERMISSION_DENIED'
  | 'CONNECT_FAILED'
  | 'TLS_REFUSED'
  | 'AUTH_FAILED'
  | 'AUTH_UNSUPPORTED'
  | 'UNREADABLE_AUTH_FILE'
  | 'CLOSED'
  | 'UNRESPONSIVE'
  | 'EVENTS_LOST'
  | 'TIMEOUT'
  | 'ABORTED'
  | 'PROTOCOL'
  | 'INVALID_ARGUMENT';

/** A name of libvirt's `virErrorNumber`; a number newer than this package's table is `VIR_ERR_<number>`. */
export type LibvirtErrorCode = TransportErrorCode | (typeof errorNames)[number] | `VIR_ERR_${number}`;

/** A name of libvirt's `virErrorDomain`; a number newer than this package's table is `VIR_FROM_<number>`. */
export type LibvirtErrorDomain = (typeof domainNames)[number] | `VIR_FROM_${number}`;

/** Which call failed, and what it was about. */
export interface CallName {
  /** The procedure as libvirt names it, without `vir`: `DomainCreateWithFlags`. */
  readonly call: string;
  /** The domain's name or UUID, or the connection's URI, where there is one. */
  readonly subject: string | undefined;
}

/** Why a connection ended; the calls that end with it get it as their error. */
export interface Ending {
  readonly code: LibvirtErrorCode;
  readonly message: string;
  readonly cause?: unknown;
}

interface LibvirtErrorDetails extends Partial<CallName> {
  readonly code: LibvirtErrorCode;
  readonly message: string;
  readonly number?: number;
  readonly domain?: LibvirtErrorDomain;
  readonly level?: 'warning' | 'error';
  readonly cause?: unknown;
}

/**
 * Everything this package throws. An error that libvirt reports keeps libvirt's own `message`, and has `number` and
 * `domain`; one of the transport has neither, and its message says how to mend it.
 *
 * ```text
 * LibvirtError: Domain not found: no domain with matching name 'vm66'
 *   code: 'VIR_ERR_NO_DOMAIN', number: 42, domain: 'VIR_FROM_QEMU', level: 'error',
 *   call: 'DomainLookupByName', subject: 'vm66'
 * ```
 */
export class LibvirtError extends Error {
  override readonly name = 'LibvirtError';
  readonly code: LibvirtErrorCode;
  readonly number: number | undefined;
  readonly domain: LibvirtErrorDomain | undefined;
  readonly level: 'warning' | 'error';
  readonly call: string | undefined;
  readonly subject: string | undefined;

  constructor(details: LibvirtErrorDetails) {
    super(details.message, 'cause' in details ? { cause: details.cause } : undefined);
    this.code = details.code;
    this.number = details.number;
    this.domain = details.domain;
    this.level = details.level ?? 'error';
    this.call = details.call;
    this.subject = details.subject;
  }
}

/** The body of an error reply: the fields of libvirt's `virNetMessageError` that it fills for callers. */
export interface ErrorReply {
  readonly code: number;
  readonly domain: number;
  readonly message: string | undefined;
  readonly level: number;
}

/** virErrorLevel's VIR_ERR_WARNING. */
const warning = 1;

/** The error for what libvirtd answered to a call. */
export function errorOfReply(reply: ErrorReply, { call, subject }: CallName): LibvirtError {
  const code = errorNames[reply.code] ?? `VIR_ERR_${reply.code}`;
  return new LibvirtError({
    code,
    message: reply.message ?? `libvirtd answered ${code} without a message`,
    number: reply.code,
    domain: domainNames[reply.domain] ?? `VIR_FROM_${reply.domain}`,
    level: reply.level === warning ? 'warning' : 'error',
    call,
    subject,
  });
}

/** The error for bytes that are not libvirt's protocol. */
export function protocolError(what: string): LibvirtError {
  return new LibvirtError({
    code: 'PROTOCOL',
    message: `${what}; is this the socket of a libvirtd (not of virtlogd, virtlockd or libvirt-admin)?`,
  });
}

const nameOf = ({ call, subject }: CallName): string => (subject === undefined ? call : `${call} of ${subject}`);

/** The error for a call that was not answered in time. */
export function timedOut(name: CallName, timeoutMs: number): LibvirtError {
  return new LibvirtError({
    code: 'TIMEOUT',
    message: `no answer to ${nameOf(name)} in ${timeoutMs} ms; libvirtd may still carry it out: look before trying again`,
    ...name,
  });
}

/** The error for a call whose signal was aborted. */
export function aborted(name: CallName, signal: AbortSignal | undefined): LibvirtError {
  return new LibvirtError({
    code: 'ABORTED',
    message: `${nameOf(name)} was aborted; what libvirtd has received it still carries out`,
    cause: signal?.reason,
    ...name,
  });
}

/** Why a connection ended whose signal was aborted. */
export const connectionAborted = (signal: AbortSignal | undefined): Ending => ({
  code: 'ABORTED',
  message: "the connection's signal was aborted; connect again",
  cause: signal?.reason,
});
