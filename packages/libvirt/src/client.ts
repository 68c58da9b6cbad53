import type { Duplex } from 'node:stream';
import { CallWindow } from './call-window.ts';
import type { Caller, SubjectOptions } from './caller.ts';
import {
  aborted,
  type CallName,
  connectionAborted,
  type Ending,
  errorOfReply,
  LibvirtError,
  protocolError,
  timedOut,
} from './error.ts';
import { Keepalive, type KeepaliveOptions } from './keepalive.ts';
import {
  decodeHeader,
  encodeMessage,
  type MessageHeader,
  MessageSplitter,
  messageStatus,
  messageType,
} from './message.ts';
import { type Procedure, remoteProgram } from './procedure.ts';
import { readErrorReply } from './structures.ts';
import { XdrReader } from './xdr.ts';

/**
 * What carries the bytes: a socket, or a program that reaches one. While it is unref'ed, it keeps no process alive. What it
 * gives with `data` may be overwritten after the event.
 */
export type Transport = Duplex & { ref(): unknown; unref(): unknown };

export interface ClientOptions {
  /** For each call that has none of its own. */
  readonly timeoutMs: number;
  /** Ends the connection. */
  readonly signal?: AbortSignal | undefined;
  readonly keepalive?: KeepaliveOptions | undefined;
}

/** What is told of that was not asked for. */
export interface ClientListener {
  event(procedure: number, body: XdrReader): void;
  end(ending: Ending): void;
}

/** What is told of one stream: its packets, an empty one being the end of what libvirtd sends, and how it ended. */
export interface StreamListener {
  data(bytes: Buffer): void;
  finished(): void;
  failed(error: LibvirtError): void;
}

/** Bytes of a stream, or the wish to end it, which libvirtd confirms. */
export type Packet = Buffer | 'finish' | 'abort';

interface OpenStream extends CallName {
  readonly procedure: number;
  readonly listener: StreamListener;
}

interface PendingCall extends CallName {
  readonly program: number;
  readonly procedure: number;
  /** Decodes the result; throws what the decoder throws. */
  readonly resolve: (body: XdrReader) => void;
  readonly reject: (error: LibvirtError) => void;
}

/** What setTimeout can wait at most, 24 days; it would take Infinity for no time at all. */
const longestTimer = 2 ** 31 - 1;

/** Version 1, of every program. */
const programVersion = 1;

/** KEEPALIVE_PROGRAM of virkeepaliveprotocol.x: whoever is sent a ping answers with a pong. */
const keepaliveProgram = { number: 0x6b656570, ping: 1, pong: 2 } as const;

/**
 * Calls and streams over one transport. Calls are pipelined: each has a serial, and its reply carries the same one, as
 * do the packets of a stream that a call opened. The transport keeps the process alive only while a call is pending or
 * a stream is open.
 */
export class RpcClient implements Caller {
  /** Started by whoever waits for what libvirtd sends unasked. */
  readonly keepalive: Keepalive;
  /** Whoever is told of events and of the end. */
  listener: ClientListener | undefined;
  readonly #transport: Transport;
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal | undefined;
  readonly #pending = new Map<number, PendingCall>();
  readonly #streams = new Map<number, OpenStream>();
  readonly #splitter = new MessageSplitter();
  readonly #window = new CallWindow();
  #gathering = false;
  #serial = 0;
  #ending: Ending | undefined;

