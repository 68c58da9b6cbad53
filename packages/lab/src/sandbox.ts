import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { isatty } from 'node:tty';
import { shellQuote } from '@kvm/command';
import { LabError } from './errors.ts';
import { execa } from './execa.ts';
import { hidden } from './identity.ts';
import { initScript } from './init-script.ts';
import { keeperScript } from './keeper-script.ts';
import { leavingBehind } from './leave-behind.ts';
import { descendants, findMachines, holderMark, readWords } from './processes.ts';
import {
  findHolders,
  findKeeper,
  type Holder,
  identifyProcess,
  lanMachine,
  type MachineState,
  type ProcessIdentity,
  removeState,
  writeState,
} from './state.ts';

/** What a command in a machine of the lab gave back. */
export interface CommandResult {
  /** As shells give it: 128 and the signal's number for a command that a signal ended. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SandboxOptions {
  /** Ends the start. */
  readonly signal?: AbortSignal | undefined;
  /** Folders of this machine that the lab's machines see at their paths, to be read only. */
  readonly share?: readonly string[];
}

/** Starts the namespaces of a lab; they outlive this process until {@link stopSandbox}. */
export async function startSandbox(
  lab: string,
  names: readonly string[],
  { signal, share = [] }: SandboxOptions = {},
): Promise<Map<string, Holder>> {
  const shared = share.filter((folder) => hidden.test(folder));
  const words = [initScript, holderMark(lab), String(shared.length), ...shared, lanMachine, ...names];
  const [perl, ...separate] = leavingBehind;
  const outer = execa(
    perl,
    [
      ...[...separate, 'unshare', '--mount', '--pid', '--fork', '--kill-child', '--'],
      ...['bash', '--norc', '-c', keeperScript, 'kvm-lab-keeper', ...words],
    ],
    { cwd: '/', detached: true, cleanup: false, reject: false, stdin: 'pipe', stdout: 'ignore', stderr: 'pipe' },
  );
  const kill = (): unknown => outer.kill('SIGKILL');
  signal?.addEventListener('abort', kill, { once: true });
  const began = <T>(look: () => T | undefined): Promise<T | undefined> => whileRuns(outer, look);
  try {
    const keeper = await began(() => identifyProcess(descendants(outer.pid ?? 0)[0] ?? 0));
    if (keeper !== undefined) {
      writeState(lab, { keeper });
      outer.stdin.on('error', () => undefined).end('go\n');
      const machines = await began(() => {
        const found = findMachines(lab, keeper.pid);
        return [lanMachine, ...names].every((name) => found.has(name)) ? found : undefined;
      });
      if (machines !== undefined) {
        const held: Record<string, MachineState> = {};
        for (const [name, { keeperPid, ...pids }] of machines)
          held[name] = { ...pids, holder: await holdNamespaces(keeper.pid, name, keeperPid) };
        writeState(lab, { keeper, machines: held });
        outer.stderr.destroy();
        outer.unref();
        return findHolders(lab);
      }
    }
  } finally {
    signal?.removeEventListener('abort', kill);
  }
  await stopSandbox(lab);
  kill();
  const { stderr } = await outer;
  throw new LabError('command-failed', `the lab's namespaces could not be made: ${stderr || 'no message'}`);
}

