import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shellCommand } from '@kvm/command';
import { connect } from '@kvm/libvirt';
import { execa } from 'execa';
import { HostError } from '../errors.ts';
import type { HostAccess } from './access.ts';

/** Where libvirtd listens on Debian and most others. */
const libvirtSocket = '/run/libvirt/libvirt-sock';

/** A host reached over ssh; its one connection ends with its scope. */
export type SshAccess = HostAccess & AsyncDisposable;

/**
 * Opens the one ssh connection that every program and libvirtd are reached through. ssh must not have to ask: a key or an
 * agent decides.
 *
 * @param url `ssh://root@vmhost`, `ssh://root@vmhost:2222`
 * @throws HostError `unreachable`
 */
export async function accessOverSsh(url: string): Promise<SshAccess> {
  const { destination, port, host } = parseSshUrl(url);
  const folder = await mkdtemp(join(tmpdir(), 'kvmctl-ssh-'));
  const [control, socket] = [join(folder, 'ssh'), join(folder, 'libvirt')];
  const end = async (): Promise<void> => {
    await execa('ssh', ['-S', control, '-O', 'exit', destination], { reject: false });
    await rm(folder, { recursive: true, force: true });
  };
  const options = ['-o', 'BatchMode=yes', '-o', 'ServerAliveInterval=15', '-o', 'ExitOnForwardFailure=yes'];
  // In the background once it is open, and for as long as this process holds its folder.
  const { failed, stderr } = await execa(
    'ssh',
    [...options, ...port, '-M', '-S', control, '-f', '-N', '-L', `${socket}:${libvirtSocket}`, '--', destination],
    { reject: false, stdin: 'ignore', stdout: 'ignore', stderr: { file: join(folder, 'said') } },
  );
  if (failed) {
    const said = await execa('cat', [join(folder, 'said')], { reject: false });
    await end();
    const why = said.stdout.trim() || String(stderr ?? 'ssh is not there');
    throw new HostError(
      'unreachable',
      `${host} cannot be reached: ${why}. \`ssh ${[...port, destination].join(' ')} true\` must work by itself.`,
    );
  }
  return {
    name: host,
    command: (argv) => ['ssh', '-S', control, '-T', '-o', 'BatchMode=yes', '--', destination, shellCommand(argv)],
    connect: () => connect({ socket }),
    [Symbol.asyncDispose]: end,
  };
}

interface SshUrl {
  readonly destination: string;
  readonly host: string;
  readonly port: readonly string[];
}

function parseSshUrl(url: string): SshUrl {
  const [, user = '', host, port] =
    /^ssh:\/\/(?:([A-Za-z0-9._][A-Za-z0-9._-]*)@)?([A-Za-z0-9[][A-Za-z0-9.:\]-]*?)(?::(\d+))?\/?$/.exec(url) ?? [];
  if (host === undefined)
    throw new HostError('unreachable', `${JSON.stringify(url)} is no host: write ssh://root@vmhost.`);
  return { destination: user ? `${user}@${host}` : host, host, port: port === undefined ? [] : ['-p', port] };
}
