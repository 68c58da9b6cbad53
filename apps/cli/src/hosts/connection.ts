import type { Connection, ConnectOptions } from '@kvm/libvirt';
import type { Command } from 'commander';
import type { Session } from '../session.ts';

/** What the command line says of the libvirtd that a command talks to. */
export interface ConnectionChoice {
  readonly connect?: string;
}

const systemUri = 'qemu:///system';

/** Gives `command` the option that all have that talk to a libvirtd. */
export function takesConnection(command: Command): Command {
  return command.option(
    '-c, --connect <uri>',
    `the libvirtd, by virsh's URI: ${systemUri}, qemu+ssh://root@HOST/system, qemu+tls://HOST/system (default: LIBVIRT_DEFAULT_URI, else ${systemUri})`,
  );
}

/** The URI that was chosen: by the option, else by LIBVIRT_DEFAULT_URI, else this machine's own. */
export const connectionUri = ({ io }: Session, { connect }: ConnectionChoice): string =>
  connect ?? (io.env.LIBVIRT_DEFAULT_URI || systemUri);

/** Whether that is a libvirtd of this machine. */
export async function isLocal(session: Session, choice: ConnectionChoice): Promise<boolean> {
  const { isLocalUri } = await import('@kvm/libvirt');
  return isLocalUri(connectionUri(session, choice));
}

/**
 * Connects to the libvirtd that was chosen.
 *
 * @throws LibvirtError
 */
export async function openConnection(
  session: Session,
  choice: ConnectionChoice,
  options: Pick<ConnectOptions, 'reconnect' | 'signal' | 'keepalive' | 'timeoutMs'> = {},
): Promise<Connection> {
  const { connect, loadCredentials } = await import('@kvm/libvirt');
  const uri = connectionUri(session, choice);
  const credentials = await loadCredentials(uri, session.io.env);
  return connect({ ...options, uri, ...(credentials && { credentials }) });
}
