import type { Desired } from '@kvm/host';
import { renderRoutes } from '@kvm/netplan';
import { type Accelerator, findAccelerator } from './accelerator.ts';
import { execInGuest } from './agent.ts';
import { LabError } from './errors.ts';
import { greetingPort } from './guest-root.ts';
import { awaitGuest, startGuest } from './guests.ts';
import { type GuestKernel, guestKernel } from './kernel.ts';
import { installKernel, writeHostFiles } from './kvm-host.ts';
import { connectLibvirtd, startLibvirtd } from './libvirtd.ts';
import { connectMachines } from './network.ts';
import { type LabPlan, planLab } from './plan.ts';
import { type CommandResult, execIn, mustExecIn, startSandbox, stopSandbox } from './sandbox.ts';
import { findHolders, findKeeper, type Holder, lanMachine } from './state.ts';
import { availableMemory, checkMachine } from './this-machine.ts';
import { freeLoops, makeVolumes } from './volumes.ts';

/** A lab that is up. */
export interface Lab {
  readonly plan: LabPlan;
  readonly host: Holder;
  readonly machines: ReadonlyMap<string, Holder>;
}

export interface LabUpOptions {
  /** Names of the guests to play; all when absent. */
  readonly guests?: readonly string[];
  /** Leaves the KVM host as it was delivered: libvirtd, the kernel and the disks, but no file of ours and no domain. */
  readonly bare?: boolean;
  /**
   * Folders of this machine that the lab's machines may read, with all that everybody may read in them. Needed only for those in
   * the homes of users, and below /tmp and /run, which the lab does not see.
   */
  readonly share?: readonly string[];
  /** Told each step as it begins. */
  readonly report?: (message: string) => void;
  /** Ends the start: what was begun is taken down. */
  readonly signal?: AbortSignal;
}

/**
 * Plays an inventory on this machine: the KVM host, its LAN with every machine the inventory names, and tiny guests under
 * a libvirtd of the lab's own. Returns when every guest answers. The lab goes on when this process ends.
 *
 * @throws LabError; what was begun is taken down again.
 */
export async function labUp(
  desired: Desired,
  options: LabUpOptions = {},
): Promise<{ lab: Lab; accelerator: Accelerator }> {
  checkMachine();
  const report = options.report ?? (() => undefined);
  const plan = planLab(desired, await availableMemory(), options.guests);
  if (findKeeper(plan.name) !== undefined) {
    throw new LabError('already-up', `the lab of ${plan.name} is up already. \`kvmctl lab down\` ends it.`);
  }
  await freeLoops(plan.name);
  try {
    const accelerator = await interruptible(play(desired, plan, { ...options, report }), options.signal);
    return { lab: await openLab(desired), accelerator };
  } catch (error) {
    await labDown(plan.name);
    throw error;
  }
}

async function play(
  desired: Desired,
  plan: LabPlan,
  { report, signal, bare, share }: LabUpOptions & { readonly report: (message: string) => void },
): Promise<Accelerator> {
  const kernel = await guestKernel(report);
  const accelerator = await findAccelerator(kernel, report);
  const names = [plan.host, ...plan.neighbours].map(({ name }) => name);
  report(`makes the LAN: ${names.join(', ')}`);
  signal?.throwIfAborted(); // from here on, taking the lab down ends this start, too
  const machines = await startSandbox(plan.name, names, { signal, ...(share && { share }) });
  const host = holderOf(machines, plan.host.name);
  await connectMachines(plan, machines, renderRoutes(desired.routes, 'linux', desired.gateway));
  for (const name of names) await greet(holderOf(machines, name), kernel);
  report('sets up the KVM host: rendered files, volumes, libvirtd');
  if (!bare) await writeHostFiles(host, desired);
  const initrd = await installKernel(host, desired, kernel, accelerator);
  await makeVolumes(desired, plan.guests, kernel, host);
  await startLibvirtd(host);
  if (!bare) await startGuests(plan, host, { accelerator, initrd, report });
  return accelerator;
}

