import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { shellQuote as quote, sshSafety, startProgram } from '@kvm/command';
import type { ConnectionUri } from './connection-uri.ts';
import { LibvirtError } from './error.ts';
import { systemSockets } from './unix-socket.ts';

/** How much of ssh's complaints is kept for an error. */
const complaintMax = 4096;

/**
 * Reaches a libvirtd through ssh and, on the far side, virt-ssh-helper or `nc -U`, as libvirt does. ssh is run without a
 * terminal, so it must not have to ask: a key, an agent or `BatchMode` in its configuration decide.
 *
 * @throws LibvirtError INVALID_ARGUMENT
 */
export function openSshTransport(uri: ConnectionUri): SshTransport {
  const { parameters } = uri;
  const args = [...sshSafety, '-o', 'ControlMaster=no', '-o', 'ClearAllForwardings=yes'];
  if (uri.port !== undefined) args.push('-p', `${uri.port}`);
  if (uri.user !== undefined) args.push('-l', uri.user);
  const keyfile = parameters.get('keyfile');
  if (keyfile !== undefined) args.push('-i', keyfile);
  if (parameters.get('no_verify') === '1') args.push('-o', 'StrictHostKeyChecking=no');
  args.push('--', uri.host ?? '', remoteCommand(uri));
  return new SshTransport(startProgram([parameters.get('command') ?? 'ssh', ...args]), uri);
}

/**
 * What ssh hands to the shell of the user on the far side, which need not be a POSIX one: hence `sh -c` around it.
 *
 * @throws LibvirtError INVALID_ARGUMENT for a `proxy` that libvirt does not know
 */
function remoteCommand({ parameters, driverUri, driver }: ConnectionUri): string {
  const netcat = parameters.get('netcat');
  const socket = parameters.get('socket');
  const proxy = parameters.get('proxy') ?? (netcat === undefined && socket === undefined ? 'auto' : 'netcat');
  if (!['auto', 'netcat', 'native'].includes(proxy)) {
    throw new LibvirtError({
      code: 'INVALID_ARGUMENT',
      message: `proxy=${proxy} is none of auto, netcat, native`,
    });
  }
  const helper = `exec virt-ssh-helper ${quote(driverUri)}`;
  const sockets = socket === undefined ? systemSockets(driver) : [socket];
  const nc = quote(netcat ?? 'nc');
  const tries = sockets.map((path) => `if test -S ${quote(path)}; then exec ${nc} -U ${quote(path)}; fi`);
  const complaint = `echo ${quote(`there is no socket ${sockets.join(' or ')}`)} >&2; exit 1`;
  const netcatScript = [...tries, complaint].join('; ');
  if (proxy === 'native') return `sh -c ${quote(helper)}`;
  if (proxy === 'netcat') return `sh -c ${quote(netcatScript)}`;
  return `sh -c ${quote(`if command -v virt-ssh-helper >/dev/null 2>&1; then ${helper}; fi; ${netcatScript}`)}`;
}

/** ssh's input and output as one stream. */
export class SshTransport extends Duplex {
  readonly #child: ChildProcess;
  #complaint = '';

  constructor(child: ChildProcess, { host }: ConnectionUri) {
    super({ allowHalfOpen: false });
    this.#child = child;
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#complaint = `${this.#complaint}${chunk}`.slice(-complaintMax);
    });
    child.stdout?.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) child.stdout?.pause();
    });
    child.stdin?.on('error', () => undefined); // ssh has ended, which `close` tells with its reason
    child.on('error', (cause) => this.destroy(failed(`ssh could not be run (${cause.message}): install it`, cause)));
    child.on('close', (code) => {
      const why = this.#complaint.trim() || `ssh ended with status ${code}`;
      this.destroy(failed(`no libvirtd over ssh on ${host}: ${why}`));
    });
  }

  ref(): this {
    return this.#each('ref');
  }

  unref(): this {
    return this.#each('unref');
  }

  override _read(): void {
    this.#child.stdout?.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#child.stdin?.write(chunk, callback);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#child.kill();
    for (const pipe of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) pipe?.destroy();
    callback(error);
  }

  /** The pipes of a child are sockets, though their type does not say so. */
  #each(method: 'ref' | 'unref'): this {
    this.#child[method]();
    for (const pipe of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) {
      if (pipe instanceof Socket) pipe[method]();
    }
    return this;
  }
}

const failed = (message: string, cause?: unknown): LibvirtError =>
  new LibvirtError({ code: 'CONNECT_FAILED', message, ...(cause !== undefined && { cause }) });
