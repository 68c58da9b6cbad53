import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { LabError } from './errors.ts';

/** A process of this machine that cannot be mistaken for another, also when its number was given away again. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it began, in clock ticks since this machine started: field 22 of proc(5)'s stat. */
  readonly startTime: number;
  /** Its process namespace, such as `pid:[4026532179]`. */
  readonly namespace: string;
  /** Which start of this machine that was. */
  readonly boot: string;
}

/** A machine: its first process as this machine counts and as the lab counts, and who holds its namespaces open. */
export interface MachineState {
  readonly pid: number;
  readonly innerPid: number;
  readonly holder: ProcessIdentity;
}

interface LabState {
  readonly keeper: ProcessIdentity;
  /** Once the lab's machines are there. */
  readonly machines?: Readonly<Record<string, MachineState>>;
}

/** A machine of a lab that runs. */
export interface Holder {
  readonly name: string;
  /** The lab's keeper, which has the machine's files: {@link keeperScript}. */
  readonly keeper: number;
  /** A process that holds its namespaces open, out of the lab's reach. */
  readonly holder: number;
  /** The first process of the machine as this machine counts. What runs in the lab may end it: nothing is entered by it. */
  readonly pid: number;
  /** The same process as the lab counts. */
  readonly innerPid: number;
}

/**
 * The machine of a lab whose network is the LAN's switch and router, and whose process is the lab's first; inventories keep this
 * name for the LAN, too.
 */
export const lanMachine = 'lan';

/** Only root may look into it, so only root says which processes are a lab's: anybody may call a process as they like. */
const folder = '/run/kvmctl-lab';

/** This process's own process namespace, in which the numbers of processes hold; other namespaces may share `/run`. */
export const processNamespace = (): string => readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');

const fileOf = (lab: string): string => join(folder, `${lab}.${processNamespace()}.json`);

/** Keeps who keeps a lab, and once they are there its machines. */
export function writeState(lab: string, state: LabState): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  checkFolder();
  const fresh = `${fileOf(lab)}.new`;
  rmSync(fresh, { force: true });
  writeFileSync(fresh, `${JSON.stringify(state)}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(fresh, fileOf(lab));
}

export function removeState(lab: string): void {
  for (const file of [fileOf(lab), `${fileOf(lab)}.new`]) rmSync(file, { force: true });
}

/** @throws LabError when others than root could say what is in it. */
function checkFolder(): void {
  const stat = lstatSync(folder);
  if (stat.isDirectory() && stat.uid === 0 && (stat.mode & 0o077) === 0) return;
  throw new LabError('command-failed', `${folder} is not a folder of root's alone: remove it, and run this again`);
}

function readState(lab: string): LabState | undefined {
  let text: string;
  try {
    checkFolder();
    const file = openSync(fileOf(lab), constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const stat = fstatSync(file);
      if (!stat.isFile() || stat.uid !== 0) return undefined;
      text = readFileSync(file, 'utf8');
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (['ENOENT', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
  return parseState(text);
}

/** @returns undefined for what is no state, such as a file that a power cut left empty. */
export function parseState(text: string): LabState | undefined {
  let state: LabState;
  try {
    state = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { pid, startTime, namespace, boot } = state?.keeper ?? {};
  const isWhole = Number.isInteger(pid) && Number(pid) > 1 && Number.isInteger(startTime);
  return isWhole && typeof namespace === 'string' && typeof boot === 'string' ? state : undefined;
}

const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/** @returns undefined when there is no such process, or only what is left of it. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  try {
    // The program's name, in brackets, may hold anything.
    const [state, ...fields] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    if (state === 'Z' || state === 'X') return undefined;
    const namespace = readlinkSync(`/proc/${pid}/ns/pid`);
    return { pid, startTime: Number(fields[18]), namespace, boot: bootId() };
  } catch {
    return undefined;
  }
}

/** Whether a process is there that is the very same. */
export function isRunning(process: ProcessIdentity): boolean {
  const found = identifyProcess(process.pid);
  return found?.startTime === process.startTime && found.namespace === process.namespace && found.boot === process.boot;
}

/** The process whose end is the lab's. */
export function findKeeper(lab: string): number | undefined {
  const state = readState(lab);
  return state !== undefined && isRunning(state.keeper) ? state.keeper.pid : undefined;
}

/** Every machine of a lab that runs, by name. A lab of which no state says that it is one is not entered, whatever it is called. */
export function findHolders(lab: string): Map<string, Holder> {
  const state = readState(lab);
  if (state?.machines === undefined || !isRunning(state.keeper)) return new Map();
  const keeper = state.keeper.pid;
  return new Map(
    Object.entries(state.machines)
      .filter(([, { holder }]) => isRunning(holder))
      .map(([name, { holder, ...pids }]) => [name, { name, keeper, holder: holder.pid, ...pids }]),
  );
}