async function interruptible<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  const interrupted = new Promise<never>((_, reject) => {
    const stop = (): void => reject(new LabError('interrupted', 'the start of the lab was interrupted'));
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([work, interrupted]);
}

/** Takes a lab down with all it made, also what is left of one that crashed. @returns whether one was up. */
export async function labDown(name: string): Promise<boolean> {
  const wasUp = await stopSandbox(name);
  await freeLoops(name);
  return wasUp;
}

/** The lab that is up for an inventory, with the guests that run in it. @throws LabError `not-up` */
export async function openLab(desired: Desired): Promise<Lab> {
  const { name } = desired.inventory.host;
  const machines = findHolders(name);
  if (!machines.has(lanMachine)) {
    throw new LabError('not-up', `no lab of ${name} is up. \`kvmctl lab up\` starts it.`);
  }
  const host = holderOf(machines, name);
  const connection = await connectLibvirtd(host);
  try {
    const running = new Set((await connection.listDomains({ active: true })).map((domain) => domain.name));
    const guests = desired.guests.map(({ guest }) => guest.name).filter((guest) => running.has(guest));
    return { plan: planLab(desired, Number.POSITIVE_INFINITY, guests), machines, host };
  } finally {
    await connection.close();
  }
}

/**
 * Runs a program on any machine of the lab, guests included.
 *
 * @param interactive connects it to this process's own terminal; guests cannot, they only run commands.
 * @throws LabError `no-such-machine`, `guest-silent`
 */
export async function labExec(
  lab: Lab,
  machine: string,
  argv: readonly string[],
  interactive = false,
): Promise<CommandResult> {
  const holder = lab.machines.get(machine);
  if (holder) return execIn(holder, argv, { interactive });
  if (lab.plan.guests.some(({ guest }) => guest.name === machine)) return execInGuest(lab.host, machine, argv);
  const names = [...lab.machines.keys(), ...lab.plan.guests.map(({ guest }) => guest.name)];
  throw new LabError('no-such-machine', `no "${machine}" runs in the lab. There are: ${names.join(', ')}.`);
}

function holderOf(machines: ReadonlyMap<string, Holder>, name: string): Holder {
  const holder = machines.get(name);
  if (!holder) {
    throw new LabError('not-up', `the lab's machine ${name} is gone. \`kvmctl lab down\`, then \`kvmctl lab up\`.`);
  }
  return holder;
}

const greetScript = 'setsid "$1" nc -ll -p "$2" -e hostname </dev/null >/dev/null 2>&1 &';

/** Lets a machine that is no guest say its name on {@link greetingPort}, as the guests do. */
async function greet(machine: Holder, { busybox }: GuestKernel): Promise<void> {
  await mustExecIn(machine, ['sh', '-c', greetScript, 'greet', busybox, String(greetingPort)]);
}

interface GuestMeans {
  readonly accelerator: Accelerator;
  readonly initrd: string;
  readonly report: (message: string) => void;
}

async function startGuests(plan: LabPlan, host: Holder, { report, ...how }: GuestMeans): Promise<void> {
  const connection = await connectLibvirtd(host);
  const started: string[] = [];
  try {
    for (const desired of plan.guests) {
      const { name, memoryKiB } = desired.guest;
      report(`starts ${name}${how.accelerator === 'tcg' ? ' (without KVM: some seconds)' : ''}`);
      const changes = { ...how, memoryKiB: plan.memoryKiB.get(name) ?? memoryKiB };
      if (await startGuest(connection, desired, changes)) started.push(name);
    }
  } finally {
    await connection.close();
  }
  await Promise.all(
    started.map(async (name) => {
      await awaitGuest(host, name, 60_000 + 20_000 * started.length);
      report(`${name} answers`);
    }),
  );
}
