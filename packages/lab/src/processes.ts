import { readdirSync, readFileSync, statSync } from 'node:fs';

/** A process that holds a machine's namespaces open: `pid` as this machine counts, `innerPid` as the lab counts. */
export interface Holder {
  readonly pid: number;
  readonly innerPid: number;
}

/**
 * The machine name under which the lab's first process is found, whose network is the LAN's switch and router; inventories
 * keep this name for the LAN, too.
 */
export const lanMachine = 'lan';

/** The argument by which a lab's processes are found: there is no state file that could be lost or lie. */
export const holderMark = (lab: string, machine: string): string => `kvm-lab:${lab}:${machine}`;

/**
 * Every machine of a lab that runs, by name. The machine `lan` is the lab's init process.
 *
 * Only processes of this machine's root count: anybody may call a process as they like, and root will enter these.
 */
export function findHolders(lab: string): Map<string, Holder> {
  const holders = new Map<string, Holder>();
  for (const { words, machine, pid, innerPid } of markedProcesses(lab)) {
    const isInit = machine === lanMachine && innerPid === 1;
    const isMachine = words[0] === holderMark(lab, machine) && innerPid !== 1;
    if (innerPid !== undefined && (isInit || isMachine)) holders.set(machine, { pid, innerPid });
  }
  return holders;
}

/** The processes whose end is the lab's: its init, and the one that starts it and waits for it. */
export function findRoots(lab: string): number[] {
  return markedProcesses(lab)
    .filter(({ words, innerPid }) => innerPid === 1 || (innerPid === undefined && words[0] === 'unshare'))
    .map(({ pid }) => pid);
}

interface MarkedProcess {
  readonly words: readonly string[];
  readonly machine: string;
  readonly pid: number;
  /** Absent for a process outside the lab's process namespace. */
  readonly innerPid: number | undefined;
}

function markedProcesses(lab: string): MarkedProcess[] {
  const prefix = holderMark(lab, '');
  return readdirSync('/proc').flatMap((entry) => {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) return [];
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      const mark = words.find((word) => word.startsWith(prefix));
      if (mark === undefined || statSync(`/proc/${pid}`).uid !== 0) return [];
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      const inner = /^NSpid:\s+\d+\s+(\d+)$/m.exec(status)?.[1];
      const innerPid = inner === undefined ? undefined : Number(inner);
      return [{ words, machine: mark.slice(prefix.length), pid, innerPid }];
    } catch {
      return []; // it ended while we looked
    }
  });
}
