import type { OpenRunner } from '@kvm/command';
import { type MachineSetup, type SharedServices, serviceNames } from '../index.ts';
import { compareSetup, type SetupDifference } from './compare-setup.ts';
import { withSecrets } from './secrets.ts';
import { sideBySide } from './side-by-side.ts';

/** A machine that was looked at. */
export interface InspectedMachine {
  readonly setup: MachineSetup;
  /** How programs are run on it, until the inspection ends. */
  readonly access: OpenRunner;
  readonly difference: SetupDifference;
}

/** A machine that was looked at, or why it could not be. */
export type Inspected = InspectedMachine | { readonly setup: MachineSetup; readonly error: string };

/** What was found on machines; the ways to them end with its scope. */
export interface Inspection extends AsyncDisposable {
  readonly machines: readonly Inspected[];
}

export interface InspectOptions {
  /** The folder of secrets. */
  readonly folder: string;
  /** Opens a way to run programs as root on a machine. */
  readonly reach: (machine: string) => Promise<OpenRunner>;
  /** Is told of each machine as it is begun. */
  readonly onBegin?: (machine: string) => void;
}

/** The setups of servers, and then those of machines that are clients only. */
export function serversFirst(
  declaration: SharedServices,
  setups: readonly MachineSetup[],
): readonly [servers: readonly MachineSetup[], clients: readonly MachineSetup[]] {
  const servers = new Set(serviceNames.flatMap((name) => declaration[name]?.server ?? []));
  const isServer = ({ machine }: MachineSetup): boolean => servers.has(machine);
  return [setups.filter(isServer), setups.filter((setup) => !isServer(setup))];
}

/**
 * Compares machines with what they are to have, some side by side; one that cannot be reached keeps no other from it.
 *
 * @param setups without their secrets
 * @returns in the order of the setups
 */
export async function inspectMachines(setups: readonly MachineSetup[], options: InspectOptions): Promise<Inspection> {
  const machines = await sideBySide(setups, (setup) => {
    options.onBegin?.(setup.machine);
    return inspect(setup, options);
  });
  return {
    machines,
    [Symbol.asyncDispose]: async () => {
      for (const each of machines) if ('access' in each) await each.access[Symbol.asyncDispose]();
    },
  };
}

async function inspect(bare: MachineSetup, { folder, reach }: InspectOptions): Promise<Inspected> {
  let access: OpenRunner | undefined;
  try {
    const [setup = bare] = await withSecrets([bare], folder);
    access = await reach(bare.machine);
    return { setup, access, difference: await compareSetup(setup, access.run) };
  } catch (error) {
    await access?.[Symbol.asyncDispose]();
    return { setup: bare, error: error instanceof Error ? error.message : String(error) };
  }
}
