import type { OpenRunner } from '@kvm/command';
import type { Connection } from '@kvm/libvirt';
import { agentRunner } from '../guests/agent-runner.ts';
import { findDomain } from '../guests/find-domain.ts';
import { accessOverSsh } from './access-ssh.ts';
import { runner } from './runner.ts';

/**
 * A machine over ssh, which must not have to ask.
 *
 * @param destination `root@172.16.65.1`
 * @throws HostError `unreachable`
 */
export async function machineOverSsh(destination: string): Promise<OpenRunner> {
  const access = await accessOverSsh(`ssh://${destination}`);
  return { run: runner(access), [Symbol.asyncDispose]: () => access[Symbol.asyncDispose]() };
}

/** A connection to libvirtd that is closed by whom it was opened for. */
export interface OpenLibvirt {
  readonly connection: Connection;
  close(): Promise<void>;
}

/** Guests' agents, over one connection. */
export interface GuestAgents extends AsyncDisposable {
  /** @throws HostError `no-such-guest`, `ambiguous-guest`; LibvirtError */
  reach(guest: string): Promise<OpenRunner>;
}

/** QEMU's agents in guests, over one connection, which is opened for the first of them and ends with its scope. */
export function guestAgents(open: () => Promise<OpenLibvirt>): GuestAgents {
  let opened: Promise<OpenLibvirt> | undefined;
  return {
    async reach(guest) {
      opened ??= open();
      const { connection } = await opened;
      return { run: agentRunner(await findDomain(connection, guest)), [Symbol.asyncDispose]: async () => undefined };
    },
    async [Symbol.asyncDispose]() {
      const host = await opened?.catch(() => undefined); // who asked for a guest was told why
      await host?.close();
    },
  };
}