  constructor(transport: Transport, { timeoutMs, signal, keepalive = {} }: ClientOptions) {
    this.#transport = transport;
    this.#timeoutMs = timeoutMs;
    this.#signal = signal;
    this.keepalive = new Keepalive(keepalive, {
      ping: () => this.#sendKeepalive(keepaliveProgram.ping),
      dead: (why) => this.end(why),
    });
    let failure: Error | undefined;
    transport.on('data', (chunk: Buffer) => this.#receive(chunk));
    transport.on('error', (error) => {
      failure = error;
    });
    transport.on('close', () => this.end(lost(failure)));
    transport.unref();
    signal?.addEventListener('abort', this.#onAbort);
    if (signal?.aborted) this.#onAbort();
  }

  /** Whether no call waits for its reply. */
  get idle(): boolean {
    return this.#pending.size === 0;
  }

  /** Why the connection ended, if it has. */
  get ending(): Ending | undefined {
    return this.#ending;
  }

  call<Arguments, Result>(
    procedure: Procedure<Arguments, Result>,
    args: Arguments,
    options: SubjectOptions = {},
  ): Promise<Result> {
    return this.#call(this.#nextSerial(), procedure, args, options);
  }

  /** Calls a procedure that opens a stream, whose packets `listener` is given, some perhaps before the result. */
  async openStream<Arguments, Result>(
    { procedure, args }: { readonly procedure: Procedure<Arguments, Result>; readonly args: Arguments },
    listener: StreamListener,
    options: SubjectOptions = {},
  ): Promise<{ readonly result: Result; readonly stream: number }> {
    const serial = this.#nextSerial();
    const { number, name: call } = procedure;
    this.#streams.set(serial, { call, subject: options.subject, procedure: number, listener });
    try {
      return { result: await this.#call(serial, procedure, args, options), stream: serial };
    } catch (error) {
      this.#streams.delete(serial);
      throw error;
    }
  }

  /** @param sent called when the transport has taken the packet */
  sendPacket(serial: number, packet: Packet, sent: (error?: Error | null) => void): void {
    const procedure = this.#streams.get(serial)?.procedure;
    if (procedure === undefined) {
      sent(); // libvirtd has ended the stream
      return;
    }
    const { ok, error, continue: more } = messageStatus;
    const status = packet === 'finish' ? ok : packet === 'abort' ? error : more;
    const header = { program: remoteProgram, version: programVersion, procedure, type: messageType.stream };
    const message = encodeMessage({ ...header, serial, status }, (out) => {
      if (typeof packet !== 'string') out.raw(packet);
    });
    this.#transport.write(message, sent);
  }

  /** Takes nothing more from the transport until `resume`; libvirtd stops sending when the way is full. */
  pause(): void {
    this.#transport.pause();
    this.keepalive.stop();
  }

  resume(): void {
    this.#transport.resume();
    this.keepalive.start();
  }

  /** Closes the transport; every pending and every later call is rejected with `ending`. */
  end(ending: Ending): void {
    if (this.#ending) return;
    this.#ending = ending;
    this.keepalive.stop();
    this.#transport.destroy();
    this.#signal?.removeEventListener('abort', this.#onAbort);
    for (const { call, subject, reject } of this.#pending.values()) {
      reject(new LibvirtError({ ...ending, call, subject }));
    }
    for (const { call, subject, listener } of this.#streams.values()) {
      listener.failed(new LibvirtError({ ...ending, call, subject }));
    }
    this.#streams.clear();
    this.listener?.end(ending);
  }

  async #call<Arguments, Result>(
    serial: number,
    procedure: Procedure<Arguments, Result>,
    args: Arguments,
    { subject, timeoutMs = this.#timeoutMs, signal }: SubjectOptions,
  ): Promise<Result> {
    const name: CallName = { call: procedure.name, subject };
    this.#assertOpen(name, signal);
    const { program, number } = procedure;
    const header = { program, version: programVersion, procedure: number, type: messageType.call, serial, status: 0 };
    const message = encodeMessage(header, (out) => procedure.write(out, args));

    let timer: NodeJS.Timeout | undefined;
    let onAbort: (() => void) | undefined;
    const place = this.#window.enter(signal);
    const entered = place === true || (await place);
    try {
      this.#assertOpen(name, signal);
      return await new Promise<Result>((resolve, reject) => {
        timer = setTimeout(() => reject(timedOut(name, timeoutMs)), Math.min(timeoutMs, longestTimer));
        onAbort = () => reject(aborted(name, signal));
        signal?.addEventListener('abort', onAbort);
        this.#transport.ref();
        this.#pending.set(serial, {
          ...name,
          program,
          procedure: number,
          resolve: (body) => resolve(readAll(body, procedure.read)),
          reject,
        });
        this.#write(message);
      });
    } catch (error) {
      // The reply came in an event of the transport; the caller is who wants to be found.
      if (error instanceof LibvirtError) Error.captureStackTrace(error);
      throw error;
    } finally {
      clearTimeout(timer);
      if (onAbort) signal?.removeEventListener('abort', onAbort);
      this.#pending.delete(serial);
      if (entered) this.#window.leave();
      this.#unrefWhenQuiet();
    }
  }

  #assertOpen(name: CallName, signal: AbortSignal | undefined): void {
    if (this.#ending) throw new LibvirtError({ ...this.#ending, ...name });
    if (signal?.aborted) throw aborted(name, signal);
  }

  /**
   * Calls that are made together go out together: most of what a call costs is the system call. Not over TLS: of several
   * messages in one record libvirtd leaves all but the first unread until more comes.
   */
  #write(message: Buffer): void {
    if (!this.#gathering && !('encrypted' in this.#transport)) {
      this.#gathering = true;
      this.#transport.cork();
      process.nextTick(() => {
        this.#gathering = false;
        this.#transport.uncork();
      });
    }
    this.#transport.write(message);
  }

  #unrefWhenQuiet(): void {
    if (this.idle && this.#streams.size === 0) this.#transport.unref();
  }

  readonly #onAbort = (): void => this.end(connectionAborted(this.#signal));

  #nextSerial(): number {
    this.#serial = this.#serial === 0xffffffff ? 1 : this.#serial + 1;
    return this.#serial;
  }

