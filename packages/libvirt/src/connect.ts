import { authenticate } from './authenticate.ts';
import { RpcClient } from './client.ts';
import { type Connection, connectionOver } from './connection.ts';
import type { KeepaliveOptions } from './keepalive.ts';
import { Link } from './link.ts';
import { connectOpen } from './procedures/connection.ts';
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
  /** How a libvirtd that hangs is noticed while events or a stream are waited for. */
  readonly keepalive?: KeepaliveOptions;
  /**
   * Connects again when the connection is lost, as often as it takes, and restores the events asked for, which go on
   * after an event `reconnected` to those that asked for that kind. Calls and streams that were under way fail, and so
   * do calls made before the connection is back.
   */
  readonly reconnect?: boolean;
}

/**
 * Connects to the libvirtd of this machine.
 *
 * @throws LibvirtError NO_SOCKET, PERMISSION_DENIED, CONNECT_FAILED, AUTH_UNSUPPORTED, TIMEOUT, ABORTED, CLOSED,
 * PROTOCOL, or libvirt's own, VIR_ERR_NO_CONNECT when it has no driver for the URI
 */
export async function connect(options: ConnectOptions = {}): Promise<Connection> {
  const { socket, uri = 'qemu:///system', timeoutMs = 60_000, signal, keepalive, reconnect = false } = options;
  async function dial(): Promise<RpcClient> {
    const client = new RpcClient(await openUnixSocket(socket), { timeoutMs, signal, keepalive });
    try {
      await authenticate(client);
      await client.call(connectOpen, uri, { subject: uri });
    } catch (error) {
      client.end({ code: 'CLOSED', message: 'this connection could not be opened' });
      throw error;
    }
    return client;
  }
  return connectionOver(new Link(await dial(), dial, { reconnect, signal }));
}
