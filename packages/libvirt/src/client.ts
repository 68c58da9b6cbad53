import type { Socket } from 'node:net';
import { type CallName, errorOfReply, LibvirtError, type LibvirtErrorCode, protocolError } from './error.ts';
import {
  decodeHeader,
  encodeMessage,
  type MessageHeader,
  MessageSplitter,
  messageStatus,
  messageType,
} from './message.ts';
import { type Procedure, remoteProgram } from './procedures.ts';
import { readErrorReply } from './structures.ts';
import { XdrReader } from './xdr.ts';

/** How long one call may take. */
export interface CallOptions {
  /**
   * Milliseconds until the call is given up with TIMEOUT, Infinity for never; the connection's `timeoutMs` when left
   * out. libvirtd may still carry the call out.
   */
  readonly timeoutMs?: number;
  /** Gives the call up with ABORTED; libvirtd may still carry it out. */
  readonly signal?: AbortSignal;
}

/** Why a connection ended; the calls that end with it get it as their error. */
export interface Ending {
  readonly code: LibvirtErrorCode;
  readonly message: string;
  readonly cause?: unknown;
}

interface PendingCall extends CallName {
  readonly procedure: number;
  /** Decodes the result; throws what the decoder throws. */
  readonly resolve: (body: XdrReader) => void;
  readonly reject: (error: LibvirtError) => void;
}

/** What setTimeout can wait at most, 24 days; it would take Infinity for no time at all. */
const longestTimer = 2 ** 31 - 1;

/** KEEPALIVE_PROGRAM of virkeepaliveprotocol.x: whoever is sent a ping answers with a pong. */
const keepalive = { program: 0x6b656570, version: 1, ping: 1, pong: 2 } as const;

/**
 * Calls over one socket. Calls are pipelined: each has a serial, and its reply carries the same one. The socket keeps
 * the process alive only while a call is pending.
 */
export class RpcClient {
  readonly #socket: Socket;
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal | undefined;
  readonly #pending = new Map<number, PendingCall>();
  readonly #splitter = new MessageSplitter();
  #serial = 0;
  #ending: Ending | undefined;

