import { readFileSync } from 'node:fs';

/** Begins the name under which a machine's first process runs. */
export const holderMark = (lab: string, machine = ''): string => `kvm-lab:${lab}:${machine}`;

/** The processes that a process has started, and those that they have. */
export function descendants(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** A machine's first process. */
export interface FirstProcess {
  /** As this machine counts, as the lab's keeper does, and as the lab does. */
  readonly pid: number;
  readonly keeperPid: number;
  readonly innerPid: number;
}

/**
 * The machines of a lab that are set up, by name: for the time of its start, in which nothing of others runs there.
 *
 * @param keeper the lab's outermost process
 */
export function findMachines(lab: string, keeper: number): Map<string, FirstProcess> {
  const machines = new Map<string, FirstProcess>();
  for (const pid of descendants(keeper)) {
    const [name = ''] = readWords(pid);
    const numbers = /^NSpid:\s+\d+\s+(\d+)\s+(\d+)$/m.exec(read(`/proc/${pid}/status`));
    if (!name.startsWith(holderMark(lab)) || numbers === null) continue;
    machines.set(name.slice(holderMark(lab).length), {
      pid,
      keeperPid: Number(numbers[1]),
      innerPid: Number(numbers[2]),
    });
  }
  return machines;
}

/** A process's command line. */
export const readWords = (pid: number): string[] => read(`/proc/${pid}/cmdline`).split('\0');

/** Nothing for a process that has ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
