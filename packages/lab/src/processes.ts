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
  const prefix = holderMark(lab, '');
  const holders = new Map<string, Holder>();
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    const holder = readHolder(pid, prefix);
    if (holder) holders.set(holder.machine, holder);
  }
  return holders;
}

function readHolder(pid: number, prefix: string): (Holder & { machine: string }) | undefined {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const mark = words.find((word) => word.startsWith(prefix));
    if (!mark || statSync(`/proc/${pid}`).uid !== 0) return undefined;
    const pids =
      /^NSpid:\s+(.+)$/m
        .exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
        ?.split(/\s+/)
        .map(Number) ?? [];
    const [outer, inner] = pids;
    const machine = mark.slice(prefix.length);
    if (outer === undefined || inner === undefined) return undefined;
    const isInit = inner === 1;
    const isMachine = words[0] === mark;
    return isInit === (machine === lanMachine) && (isInit || isMachine)
      ? { machine, pid: outer, innerPid: inner }
      : undefined;
  } catch {
    return undefined; // it ended while we looked
  }
}
