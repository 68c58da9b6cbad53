import { connect, type Socket } from 'node:net';
import { constants } from 'node:os';
import { PassThrough, type Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../errors.ts';
import { handlePath, openSocket } from '../lab-socket.ts';

export interface VmSpawnOptions {
  readonly cwd?: string;
  /** Added to the environment that commands find there. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A command that runs in a virtual machine. */
export interface VmProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /**
   * As shells give it: 128 and the signal's number for a command that a signal ended, 127 for one that is not there. Rejects
   * with a LabError `vm-ended` when the machine ends first.
   */
  readonly exitCode: Promise<number>;
  /** Sends a signal to the command and all that it started. */
  kill(signal?: NodeJS.Signals): void;
}

interface Answer {
  readonly ready?: boolean;
  readonly id?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exit?: number | null;
  readonly signal?: NodeJS.Signals | null;
}

interface Running {
  readonly stdout: PassThrough;
  readonly stderr: PassThrough;
  readonly resolve: (exitCode: number) => void;
  readonly reject: (error: Error) => void;
}

/** No agent of ours says more at once: it reads 64 KiB from a command. */
const longestLine = 2 ** 20;

/** The line to the agent inside; {@link agentScript} says what goes over it. */
export class VmLine {
  readonly #socket: Socket;
  readonly #running = new Map<number, Running>();
  #next = 1;
  #ended = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Connects as soon as QEMU listens, and resolves when the agent is there. */
  static async open(socket: SocketPlace, signal: AbortSignal): Promise<VmLine> {
    const line = new VmLine(await connectPatiently(socket, signal));
    const ready = new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      line.#listen(resolve, reject);
    });
    try {
      await ready;
    } catch (error) {
      line.close();
      throw error;
    }
    return line;
  }

  spawn(argv: readonly string[], options: VmSpawnOptions = {}): VmProcess {
    const id = this.#next++;
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    const exitCode = new Promise<number>((resolve, reject) => {
      if (this.#ended) reject(ended());
      else this.#running.set(id, { stdout, stderr, resolve, reject });
    });
    exitCode.catch(() => undefined); // it is the caller's to await
    const send = (message: object): boolean =>
      this.#ended || this.#socket.write(`${JSON.stringify({ id, ...message })}\n`);
    send({ start: { argv, ...options } });
    const stdin = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        if (send({ stdin: chunk.toString('base64') })) done();
        else this.#socket.once('drain', done);
      },
      final: (done) => {
        send({ end: true });
        done();
      },
    });
    return { stdin, stdout, stderr, exitCode, kill: (signal = 'SIGTERM') => send({ kill: signal }) };
  }

  close(): void {
    this.#socket.destroy();
  }

  #listen(ready: () => void, failed: (error: Error) => void): void {
    this.#socket.setMaxListeners(0);
    this.#socket.on('error', () => undefined); // a close follows
    this.#socket.on('close', () => {
      this.#ended = true;
      failed(ended());
      for (const { stdout, stderr, reject } of this.#running.values()) {
        reject(ended());
        for (const stream of [stdout, stderr]) stream.end();
      }
      this.#running.clear();
    });
    let heard = '';
    this.#socket.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = `${heard}${chunk}`.split('\n');
      heard = lines.pop() ?? '';
      if (heard.length > longestLine) this.#socket.destroy();
      for (const text of lines) {
        const answer = parseAnswer(text);
        if (answer === undefined) this.#socket.destroy();
        else if (answer.ready) ready();
        else this.#hear(answer);
      }
    });
  }

  #hear({ id = 0, stdout, stderr, exit, signal }: Answer): void {
    const running = this.#running.get(id);
    if (!running) return;
    if (stdout !== undefined) running.stdout.write(Buffer.from(stdout, 'base64'));
    if (stderr !== undefined) running.stderr.write(Buffer.from(stderr, 'base64'));
    if (exit === undefined) return;
    this.#running.delete(id);
    running.stdout.end();
    running.stderr.end();
    running.resolve(exit ?? 128 + (signal ? constants.signals[signal] : 0));
  }
}

/** @returns nothing for what is no answer: the agent's end of the line is root's inside. */
function parseAnswer(text: string): Answer | undefined {
  let answer: Answer | null;
  try {
    answer = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { stdout = '', stderr = '', exit = null, signal = null } = answer;
  const isExit = exit === null || (Number.isInteger(exit) && exit >= 0 && exit <= 255);
  const isSignal = signal === null || Object.hasOwn(constants.signals, signal);
  return typeof stdout === 'string' && typeof stderr === 'string' && isExit && isSignal ? answer : undefined;
}

const ended = (): LabError => new LabError('vm-ended', 'the virtual machine has ended');

/** A socket in a folder that QEMU may write to. */
interface SocketPlace {
  readonly folder: string;
  readonly file: string;
}

async function connectPatiently({ folder, file }: SocketPlace, signal: AbortSignal): Promise<Socket> {
  for (;;) {
    try {
      return await connectOnce(folder, file);
    } catch (error) {
      if (!['ENOENT', 'ECONNREFUSED'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
    signal.throwIfAborted();
    await sleep(20);
  }
}

async function connectOnce(folder: string, file: string): Promise<Socket> {
  const found = await openSocket(folder, file);
  try {
    return await new Promise<Socket>((resolve, reject) => {
      const socket = connect(handlePath(found));
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(socket);
      });
    });
  } finally {
    await found.close();
  }
}
