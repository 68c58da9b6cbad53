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

/** Opens the host that the options name; its connections end with its scope. */
export async function openHost({ io }: Session, { host, connect }: HostOptions): Promise<OpenHost> {
  const { accessHere, accessOverSsh, runner } = await import('@kvm/host/run');
  const ssh = host === undefined ? undefined : await accessOverSsh(host);
  const access = ssh ?? accessHere(connect);
  try {
    const connection = await access.connect();
    return {
      access,
      connection,
      run: runner(access),
      user: `${io.env.SUDO_USER ?? userInfo().username}@${hostname()}`,
      async [Symbol.asyncDispose]() {
        await connection.close();
        await ssh?.[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await ssh?.[Symbol.asyncDispose]();
    throw error;
  }
}
