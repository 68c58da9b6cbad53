import { hostname, userInfo } from 'node:os';
import type { HostAccess, HostClients } from '@kvm/host/run';
import { type Command, Option } from 'commander';
import { CliError } from '../output/cli-error.ts';
import type { Session } from '../session.ts';
import { type ConnectionChoice, connectionUri, isLocal, openConnection } from './connection.ts';

/** Where the host of a command is. */
export interface HostOptions extends ConnectionChoice {
  readonly host?: string;
}

/** Adds the options that name a host. */
export const withHostOptions = (command: Command): Command =>
  command
    .addOption(new Option('--host <url>', 'the host, over one ssh connection: ssh://root@vmhost').conflicts('connect'))
    .option(
      '-c, --connect <uri>',
      "this machine's libvirtd, by virsh's URI (default: LIBVIRT_DEFAULT_URI, else qemu:///system)",
    );

/** A host that is open: its programs can be run, and its libvirtd answers. */
export interface OpenHost extends HostClients, AsyncDisposable {
  readonly access: HostAccess;
  /** Who works on it, for its log. */
  readonly user: string;
}

/**
 * A way to the host that the options name, which ends with its scope.
 *
 * @throws CliError `usage` when only the libvirtd is another machine's; HostError `unreachable`
 */
export async function openAccess(session: Session, options: HostOptions): Promise<HostAccess & AsyncDisposable> {
  const { accessHere, accessOverSsh } = await import('@kvm/host/run');
  if (options.host !== undefined) return accessOverSsh(options.host);
  if (!(await isLocal(session, options))) {
    const uri = connectionUri(session, options);
    throw new CliError(
      'usage',
      `${uri} is another machine's libvirtd, but files and volumes would be this one's. Name the host: --host=ssh://root@HOST.`,
    );
  }
  return {
    ...accessHere(),
    connect: () => openConnection(session, options),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** Who works here, for the log of a host. */
export const workingUser = ({ io }: Session): string => `${io.env.SUDO_USER ?? userInfo().username}@${hostname()}`;

/** Opens the host that the options name; its connections end with its scope. */
export async function openHost(session: Session, options: HostOptions): Promise<OpenHost> {
  const { runner } = await import('@kvm/host/run');
  const access = await openAccess(session, options);
  try {
    const connection = await access.connect();
    return {
      access,
      connection,
      run: runner(access),
      user: workingUser(session),
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