/** Asks again and again while a process runs, for a minute at most. @returns nothing when it had no answer by then */
async function whileRuns<T>(
  process: { readonly exitCode: number | null; readonly signalCode: string | null },
  look: () => T | undefined,
): Promise<T | undefined> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline && process.exitCode === null; await sleep(20)) {
    if (process.signalCode !== null) return undefined;
    const found = look();
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The files below /proc/PID/ns, by nsenter's options, in the order of the descriptors of a process that holds them, from 3 on. */
const namespaces = { user: 'user', mount: 'mnt', uts: 'uts', ipc: 'ipc', net: 'net', pid: 'pid', cgroup: 'cgroup' };

/** Arguments: a machine's first process as the keeper counts, and the name of the process that holds its namespaces. */
const holdScript = `
set -eu
${Object.values(namespaces)
  .map((file, index) => `exec ${3 + index}<"/proc/$1/ns/${file}"`)
  .join('\n')}
exec >/dev/null 2>&1 </dev/null
(exec -a "$2" sleep infinity) &
`;

/**
 * Lets a process beside the keeper hold a machine's namespaces: of a process in the lab, the lab could make another one. Not a
 * mount: Linux 6.18 refuses by chance to mount a mount namespace.
 */
async function holdNamespaces(keeper: number, name: string, keeperPid: number): Promise<ProcessIdentity> {
  const mark = `kvm-lab-held:${name}`;
  await mustRunAsKeeper(keeper, ['bash', '--norc', '-c', holdScript, 'hold', String(keeperPid), mark]);
  for (let wait = 0; wait < 500; wait++, await sleep(10)) {
    const holder = descendants(keeper).find((pid) => readWords(pid)[0] === mark);
    const identity = holder === undefined ? undefined : identifyProcess(holder);
    if (identity !== undefined) return identity;
  }
  throw new LabError('command-failed', `the namespaces of ${name} could not be held open`);
}

/** Runs a program as this machine's root, with the files and the processes that a lab's keeper sees. */
export async function mustRunAsKeeper(keeper: number, argv: readonly string[]): Promise<string> {
  const [perl, ...words] = leavingBehind;
  const { exitCode, stdout, stderr } = await execa(
    perl,
    [...words, 'nsenter', '--mount', '--pid', `--target=${keeper}`, '--wdns=/', '--', ...argv],
    { reject: false, stdin: 'ignore' },
  );
  if (exitCode !== 0)
    throw new LabError('command-failed', `\`${argv[0]}\` failed for the lab: ${stderr || `exit code ${exitCode}`}`);
  return stdout;
}

/** Ends a lab and everything in it, and forgets it. @returns whether there was one. */
export async function stopSandbox(lab: string): Promise<boolean> {
  const wasThere = findKeeper(lab) !== undefined;
  for (let keeper = findKeeper(lab); keeper !== undefined; keeper = findKeeper(lab)) {
    kill(keeper);
    await sleep(20);
  }
  removeState(lab);
  return wasThere;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The program and the arguments that run `argv` in a machine. */
export const enterCommand = ({ holder }: Holder, argv: readonly string[]): [string, string[]] => {
  const [perl, ...words] = leavingBehind;
  return [perl, [...words, 'nsenter', ...enterOptions(holder), '--wdns=/', '--', ...argv]];
};

const enterOptions = (holder: number): string[] =>
  Object.keys(namespaces).map((option, index) => `--${option}=/proc/${holder}/fd/${3 + index}`);

export interface ExecOptions {
  /** What the program reads on its standard input; nothing when absent. */
  readonly input?: string;
  /** Connects the program to this process's own input, output and terminal; the result's texts are then empty. */
  readonly interactive?: boolean;
}

/**
 * Runs a program in a machine's namespaces and waits for its end; a failing exit code is a result, not an error.
 *
 * It runs in a session of its own: to one that shared this process's terminal, Linux before 6.2 would let it type commands. It is
 * given no descriptor of this terminal either, by which what it leaves running would read what is typed later. Where it is connected
 * to a terminal, that is another, which script(1) joins to this one.
 */
export async function execIn(
  holder: Holder,
  argv: readonly string[],
  options: ExecOptions = {},
): Promise<CommandResult> {
  const [program, words] = enterCommand(holder, argv);
  const { interactive = false, input = '' } = options;
  if (interactive && process.stdin.isTTY && process.stdout.isTTY) {
    const command = [program, ...words].map(shellQuote).join(' ');
    return resultOf(await execa('script', ['-qec', command, '/dev/null'], { reject: false, stdio: 'inherit' }));
  }
  if (!interactive) return resultOf(await execa(program, words, { reject: false, detached: true, input }));
  return passOn(program, words);
}

/** Runs a program with this process's own input and output, but for a terminal, of which it gets and gives what passes it. */
async function passOn(program: string, words: readonly string[]): Promise<CommandResult> {
  const [stdin, stdout, stderr] = [0, 1, 2].map((fd) => (isatty(fd) ? 'pipe' : 'inherit'));
  const child = execa(program, words, { reject: false, detached: true, buffer: false, stdin, stdout, stderr });
  child.stdout?.pipe(process.stdout, { end: false });
  child.stderr?.pipe(process.stderr, { end: false });
  if (child.stdin) process.stdin.pipe(child.stdin).on('error', () => undefined); // it may end before it has read everything
  const interrupt = (): unknown => child.pid !== undefined && process.kill(-child.pid, 'SIGINT');
  process.on('SIGINT', interrupt);
  try {
    return resultOf(await child);
  } finally {
    process.off('SIGINT', interrupt);
    if (child.stdin) process.stdin.unpipe(child.stdin).pause();
  }
}

interface Ended {
  readonly exitCode?: number | undefined;
  readonly signal?: NodeJS.Signals | undefined;
  readonly stdout?: unknown;
  readonly stderr?: unknown;
}

function resultOf({ exitCode, signal, stdout, stderr }: Ended): CommandResult {
  const ended = exitCode ?? 128 + (signal === undefined ? 0 : constants.signals[signal]);
  return { exitCode: ended, stdout: asText(stdout), stderr: asText(stderr) };
}

const asText = (output: unknown): string => (typeof output === 'string' ? output : '');

/** As {@link execIn}, where failure is nobody's wish. */
export async function mustExecIn(holder: Holder, argv: readonly string[], input = ''): Promise<string> {
  const { exitCode, stdout, stderr } = await execIn(holder, argv, { input });
  if (exitCode !== 0) {
    throw new LabError(
      'command-failed',
      `in the lab, \`${argv.join(' ')}\` failed: ${stderr || stdout || `exit code ${exitCode}`}`,
    );
  }
  return stdout;
}

const writeScript = 'mkdir -p "$(dirname "$1")" && cat >"$1" && chmod "$2" "$1"';

/** Writes a file inside a machine: from inside, so that no symbolic link leads out of it. */
export async function writeFileIn(
  holder: Holder,
  file: { path: string; mode: number; content: string },
): Promise<void> {
  await mustExecIn(holder, ['sh', '-c', writeScript, 'write', file.path, file.mode.toString(8)], file.content);
}
