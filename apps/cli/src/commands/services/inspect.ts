import { guestAgents, machineOverSsh, type OpenLibvirt } from '@kvm/host/run';
import { chooseSetups, type SetupChoice, type SharedServices } from '@kvm/shared-services';
import { type Inspection, inspectMachines, serversFirst } from '@kvm/shared-services/run';
import { openConnection } from '../../hosts/connection.ts';
import { type HostOptions, openHost } from '../../hosts/open-host.ts';
import type { ReadServices } from '../../input/read-services.ts';
import { CliError } from '../../output/cli-error.ts';
import type { Session } from '../../session.ts';
import { statusLine } from '../../terminal/status-line.ts';
import type { ServicesMachineOptions } from './machine-options.ts';

interface InspectOptions extends ServicesMachineOptions, SetupChoice {
  /** The folder of secrets. */
  readonly folder: string;
}

/** Compares machines with what they are to have, servers first. @throws CliError `no-such-guest` */
export async function inspect(session: Session, services: ReadServices, options: InspectOptions): Promise<Inspection> {
  const { file, declaration, machines, desired } = services;
  const known = new Set(declaration.machines.map(({ name }) => name));
  known.delete(desired.inventory.host.name);
  const unknown = options.names.find((name) => !known.has(name));
  if (unknown !== undefined) throw new CliError('no-such-guest', `${file} has no guest or machine ${unknown}.`);
  const setups = serversFirst(declaration, chooseSetups(declaration.machines, machines, options)).flat();
  const isGuest = new Set(desired.guests.map(({ guest }) => guest.name));
  const agents = agentsOf(session, options);
  const status = statusLine(session);
  let begun = 0;
  const inspection = await inspectMachines(setups, {
    folder: options.folder,
    onBegin: (machine) => status.show(`${++begun}/${setups.length} ${machine}`),
    reach: async (machine) =>
      options.ssh || !isGuest.has(machine) ? machineOverSsh(rootAt(declaration, machine)) : agents.reach(machine),
  });
  status.clear();
  return {
    machines: inspection.machines,
    async [Symbol.asyncDispose]() {
      await inspection[Symbol.asyncDispose]();
      await agents[Symbol.asyncDispose]();
    },
  };
}

/** The agents of a host's guests. */
export const agentsOf = (session: Session, options: HostOptions) => guestAgents(() => openLibvirt(session, options));

async function openLibvirt(session: Session, options: HostOptions): Promise<OpenLibvirt> {
  if (options.host === undefined) {
    const connection = await openConnection(session, options);
    return { connection, close: () => connection.close() };
  }
  const host = await openHost(session, options);
  return { connection: host.connection, close: async () => host[Symbol.asyncDispose]() };
}

/** Where root of a machine is reached: its first address. @throws CliError `no-such-guest` when it has none */
function rootAt({ machines }: SharedServices, machine: string): string {
  const [address] = machines.find(({ name }) => name === machine)?.addresses ?? [];
  if (address === undefined) throw new CliError('no-such-guest', `the inventory has no address of ${machine}.`);
  return `root@${address.includes(':') ? `[${address}]` : address}`;
}
