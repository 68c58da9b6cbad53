import { authenticate } from './authenticate.ts';
import { RpcClient, type Transport } from './client.ts';
import { type Connection, connectionOver } from './connection.ts';
import { type ConnectionUri, parseConnectionUri } from './connection-uri.ts';
import { aborted, connectionAborted, LibvirtError } from './error.ts';
import type { KeepaliveOptions } from './keepalive.ts';
import { Link } from './link.ts';
import { connectOpen } from './procedures/connection.ts';
import type { Credentials } from './sasl.ts';
import { openSshTransport } from './ssh-transport.ts';
import { isVerified, openTlsTransport } from './tls-transport.ts';
import { openUnixSocket } from './unix-socket.ts';

export interface ConnectOptions {
  /** libvirtd's unix socket; else `/run/libvirt/libvirt-sock`, or `virtqemud-sock` beside it where only that is there. */
  readonly socket?: string;
  /**
   * Which libvirtd, and which of its drivers: `qemu:///system` (the default), `qemu:///session`, `test:///default`,
   * which only pretends, `qemu+unix:///system?socket=/run/other-sock`, `qemu+ssh://root@host2/system?keyfile=/root/key`,
   * `qemu+tls://host2/system?pkipath=/root/pki` (https://libvirt.org/uri.html). `LIBVIRT_DEFAULT_URI` is not looked
   * at: pass it on.
   */
  readonly uri?: string | undefined;
  /**
   * For a libvirtd that asks for SASL: SCRAM-SHA-256 is used. PLAIN, which shows the password to the other side, is used over
   * TLS when libvirtd's certificate was verified, or where `mechanism` asks for it, and never with `no_verify=1`.
   */
  readonly credentials?: Credentials;
  /** Milliseconds each call may take, 60,000 when left out; a call's own `timeoutMs` goes before it. */
  readonly timeoutMs?: number;
  /** Milliseconds until the connection must be open, 60,000 when left out: from the first packet to libvirt's driver. */
  readonly openTimeoutMs?: number;
  /** Ends the connection, also while it is being opened; its calls are rejected with ABORTED. */
  readonly signal?: AbortSignal;
  /** How a libvirtd that hangs is noticed while events or a stream are waited for. */
  readonly keepalive?: KeepaliveOptions;
  /**
   * Connects again when the connection is lost, as often as it takes, and restores the events asked for: those who asked
   * for the kinds are told `disconnected`, and `reconnected` once the events go on. Calls and streams that were under way
   * fail, and so do calls made before the connection is back.
   */
  readonly reconnect?: boolean;
}

/**
 * Connects to a libvirtd.
 *
 * @throws LibvirtError INVALID_ARGUMENT, NO_SOCKET, PERMISSION_DENIED, CONNECT_FAILED, TLS_REFUSED, AUTH_UNSUPPORTED, AUTH_FAILED, TIMEOUT, ABORTED, CLOSED,
 * PROTOCOL, or libvirt's own, VIR_ERR_NO_CONNECT when it has no driver for the URI
 */
export async function connect(options: ConnectOptions = {}): Promise<Connection> {
  const {
    socket,
    uri: text = 'qemu:///system',
    timeoutMs = 60_000,
    openTimeoutMs = 60_000,
    signal,
    keepalive,
    credentials,
    reconnect = false,
  } = options;
  const uri = parseConnectionUri(text);
  async function dial(given?: AbortSignal): Promise<RpcClient> {
    const limit = AbortSignal.timeout(openTimeoutMs);
    const opening = AbortSignal.any([limit, signal, given].filter((each) => each !== undefined));
    try {
      return await open(opening);
    } catch (error) {
      if (signal?.aborted) throw new LibvirtError({ ...connectionAborted(signal), subject: text });
      if (given?.aborted) throw aborted({ call: connectOpen.name, subject: text }, given);
      throw limit.aborted ? notOpen(text, openTimeoutMs, error) : error;
    }
  }
  async function open(opening: AbortSignal): Promise<RpcClient> {
    const transport = await openTransport(uri, socket, opening);
    const client = new RpcClient(transport, { timeoutMs, signal, keepalive });
    try {
      const peer = uri.transport !== 'tls' ? 'unverified' : isVerified(uri.parameters) ? 'verified' : 'unchecked';
      await authenticate(client, { credentials, peer, opening });
      await client.call(connectOpen, uri.driverUri, { subject: text, signal: opening });
    } catch (error) {
      client.end({ code: 'CLOSED', message: 'this connection could not be opened' });
      throw error;
    }
    return client;
  }
  return connectionOver(new Link(await dial(), dial, { reconnect, signal }));
}

async function openTransport(uri: ConnectionUri, socket: string | undefined, opening: AbortSignal): Promise<Transport> {
  switch (uri.transport) {
    case 'unix':
      return openUnixSocket(socket ?? uri.parameters.get('socket'), uri, opening);
    case 'ssh':
      return openSshTransport(uri);
    case 'tls':
      return openTlsTransport(uri, opening);
  }
}

/** Also when each answer comes just before its own time is over. */
const notOpen = (uri: string, openTimeoutMs: number, cause: unknown): LibvirtError =>
  new LibvirtError({
    code: 'TIMEOUT',
    message: `the connection to ${uri} is not open after ${openTimeoutMs} ms: see whether libvirtd answers there`,
    subject: uri,
    cause,
  });
