import { Duplex } from 'node:stream';
import type { OpenedStream, StreamCall, SubjectOptions } from './caller.ts';
import type { Packet, RpcClient, StreamListener } from './client.ts';
import { aborted, type Ending, type LibvirtError } from './error.ts';

/** VIR_NET_MESSAGE_LEGACY_PAYLOAD_MAX: the packets that every libvirtd takes. */
const packetMax = 262_120;

/** Bytes that wait for a slow reader before libvirtd is held back: each pause costs more than some packets do. */
const readAhead = 262_144;

const done: Ending = { code: 'CLOSED', message: 'this stream has ended' };

/**
 * Opens a stream over a client of its own, which ends with it. libvirt can hold back a connection but not a stream: over
 * a shared one, a reader that is slow would hold back every call and event, or have the bytes pile up.
 *
 * @param options the signal also destroys the stream later
 */
export async function openStream<Arguments, Result>(
  client: RpcClient,
  { procedure, args }: StreamCall<Arguments, Result>,
  options: SubjectOptions = {},
): Promise<OpenedStream<Result>> {
  const stream = new RemoteStream(client);
  const { signal } = options;
  try {
    const { result, stream: serial } = await client.openStream({ procedure, args }, stream.listener, options);
    stream.open(serial);
    const onAbort = (): void => {
      stream.destroy(aborted({ call: procedure.name, subject: options.subject }, signal));
    };
    signal?.addEventListener('abort', onAbort);
    stream.on('close', () => signal?.removeEventListener('abort', onAbort));
    return { result, stream };
  } catch (error) {
    client.end(done);
    throw error;
  }
}

/** Milliseconds that libvirtd has to confirm that it gave a stream up; it also does when the connection closes. */
const abortLimit = 1000;

/** What a guest or libvirtd sends, to read; what is written goes to it. Neither side runs ahead of the other. */
class RemoteStream extends Duplex {
  readonly #client: RpcClient;
  #serial: number | undefined;
  #paused = false;
  /** How the stream ended: without an error after a finish, an abort, or the connection's end. */
  #over: { readonly error?: LibvirtError } | undefined;
  /** Called when it is over, by whoever waits for that. */
  #onOver: ((error?: LibvirtError) => void) | undefined;

  constructor(client: RpcClient) {
    super({ allowHalfOpen: false, readableHighWaterMark: readAhead });
    this.#client = client;
  }

  readonly listener: StreamListener = {
    data: (bytes) => {
      if (this.destroyed || this.readableEnded) return;
      const wantsMore = this.push(bytes.length === 0 ? null : bytes);
      // While the end is waited for, what is still under way is little: libvirtd reads nothing more from the guest.
      if (!wantsMore && bytes.length > 0 && !this.#onOver) {
        this.#paused = true;
        this.#client.pause();
      }
    },
    finished: () => this.#end({}),
    failed: (error: LibvirtError) => this.#end({ error }),
  };

  /** Before this the stream is not its user's yet, who could not take an error. */
  open(serial: number): void {
    this.#serial = serial;
    this.#client.keepalive.start();
    if (this.#over?.error) this.destroy(this.#over.error);
  }

  override _read(): void {
    this.#resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    const packet = chunk.subarray(0, packetMax);
    const rest = chunk.subarray(packetMax);
    this.#send(packet, (error) => {
      if (error || rest.length === 0) callback(error);
      else this._write(rest, encoding, callback);
    });
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#endWith('finish', callback);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const timer = setTimeout(() => this.#end({}), abortLimit);
    this.#endWith('abort', () => {
      clearTimeout(timer);
      callback(error);
    });
  }

  #endWith(packet: 'finish' | 'abort', callback: (error?: Error | null) => void): void {
    if (this.#over) {
      callback();
      return;
    }
    const asked = this.#onOver !== undefined;
    this.#onOver = callback;
    this.#resume();
    if (!asked) this.#send(packet, (error) => error && callback(error));
  }

  #end(over: { readonly error?: LibvirtError }): void {
    if (this.#over) return;
    this.#over = over;
    this.#client.end(done);
    if (this.#onOver) this.#onOver(over.error);
    else if (over.error && this.#serial !== undefined) this.destroy(over.error);
    if (!this.destroyed) this.push(null);
  }

  #send(packet: Packet, sent: (error?: Error | null) => void): void {
    if (this.#serial !== undefined) this.#client.sendPacket(this.#serial, packet, sent);
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#client.resume();
  }
}
