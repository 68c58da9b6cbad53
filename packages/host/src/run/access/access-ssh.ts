import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runHere, type SharedSsh, sshForward, sshMaster, sshThrough } from '@kvm/command';
import { connect } from '@kvm/libvirt';
import { HostError } from '../../errors.ts';
import type { HostAccess } from './access.ts';
import { openMaster } from './ssh-master.ts';

/** Where libvirtd listens on Debian and most others. */
const libvirtSocket = '/run/libvirt/libvirt-sock';

/** A host reached over ssh; its one connection ends with its scope. */
export interface SshAccess extends HostAccess, AsyncDisposable {
  readonly gone: AbortSignal;
}

/**
 * Opens the one ssh connection that every program and libvirtd are reached through. ssh must not have to ask: a key or an
 * agent decides. When the connection ends, nothing more is run: never over another one. It ends with this process, however
 * that ends.
 *
 * @param url `ssh://root@vmhost`, `ssh://root@vmhost:2222`
 * @throws HostError `unreachable`
 */
export async function accessOverSsh(url: string): Promise<SshAccess> {
  const { host, ...target } = parseSshUrl(url);
  const folder = await mkdtemp(join(tmpdir(), 'kvmctl-ssh-'));
  const [ssh, socket] = [{ control: join(folder, 'ssh'), ...target }, join(folder, 'libvirt')];
  const command = sshMaster(ssh, ['sh', '-c', 'echo "$1"; exec cat >/dev/null', 'open', openMark]);
  const master = openMaster(command, openMark);
  const end = async (): Promise<void> => {
    await master.end();
    await rm(folder, { recursive: true, force: true });
  };
  const fault = await master.opened;
  if (fault !== undefined) {
    await end();
    throw new HostError(
      'unreachable',
      `${host} cannot be reached: ${fault}. \`ssh ${trial(ssh)} true\` must work by itself.`,
    );
  }
  const gone = new AbortController();
  void master.ended.then((why) =>
    gone.abort(new HostError('unreachable', `the ssh connection to ${host} has ended${why && `: ${why}`}`)),
  );
  let forwarded: Promise<void> | undefined;
  return {
    name: host,
    gone: gone.signal,
    command: (argv) => sshThrough(ssh, argv),
    async connect() {
      forwarded ??= forward(ssh, socket);
      await forwarded;
      return connect({ socket });
    },
    [Symbol.asyncDispose]: end,
  };
}

/** What the far side says once it can be reached: a shell there may greet before. */
const openMark = 'kvm: this connection is open';

async function forward(ssh: SharedSsh, from: string): Promise<void> {
  const { exitCode, stderr } = await runHere(sshForward(ssh, { from, to: libvirtSocket }));
  if (exitCode !== 0)
    throw new HostError('unreachable', `libvirtd cannot be reached over ssh: ${stderr.trim() || 'refused'}`);
}

interface SshUrl {
  readonly destination: string;
  readonly host: string;
  readonly port?: number;
}

/** How a person tries the same. */
const trial = ({ destination, port }: SharedSsh): string =>
  port === undefined ? destination : `-p ${port} ${destination}`;

function parseSshUrl(url: string): SshUrl {
  const [, user = '', host, port] =
    /^ssh:\/\/(?:([A-Za-z0-9._][A-Za-z0-9._-]*)@)?([A-Za-z0-9.][A-Za-z0-9.-]*|\[[A-Fa-f0-9:.%]+\])(?::(\d{1,5}))?\/?$/.exec(
      url,
    ) ?? [];
  if (host === undefined)
    throw new HostError('unreachable', `${JSON.stringify(url)} is no host: write ssh://root@vmhost.`);
  const name = host.replace(/^\[|\]$/g, '');
  return { destination: user ? `${user}@${name}` : name, host, ...(port !== undefined && { port: Number(port) }) };
}
