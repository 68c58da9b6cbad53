import { accessOverSsh, findDomain, runner } from '@kvm/host/run';
import type { SharedServices } from '@kvm/shared-services';
import type { RunProgram } from '@kvm/shared-services/run';
import { openConnection } from '../../hosts/connection.ts';
import { type HostOptions, openHost } from '../../hosts/open-host.ts';
import { CliError } from '../../output/cli-error.ts';
import type { Session } from '../../session.ts';
import { agentRunner } from './agent-runner.ts';

/** How programs are run as root on a machine. */
export interface Way extends AsyncDisposable {
  readonly run: RunProgram;
}

/** Over ssh, which must not have to ask. @param destination `root@172.16.65.1` */
export async function bySsh(destination: string): Promise<Way> {
  const access = await accessOverSsh(`ssh://${destination}`);
  return { run: runner(access), [Symbol.asyncDispose]: () => access[Symbol.asyncDispose]() };
}

/** By QEMU's agents in guests, over one connection, which is opened for the first of them and ends with its scope. */
export function byAgents(session: Session, options: HostOptions) {
  let opened: ReturnType<typeof openLibvirt> | undefined;
  return {
    async reach(guest: string): Promise<Way> {
      opened ??= openLibvirt(session, options);
      const { connection } = await opened;
      return { run: agentRunner(await findDomain(connection, guest)), [Symbol.asyncDispose]: async () => undefined };
    },
    async [Symbol.asyncDispose](): Promise<void> {
      const host = await opened?.catch(() => undefined); // who asked for a guest was told why
      await host?.close();
    },
  };
}

async function openLibvirt(session: Session, options: HostOptions) {
  if (options.host === undefined) {
    const connection = await openConnection(session, options);
    return { connection, close: () => connection.close() };
  }
  const host = await openHost(session, options);
  return { connection: host.connection, close: () => host[Symbol.asyncDispose]() };
}

/** Where root of a machine is reached: its first address. @throws CliError `no-such-guest` when it has none */
export function rootAt({ machines }: SharedServices, machine: string): string {
  const [address] = machines.find(({ name }) => name === machine)?.addresses ?? [];
  if (address === undefined) throw new CliError('no-such-guest', `the inventory has no address of ${machine}.`);
  return `root@${address.includes(':') ? `[${address}]` : address}`;
}
