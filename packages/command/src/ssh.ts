import type { Argv } from './program.ts';
import { shellCommand } from './quote.ts';

/**
 * What no configuration of the user's may change: ssh asks nothing, the far side is given neither agent nor display, nothing
 * is run here, no other command there.
 */
export const sshSafety: readonly string[] = [
  ...['-T', '-e', 'none'],
  ...[
    ...[
      'BatchMode=yes',
      'ForwardAgent=no',
      'ForwardX11=no',
      'PermitLocalCommand=no',
      'RemoteCommand=none',
      'Tunnel=no',
    ],
    ...['ConnectTimeout=20', 'ServerAliveInterval=15'],
  ].flatMap((option) => ['-o', option]),
];

/** A connection that stays open and is shared: by its control socket. */
export interface SharedSsh {
  readonly control: string;
  /** `root@vmhost`, as ssh takes it. */
  readonly destination: string;
  readonly port?: number;
}

const target = ({ destination, port }: SharedSsh): readonly string[] => [
  ...(port === undefined ? [] : ['-p', String(port)]),
  '--',
  destination,
];

/** Opens the connection and runs a command there; the connection ends with it. */
export const sshMaster = (ssh: SharedSsh, command: Argv): Argv => [
  'ssh',
  ...sshSafety,
  ...['-o', 'ControlPersist=no', '-o', 'ClearAllForwardings=yes', '-M', '-S', ssh.control],
  ...target(ssh),
  shellCommand(command),
];

/**
 * Uses the connection, and nothing but it: without a socket, or behind one that nobody serves any more, ssh would connect
 * anew, to port 22 of what has that name now. It is therefore given a way that leads nowhere, and no configuration.
 */
const sshSlave = (ssh: SharedSsh, words: readonly string[]): Argv => [
  'ssh',
  ...['-F', 'none', ...sshSafety, '-o', 'ControlMaster=no', '-o', 'ProxyCommand=false', '-S', ssh.control],
  ...words,
];

/** Runs a command over the shared connection. */
export const sshThrough = (ssh: SharedSsh, command: Argv): Argv =>
  sshSlave(ssh, [...target(ssh), shellCommand(command)]);

/** Makes a socket here lead to a socket there, for as long as the connection lives. */
export const sshForward = (ssh: SharedSsh, { from, to }: { readonly from: string; readonly to: string }): Argv =>
  sshSlave(ssh, ['-O', 'forward', '-L', `${from}:${to}`, ...target(ssh)]);
