import { authenticate } from './authenticate.ts';
import { RpcClient } from './client.ts';
import { type Connection, connectionOver } from './connection.ts';
import { connectOpen } from './procedures.ts';
import { openUnixSocket } from './unix-socket.ts';

export interface ConnectOptions {
  /** libvirtd's unix socket; else `/run/libvirt/libvirt-sock`, or `virtqemud-sock` beside it where only that is there. */
  readonly socket?: string;
  /** Which driver libvirtd opens: `qemu:///system` (the default), or `test:///default`, which only pretends. */
  readonly uri?: string;
  /** Milliseconds each call may take, 60,000 when left out; a call's own `timeoutMs` goes before it. */
  readonly timeoutMs?: number;
  /** Ends the connection, also while it is being opened; its calls are rejected with ABORTED. */
  readonly signal?: AbortSignal;
}

/**
 * Connects to the libvirtd of this machine.
 *
 * @throws LibvirtError NO_SOCKET, PERMISSION_DENIED, CONNECT_FAILED, AUTH_UNSUPPORTED, TIMEOUT, ABORTED, CLOSED,
 * PROTOCOL, or libvirt's own, VIR_ERR_NO_CONNECT when it has no driver for the URI
 */
export async function connect(options: ConnectOptions = {}): Promise<Connection> {
  const { socket, uri = 'qemu:///system', timeoutMs = 60_000, signal } = options;
  const client = new RpcClient(await openUnixSocket(socket), { timeoutMs, signal });
  try {
    await authenticate(client);
    await client.call(connectOpen, uri, { subject: uri });
  } catch (error) {
    client.end({ code: 'CLOSED', message: 'this connection could not be opened' });
    throw error;
  }
  return connectionOver(client);
}
