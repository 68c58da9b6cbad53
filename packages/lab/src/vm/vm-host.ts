import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { findAccelerator } from '../accelerator.ts';
import { LabError } from '../errors.ts';
import { guestKernel } from '../kernel.ts';
import type { CommandResult } from '../sandbox.ts';
import { availableMemory, checkMachine } from '../this-machine.ts';
import { type OpenDisks, openDisks, type VmDisk } from './disks.ts';
import { VmLine, type VmProcess, type VmSpawnOptions } from './line.ts';
import { lineFile, lineFolder } from './outside.ts';
import { diskPath, startVmProcess, type VmNetwork, type VmParts } from './process.ts';

export interface VmHostOptions {
  /** In order `/dev/vda`, `/dev/vdb` ...; about twenty fit. */
  readonly disks?: readonly VmDisk[];
  /** 1024 when absent. */
  readonly memoryMiB?: number;
  /** 2 when absent. */
  readonly cpus?: number;
  /** Its host name, `vm` when absent. */
  readonly name?: string;
  /** None but `lo` when absent. */
  readonly network?: VmNetwork;
  /**
   * Folder of a whole Debian system on this machine: the virtual one has its files instead, starts by its systemd, and is there
   * when that has started everything. What it writes is on a disk of its own, and there when it starts again. `/` is this
   * machine's own system.
   */
  readonly system?: string;
  /**
   * Folders of this machine in the homes of users, or below /tmp and /run, which the virtual one does not see otherwise. Node's own is there anyway. Of
   * what is elsewhere, it can read what everybody may read.
   */
  readonly share?: readonly string[];
  /** Told what is being done when it takes a while. */
  readonly report?: (message: string) => void;
  /** Ends the machine, also while it starts. */
  readonly signal?: AbortSignal;
}

export interface VmExecOptions extends VmSpawnOptions {
  /** What the command reads on its standard input; nothing when absent. */
  readonly input?: string | Uint8Array;
  /** Kills the command after so long and throws; two minutes when absent. */
  readonly timeoutMs?: number;
}

/** How long a machine may take to start: some seconds when nothing else runs, and much longer without KVM on a busy one. */
const startPatienceMs = 240_000;

/** The same for all that systemd starts there. */
const systemPatienceMs = 900_000;

/** How long a killed command may take to say so: what it started in a session of its own may hold its outputs for ever. */
const lastWordsMs = 10_000;

/** Most of it is never written, and takes no space here. */
const systemDiskBytes = 2 ** 33;

/** Waits until systemd can be asked, and then until it has started everything, or tried to. */
const systemStarted = 'until systemctl list-jobs; do sleep 1; done >/dev/null 2>&1; systemctl is-system-running --wait';

/**
 * Starts a whole host in a virtual machine: Debian's kernel with all its modules (device-mapper, nfsd, nf_tables ...), and
 * this machine's files, read-only under an overlay in memory, so that every program installed here runs there, Node too, and
 * every folder is at its path. Files that change here while it runs need not be seen there.
 *
 * It ends with this process at the latest, however that ends.
 *
 * @throws LabError `not-root`, `missing-program`, `no-kernel`, `no-memory`, `vm-ended`, `guest-silent`
 */
export async function startVmHost(options: VmHostOptions = {}): Promise<VmHost> {
  checkMachine();
  const { disks = [], memoryMiB = 1024, cpus = 2, name = 'vm', report = () => undefined } = options;
  const free = Math.floor((await availableMemory()) / 1024);
  if (free < memoryMiB)
    throw new LabError('no-memory', `the virtual machine is to have ${memoryMiB} MiB, and ${free} MiB are free`);
  const kernel = await guestKernel(report);
  const accelerator = await findAccelerator(kernel, report);
  const { network, system, share = [] } = options;
  const opened = await openDisks(system === undefined ? disks : [...disks, { bytes: systemDiskBytes }]);
  const parts = { name, memoryMiB, cpus, kernel, accelerator, disks: opened.paths, network, system, share };
  const vm = new VmHost(parts, opened, options.signal);
  try {
    await vm.start();
    return vm;
  } catch (error) {
    await vm[Symbol.asyncDispose]();
    throw error;
  }
}

/** A whole host in a virtual machine; {@link startVmHost} makes it. */
export class VmHost implements AsyncDisposable {
  /** Paths of its disks inside. */
  readonly disks: readonly string[];
  readonly #parts: VmParts;
  readonly #opened: OpenDisks;
  readonly #signal: AbortSignal | undefined;
  #run: Run | undefined;

  constructor(parts: VmParts, opened: OpenDisks, signal?: AbortSignal) {
    this.#parts = parts;
    this.#opened = opened;
    this.#signal = signal;
    const own = parts.system === undefined ? parts.disks : parts.disks.slice(0, -1);
    this.disks = own.map((_, index) => diskPath(index));
  }

