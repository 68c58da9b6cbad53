import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from './errors.ts';
import { execa } from './execa.ts';
import { initScript } from './init-script.ts';
import { findHolders, findRoots, type Holder, holderMark, lanMachine } from './processes.ts';

/** What a command in a machine of the lab gave back. */
export interface CommandResult {
  /** As shells give it: 128 and the signal's number for a command that a signal ended. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the namespaces of a lab; they outlive this process until {@link stopSandbox}. */
export async function startSandbox(lab: string, machines: readonly string[]): Promise<Map<string, Holder>> {
  const init = execa(
    'unshare',
    [
      ...['--net', '--mount', '--pid', '--uts', '--ipc', '--fork', '--kill-child', '--mount-proc', '--'],
      ...['bash', '-c', initScript, holderMark(lab, lanMachine), ...machines],
    ],
    { cwd: '/', detached: true, cleanup: false, reject: false, stdin: 'ignore', stdout: 'ignore', stderr: 'pipe' },
  );
  for (const deadline = Date.now() + 60_000; Date.now() < deadline && init.exitCode === null; await sleep(20)) {
    const holders = findHolders(lab);
    if ([lanMachine, ...machines].every((machine) => holders.has(machine))) {
      init.stderr.destroy();
      init.unref();
      return holders;
    }
  }
  await stopSandbox(lab);
  const { stderr } = await init;
  throw new LabError('command-failed', `the lab's namespaces could not be made: ${stderr || 'no message'}`);
}

/** Ends a lab and everything in it. @returns whether there was one. */
export async function stopSandbox(lab: string): Promise<boolean> {
  const wasThere = findRoots(lab).length > 0;
  for (let roots = findRoots(lab); roots.length > 0 || findHolders(lab).size > 0; roots = findRoots(lab)) {
    for (const pid of roots) kill(pid);
    await sleep(20);
  }
  return wasThere;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Arguments of nsenter that run `argv` in a machine. */
export const enterArguments = (holder: Holder, argv: readonly string[]): string[] => [
  '--all',
  '-t',
  String(holder.pid),
  '--wdns=/',
  '--',
  ...argv,
];

export interface ExecOptions {
  /** What the program reads on its standard input; nothing when absent. */
  readonly input?: string;
  /** Connects the program to this process's own input, output and terminal; the result's texts are then empty. */
  readonly interactive?: boolean;
}

/** Runs a program in a machine's namespaces and waits for its end; a failing exit code is a result, not an error. */
export async function execIn(
  holder: Holder,
  argv: readonly string[],
  options: ExecOptions = {},
): Promise<CommandResult> {
  const { exitCode, signal, stdout, stderr } = await execa('nsenter', enterArguments(holder, argv), {
    reject: false,
    ...(options.interactive ? { stdio: 'inherit' } : { input: options.input ?? '' }),
  });
  const ended = exitCode ?? 128 + (signal === undefined ? 0 : constants.signals[signal]);
  return { exitCode: ended, stdout: stdout ?? '', stderr: stderr ?? '' };
}

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
