import { hostname, userInfo } from 'node:os';
import type { HostAccess, Means } from '@kvm/host/run';

/** Where the host of a command is. */
export interface HostOptions {
  readonly connect?: string;
}

export const connectOption = ['-c, --connect <uri>', "the host's libvirtd, as virsh's", 'qemu:///system'] as const;

/** A host that is open: its programs can be run, and its libvirtd answers. */
export interface OpenHost extends Means, AsyncDisposable {
  readonly access: HostAccess;
  /** Who works on it, for its log. */
  readonly user: string;
}

/** Opens the host that the options name; its connections end with its scope. */
export async function openHost({ connect }: HostOptions): Promise<OpenHost> {
  const { accessHere, runner } = await import('@kvm/host/run');
  const access = accessHere(connect);
  const connection = await access.connect();
  return {
    access,
    connection,
    run: runner(access),
    user: `${process.env.SUDO_USER ?? userInfo().username}@${hostname()}`,
    [Symbol.asyncDispose]: () => connection.close(),
  };
}
