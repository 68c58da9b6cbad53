import type { Duplex } from 'node:stream';
import type { Procedure } from './procedure.ts';

/** How long one call may take. */
export interface CallOptions {
  /**
   * Milliseconds from when the call goes out until it is given up with TIMEOUT, Infinity for never; the connection's `timeoutMs` when left
   * out. libvirtd may still carry the call out.
   */
  readonly timeoutMs?: number;
  /** Gives the call up with ABORTED; libvirtd may still carry it out. */
  readonly signal?: AbortSignal;
}

/** What is called, for error messages: a domain's name, a URI. */
export interface SubjectOptions extends CallOptions {
  readonly subject?: string;
}

/** Whoever can make a call: a connection, or one that is restored when it is lost. */
export interface Caller {
  call<Arguments, Result>(
    procedure: Procedure<Arguments, Result>,
    args: Arguments,
    options?: SubjectOptions,
  ): Promise<Result>;
}

/** A procedure that opens a stream, with its arguments. */
export interface StreamCall<Arguments, Result> {
  readonly procedure: Procedure<Arguments, Result>;
  readonly args: Arguments;
}

/** The result of the call that opened it, and the stream itself. */
export interface OpenedStream<Result> {
  readonly result: Result;
  readonly stream: Duplex;
}

/** Whoever can make calls and open streams, each over a connection of its own. */
export interface StreamCaller extends Caller {
  openStream<Arguments, Result>(
    call: StreamCall<Arguments, Result>,
    options?: SubjectOptions,
  ): Promise<OpenedStream<Result>>;
}
