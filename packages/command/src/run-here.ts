import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { withFixedEnvironment } from './environment.ts';
import { processTree, signalAll } from './process-tree.ts';
import type { Argv, ProgramResult, RunOptions, RunProgram, StreamProgram } from './program.ts';
import { startProgram } from './start-program.ts';

const maxOutputBytes = 128 * 2 ** 20;
/** How long a program that is told to end may take before it is killed. */
const killAfterMs = 2000;

/** Runs a program on this machine. */
export const runHere: RunProgram = (command, input = '', options = {}) =>
  settle(command, () => {
    const child = startProgram(command, { stdio: [input === '' ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
    child.stdin?.on('error', () => undefined); // it may end before it has read everything
    child.stdin?.end(input);
    return finish(child, options);
  });

/** Runs a program on this machine that reads or writes a stream. */
export const streamHere: StreamProgram = (command, { input, output }) =>
  settle(command, async () => {
    const child = startProgram(command, {
      stdio: [
        input === undefined ? 'ignore' : 'pipe',
        output === 'inherit' ? 'inherit' : output ? 'pipe' : 'ignore',
        'pipe',
      ],
    });
    const finished = finish(child, {}, typeof output === 'object');
    const faults: string[] = [];
    const fail = (error: NodeJS.ErrnoException): void => {
      faults.push(`${error.message}\n`);
      child.kill();
    };
    await Promise.all([
      finished,
      input && child.stdin && pipeline(input, child.stdin).catch((error) => endedEarly(error) || fail(error)),
      typeof output === 'object' && child.stdout && pipeline(child.stdout, output).catch(fail),
    ]);
    const result = await finished;
    // It may have ended well with half of what it was to read or write.
    return faults.length === 0 ? result : { ...result, exitCode: 128, stderr: result.stderr + faults.join('') };
  });

/** A program that ends before it has read everything: its exit code says why. */
const endedEarly = ({ code }: NodeJS.ErrnoException): boolean =>
  code === 'EPIPE' || code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE';

/** Runs programs where `wrap` leads: `nsenter ...`, `ssh ...`. They have the same environment there. */
export const runThrough =
  (wrap: (command: Argv) => Argv): RunProgram =>
  (command, input, options) =>
    runHere(wrap(withFixedEnvironment(command)), input, options);

/** As `run`, with a limit for those programs that are given none: a host that says nothing would be waited for for ever. */
export const withLimit =
  (run: RunProgram, seconds: number): RunProgram =>
  (command, input, options) =>
    run(command, input, { seconds, ...options });

/** A program that cannot be started is a result, too. */
async function settle([program]: Argv, run: () => Promise<ProgramResult>): Promise<ProgramResult> {
  try {
    return await run();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const missing = code === 'ENOENT';
    return {
      exitCode: missing ? 127 : 126,
      stdout: '',
      stderr: missing ? `${program}: there is no such program` : `${program}: ${message}`,
    };
  }
}

/** Collects what a program writes until it has ended. @throws Error when it could not be started */
function finish(
  child: ChildProcess,
  { signal, seconds, maxBytes = maxOutputBytes }: RunOptions,
  stdoutIsTaken = false,
): Promise<ProgramResult> {
  let ended: string | undefined;
  let bytes = 0;
  const end = (why: string): void => {
    if (ended !== undefined) return;
    ended = why;
    const tree = child.pid === undefined ? [] : processTree(child.pid);
    signalAll(tree, 'SIGTERM');
    // It may not want to end, and somebody else may hold its outputs open.
    setTimeout(() => {
      signalAll(tree, 'SIGKILL');
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, killAfterMs).unref();
  };
  const collect = (stream: Readable | null): Buffer[] => {
    const chunks: Buffer[] = [];
    stream?.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) chunks.push(chunk);
      else end(`it wrote more than ${maxBytes} bytes`);
    });
    return chunks;
  };
  const [stdout, stderr] = [stdoutIsTaken ? [] : collect(child.stdout), collect(child.stderr)];
  const abort = (): void => end('it was interrupted');
  const timer =
    seconds === undefined ? undefined : setTimeout(() => end(`it took longer than ${seconds} s`), seconds * 1000);
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();
  return new Promise<ProgramResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const said = Buffer.concat(stderr).toString();
      resolve({
        exitCode: ended === undefined ? (code ?? 128) : 128,
        stdout: Buffer.concat(stdout).toString(),
        stderr: ended === undefined ? said : `${said}${said === '' || said.endsWith('\n') ? '' : '\n'}${ended}\n`,
      });
    });
  }).finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  });
}