  #receive(chunk: Buffer): void {
    this.keepalive.heard();
    try {
      for (const message of this.#splitter.push(chunk)) this.#dispatch(new XdrReader(message));
    } catch (error) {
      if (!(error instanceof LibvirtError)) throw error;
      this.end({ code: error.code, message: error.message, cause: error.cause });
    }
  }

  #dispatch(input: XdrReader): void {
    const header = decodeHeader(input);
    const { type, program, procedure } = header;
    if (type === messageType.reply) this.#settle(header, input);
    else if (type === messageType.stream) this.#takePacket(header, input);
    else if (type === messageType.message && program === remoteProgram) this.listener?.event(procedure, input);
    else if (type === messageType.message) this.#answerPing(header);
    // Holes come only to those that asked for sparse streams.
    else if (type !== messageType.streamHole) throw protocolError(`a message has the unknown type ${type}`);
  }

  #settle({ serial, program, procedure, status }: MessageHeader, body: XdrReader): void {
    const call = this.#pending.get(serial);
    if (!call) return; // its call was given up
    if (program !== call.program) throw protocolError(`a reply to ${call.call} names program ${program}`);
    if (procedure !== call.procedure) throw protocolError(`a reply to ${call.call} names procedure ${procedure}`);
    if (status === messageStatus.ok) call.resolve(body);
    else if (status === messageStatus.error) call.reject(errorOfReply(readAll(body, readErrorReply), call));
    else throw protocolError(`a reply to ${call.call} has the unknown status ${status}`);
  }

  #takePacket({ serial, status }: MessageHeader, body: XdrReader): void {
    const stream = this.#streams.get(serial);
    if (!stream) return; // it was given up
    if (status === messageStatus.continue) {
      stream.listener.data(Buffer.from(body.rest()));
      return;
    }
    this.#streams.delete(serial);
    this.#unrefWhenQuiet();
    if (status === messageStatus.ok) stream.listener.finished();
    else stream.listener.failed(errorOfReply(readAll(body, readErrorReply), stream));
  }

  #answerPing({ program, procedure }: MessageHeader): void {
    if (program === keepaliveProgram.number && procedure === keepaliveProgram.ping)
      this.#sendKeepalive(keepaliveProgram.pong);
  }

  #sendKeepalive(procedure: number): void {
    const header = { program: keepaliveProgram.number, version: programVersion, procedure, type: messageType.message };
    this.#transport.write(encodeMessage({ ...header, serial: 0, status: 0 }, () => undefined));
  }
}

function readAll<T>(body: XdrReader, read: (body: XdrReader) => T): T {
  const result = read(body);
  body.end();
  return result;
}

/** A transport may know better than a socket why it ended. */
function lost(failure: Error | undefined): Ending {
  if (failure instanceof LibvirtError) return { code: failure.code, message: failure.message, cause: failure.cause };
  return {
    code: 'CLOSED',
    message: 'libvirtd closed the connection: it was stopped, or its log says why; connect again',
    ...(failure && { cause: failure }),
  };
}
