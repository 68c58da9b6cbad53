import { readFileSync } from 'node:fs';

/** A process, and when it began: its number alone may be another's by now. */
interface Process {
  readonly pid: number;
  readonly started: string;
}

/**
 * A process and all that it has started, which is not in one group with it: nsenter and sh wait for others, and do not pass
 * on that they were killed.
 */
export function processTree(pid: number): readonly Process[] {
  const started = startOf(pid);
  if (started === undefined) return [];
  return [{ pid, started }, ...childrenOf(pid).flatMap(processTree)];
}

/** Sends a signal to those that are still the same. */
export function signalAll(processes: readonly Process[], signal: NodeJS.Signals): void {
  for (const { pid, started } of processes) {
    if (startOf(pid) !== started) continue;
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

function childrenOf(pid: number): number[] {
  return read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
}

/** Field 22 of proc_pid_stat(5); the name before it may have spaces and brackets. */
const startOf = (pid: number): string | undefined => read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ')[19];

/** @returns nothing of a process that has ended */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
