import { type MachineSetup, serviceNames } from '@kvm/shared-services';
import { compareSetup, type SetupDifference, withSecrets } from '@kvm/shared-services/run';
import type { ReadServices } from '../../input/read-services.ts';
import { CliError } from '../../output/cli-error.ts';
import type { Session } from '../../session.ts';
import { statusLine } from '../../terminal/status-line.ts';
import type { ServicesMachineOptions } from './machine-options.ts';
import { byAgents, bySsh, rootAt, type Way } from './reach.ts';
import { sideBySide } from './side-by-side.ts';

/** A machine that was looked at. */
export interface Reached {
  readonly setup: MachineSetup;
  readonly way: Way;
  readonly difference: SetupDifference;
}

/** A machine that was looked at, or why it could not be. */
export type Looked = Reached | { readonly setup: MachineSetup; readonly error: string };

interface LookOptions extends ServicesMachineOptions {
  /** Machines by name; all when there are none. */
  readonly names: readonly string[];
  /** Machines that were given files of the services, whether they are still to have any or not. */
  readonly before: readonly string[];
  /** The folder of secrets. */
  readonly folder: string;
}

/** Compares machines with what they are to have, servers first. @throws CliError `no-such-guest` */
export async function lookAtMachines(session: Session, services: ReadServices, options: LookOptions) {
  const { declaration, desired } = services;
  const servers = new Set(serviceNames.flatMap((name) => declaration[name]?.server ?? []));
  const isServer = ({ machine }: MachineSetup): boolean => servers.has(machine);
  const chosen = chooseMachines(services, options);
  const setups = [...chosen.filter(isServer), ...chosen.filter((setup) => !isServer(setup))];
  const isGuest = new Set(desired.guests.map(({ guest }) => guest.name));
  const agents = byAgents(session, options);
  const status = statusLine(session);
  let begun = 0;
  const looked = await sideBySide(setups, (setup) => {
    status.show(`${++begun}/${setups.length} ${setup.machine}`);
    return look(setup, { folder: options.folder, reach: () => reach(setup.machine) });
  });
  status.clear();
  return {
    looked,
    isServer,
    [Symbol.asyncDispose]: async () => {
      for (const each of looked) if ('way' in each) await each.way[Symbol.asyncDispose]();
      await agents[Symbol.asyncDispose]();
    },
  };

  function reach(machine: string): Promise<Way> {
    if (options.ssh || !isGuest.has(machine)) return bySsh(rootAt(declaration, machine));
    return agents.reach(machine);
  }
}

/** Those with a service; and those that had one, or are named, with a setup of nothing, so that it is taken back. */
function chooseMachines(
  { file, declaration, machines, desired }: ReadServices,
  { names, before }: Pick<LookOptions, 'names' | 'before'>,
): MachineSetup[] {
  const known = new Map(declaration.machines.map((machine) => [machine.name, machine]));
  const unknown = names.find((name) => !known.has(name) || name === desired.inventory.host.name);
  if (unknown !== undefined) throw new CliError('no-such-guest', `${file} has no guest or machine ${unknown}.`);
  const withSetup = new Set(machines.map(({ machine }) => machine));
  const without = [...new Set(names.length > 0 ? names : before)].flatMap((machine): MachineSetup[] => {
    const system = known.get(machine)?.system ?? 'debian';
    return known.has(machine) && !withSetup.has(machine)
      ? [{ machine, system, packages: [], files: [], handlers: [] }]
      : [];
  });
  return [...machines, ...without].filter(({ machine }) => names.length === 0 || names.includes(machine));
}

async function look(
  bare: MachineSetup,
  { folder, reach }: { readonly folder: string; readonly reach: () => Promise<Way> },
): Promise<Looked> {
  let way: Way | undefined;
  try {
    const [setup = bare] = await withSecrets([bare], folder);
    way = await reach();
    return { setup, way, difference: await compareSetup(setup, way.run) };
  } catch (error) {
    await way?.[Symbol.asyncDispose]();
    return { setup: bare, error: error instanceof Error ? error.message : String(error) };
  }
}
