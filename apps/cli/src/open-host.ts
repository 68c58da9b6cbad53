import { hostname, userInfo } from 'node:os';
import type { HostAccess, Means } from '@kvm/host/run';
import { type Command, Option } from 'commander';
import type { Session } from './session.ts';

/** Where the host of a command is. */
export interface HostOptions {
  readonly host?: string;
  readonly connect: string;
}

/** Adds the options that name a host. */
export const withHostOptions = (command: Command): Command =>
  command
    .addOption(new Option('--host <url>', 'the host, over one ssh connection: ssh://root@vmhost').conflicts('connect'))
    .option('-c, --connect <uri>', "this machine's libvirtd, as virsh's", 'qemu:///system');

/** A host that is open: its programs can be run, and its libvirtd answers. */
export interface OpenHost extends Means, AsyncDisposable {
  readonly access: HostAccess;
  /** Who works on it, for its log. */
  readonly user: string;
}

/** A way to the host that the options name, which ends with its scope. */
export async function openAccess({ host, connect }: HostOptions): Promise<HostAccess & AsyncDisposable> {
  const { accessHere, accessOverSsh } = await import('@kvm/host/run');
  if (host !== undefined) return accessOverSsh(host);
  return { ...accessHere(connect), [Symbol.asyncDispose]: async () => undefined };
}

/** Opens the host that the options name; its connections end with its scope. */
export async function openHost({ io }: Session, options: HostOptions): Promise<OpenHost> {
  const { runner } = await import('@kvm/host/run');
  const access = await openAccess(options);
  try {
    const connection = await access.connect();
    return {
      access,
      connection,
      run: runner(access),
      user: `${io.env.SUDO_USER ?? userInfo().username}@${hostname()}`,
      async [Symbol.asyncDispose]() {
        await connection.close();
        await access[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await access[Symbol.asyncDispose]();
    throw error;
  }
}