  /** @param options for each call that has none of its own; the signal ends the connection */
  constructor(socket: Socket, { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal | undefined }) {
    this.#socket = socket;
    this.#timeoutMs = timeoutMs;
    this.#signal = signal;
    let failure: Error | undefined;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) => {
      failure = error;
    });
    socket.on('close', () =>
      this.end({
        code: 'CLOSED',
        message: 'libvirtd closed the connection: it was stopped, or its log says why; connect again',
        ...(failure && { cause: failure }),
      }),
    );
    socket.unref();
    signal?.addEventListener('abort', this.#onAbort);
    if (signal?.aborted) this.#onAbort();
  }

  /** Whether no call waits for its reply. */
  get idle(): boolean {
    return this.#pending.size === 0;
  }

  /** Calls `procedure`; `subject` is what the call is about, for error messages. */
  async call<Arguments, Result>(
    procedure: Procedure<Arguments, Result>,
    args: Arguments,
    { subject, timeoutMs = this.#timeoutMs, signal }: CallOptions & { readonly subject?: string } = {},
  ): Promise<Result> {
    const name: CallName = { call: procedure.name, subject };
    if (this.#ending) throw new LibvirtError({ ...this.#ending, ...name });
    if (signal?.aborted) throw aborted(name, signal);
    const serial = this.#nextSerial();
    const header = { ...remoteProgram, procedure: procedure.number, type: messageType.call, serial, status: 0 };
    const message = encodeMessage(header, (out) => procedure.write(out, args));

    let timer: NodeJS.Timeout | undefined;
    let onAbort: (() => void) | undefined;
    try {
      return await new Promise<Result>((resolve, reject) => {
        timer = setTimeout(() => reject(timedOut(name, timeoutMs)), Math.min(timeoutMs, longestTimer));
        onAbort = () => reject(aborted(name, signal));
        signal?.addEventListener('abort', onAbort);
        this.#socket.ref();
        this.#pending.set(serial, {
          ...name,
          procedure: procedure.number,
          resolve: (body) => resolve(readAll(body, procedure.read)),
          reject,
        });
        this.#socket.write(message);
      });
    } catch (error) {
      // The reply came in an event of the socket; the caller is who wants to be found.
      if (error instanceof LibvirtError) Error.captureStackTrace(error);
      throw error;
    } finally {
      clearTimeout(timer);
      if (onAbort) signal?.removeEventListener('abort', onAbort);
      this.#pending.delete(serial);
      if (this.idle) this.#socket.unref();
    }
  }

  /** Closes the socket; every pending and every later call is rejected with `ending`. */
  end(ending: Ending): void {
    if (this.#ending) return;
    this.#ending = ending;
    this.#socket.destroy();
    this.#signal?.removeEventListener('abort', this.#onAbort);
    for (const { call, subject, reject } of this.#pending.values()) {
      reject(new LibvirtError({ ...ending, call, subject }));
    }
  }

  readonly #onAbort = (): void => {
    this.end({
      code: 'ABORTED',
      message: "the connection's signal was aborted; connect again",
      cause: this.#signal?.reason,
    });
  };

  #nextSerial(): number {
    this.#serial = this.#serial === 0xffffffff ? 1 : this.#serial + 1;
    return this.#serial;
  }

  #receive(chunk: Buffer): void {
    try {
      for (const message of this.#splitter.push(chunk)) this.#dispatch(new XdrReader(message));
    } catch (error) {
      if (!(error instanceof LibvirtError)) throw error;
      this.end({ code: error.code, message: error.message, cause: error.cause });
    }
  }

  #dispatch(input: XdrReader): void {
    const header = decodeHeader(input);
    if (header.type === messageType.message && header.program === keepalive.program) this.#answerPing(header);
    else if (header.type === messageType.reply) this.#settle(header, input);
    else if (!unasked.has(header.type)) throw protocolError(`a message has the unknown type ${header.type}`);
  }

  #settle({ serial, procedure, status }: MessageHeader, body: XdrReader): void {
    const call = this.#pending.get(serial);
    if (!call) return; // its call was given up
    if (procedure !== call.procedure) throw protocolError(`a reply to ${call.call} names procedure ${procedure}`);
    if (status === messageStatus.ok) call.resolve(body);
    else if (status === messageStatus.error) call.reject(errorOfReply(readAll(body, readErrorReply), call));
    else throw protocolError(`a reply to ${call.call} has the unknown status ${status}`);
  }

  #answerPing({ procedure }: MessageHeader): void {
    if (procedure !== keepalive.ping) return;
    const { program, version, pong } = keepalive;
    const header = { program, version, procedure: pong, type: messageType.message, serial: 0, status: 0 };
    this.#socket.write(encodeMessage(header, () => undefined));
  }
}

/** Types a server may send unasked: events, and packets of streams. */
const unasked: ReadonlySet<number> = new Set([messageType.message, messageType.stream, messageType.streamHole]);

function readAll<T>(body: XdrReader, read: (body: XdrReader) => T): T {
  const result = read(body);
  body.end();
  return result;
}

const nameOf = ({ call, subject }: CallName): string => (subject === undefined ? call : `${call} of ${subject}`);

function timedOut(name: CallName, timeoutMs: number): LibvirtError {
  return new LibvirtError({
    code: 'TIMEOUT',
    message: `no answer to ${nameOf(name)} in ${timeoutMs} ms; libvirtd may still carry it out: look before trying again`,
    ...name,
  });
}

function aborted(name: CallName, signal: AbortSignal | undefined): LibvirtError {
  return new LibvirtError({
    code: 'ABORTED',
    message: `${nameOf(name)} was aborted; what libvirtd has received it still carries out`,
    cause: signal?.reason,
    ...name,
  });
}