  /** Starts it again after {@link powerCut}: with the same disks, and everything else as new. */
  async start(): Promise<void> {
    if (this.#run) return;
    this.#run = await Run.begin(this.#parts, this.#signal);
    if (this.#parts.system !== undefined) await this.exec(['sh', '-c', systemStarted], { timeoutMs: systemPatienceMs });
  }

  /**
   * Ends it between two instructions, as when its power fails: what its disks have acknowledged is there, and nothing else.
   * Commands that run reject with `vm-ended`.
   */
  async powerCut(): Promise<void> {
    const run = this.#run;
    this.#run = undefined;
    await run?.end();
  }

  /** Starts a command with open ends; see {@link exec} for the simple case. @throws LabError `vm-ended` */
  spawn(argv: readonly string[], options: VmSpawnOptions = {}): VmProcess {
    if (!this.#run) throw new LabError('vm-ended', 'the virtual machine does not run');
    return this.#run.line.spawn(argv, options);
  }

  /**
   * Runs a command to its end; several may run side by side. A failing exit code is a result, not an error.
   *
   * @throws LabError `vm-ended`, `command-timeout`
   */
  async exec(argv: readonly string[], options: VmExecOptions = {}): Promise<CommandResult> {
    const { input, timeoutMs = 120_000, ...spawnOptions } = options;
    const process = this.spawn(argv, spawnOptions);
    process.stdin.end(input);
    const answer = Promise.all([process.exitCode, text(process.stdout), text(process.stderr)]);
    answer.catch(() => undefined); // it may come after nobody waits for it any more
    let timedOut = false;
    const waiting = new AbortController();
    const giveUp = async (): Promise<undefined> => {
      await sleep(timeoutMs, undefined, waiting);
      timedOut = true;
      process.kill('SIGKILL');
      await sleep(lastWordsMs, undefined, waiting);
    };
    try {
      const [exitCode, stdout = '', stderr = ''] = (await Promise.race([answer, giveUp()])) ?? [];
      if (exitCode !== undefined && !timedOut) return { exitCode, stdout, stderr };
      const said = (stderr || stdout).slice(-1000);
      throw new LabError(
        'command-timeout',
        `in the virtual machine, \`${argv.join(' ')}\` did not end within ${timeoutMs / 1000} s and was killed${said && `; it said: ${said}`}`,
      );
    } finally {
      waiting.abort();
    }
  }

  /** Ends it, without a shutdown, and frees its nameless disks. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.powerCut();
    await this.#opened.close();
  }
}

/** One run of the machine, from its start to its end. */
class Run {
  readonly line: VmLine;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #gone: Promise<unknown>;

  private constructor(line: VmLine, child: ChildProcessWithoutNullStreams, gone: Promise<unknown>) {
    this.line = line;
    this.#child = child;
    this.#gone = gone;
  }

  static async begin(parts: VmParts, signal?: AbortSignal): Promise<Run> {
    signal?.throwIfAborted();
    const child = startVmProcess(parts);
    const console = lastWords(child.stdout);
    const complaints = lastWords(child.stderr);
    // It comes once its outputs are closed, which every process of the machine holds open: then all have ended.
    const gone = once(child, 'close');
    const kill = (): unknown => child.kill('SIGKILL');
    signal?.addEventListener('abort', kill, { once: true });
    void gone.then(() => signal?.removeEventListener('abort', kill));

    const early = new AbortController();
    void gone.then(() => early.abort(new LabError('vm-ended', 'the virtual machine ended while it started')));
    const patience = AbortSignal.any([early.signal, AbortSignal.timeout(startPatienceMs)]);
    try {
      return new Run(
        await VmLine.open({ folder: `/proc/${child.pid}/root${lineFolder}`, file: lineFile }, patience),
        child,
        gone,
      );
    } catch (error) {
      kill();
      await gone;
      if (signal?.aborted) throw new LabError('interrupted', 'the start of the virtual machine was interrupted');
      const words = `${complaints()}${console()}`.trim() || 'nothing';
      const [code, what] =
        error instanceof LabError
          ? (['vm-ended', 'ended while it started'] as const)
          : (['guest-silent', `did not answer within ${startPatienceMs / 1000} s`] as const);
      throw new LabError(code, `the virtual machine ${what}. Its last words: ${words}`, { cause: error });
    }
  }

  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#gone;
    this.line.close();
  }
}

/** Reads a stream to its end and keeps its last two thousand characters. */
function lastWords(stream: Readable): () => string {
  let words = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    words = (words + chunk).slice(-2000);
  });
  return () => words;
}
