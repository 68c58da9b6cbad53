import { once } from 'node:events';
import { createConnection, type OnReadOpts, type Socket } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionUri } from './connection-uri.ts';
import { LibvirtError } from './error.ts';

/** Which of this machine's daemons. */
type LocalDaemon = Pick<ConnectionUri, 'driver' | 'session'>;

/** Where libvirtd listens for the system's guests, then where the driver's modular daemon does (docs/daemons.html). */
export const systemSockets = (driver: string): string[] => [
  '/run/libvirt/libvirt-sock',
  `/run/libvirt/virt${driver}d-sock`,
];

/** Where a user's own libvirtd listens; unlike libvirt, this does not start it. */
function sessionSockets(driver: string): string[] {
  const runtime = process.env.XDG_RUNTIME_DIR ?? join(homedir(), '.cache');
  return [join(runtime, 'libvirt/libvirt-sock'), join(runtime, `libvirt/virt${driver}d-sock`)];
}

/**
 * Connects to libvirtd's socket. Its `data` is valid only during the event.
 *
 * @param path the socket; without it, libvirtd's own, or the driver's daemon's where there is only that
 * @throws LibvirtError NO_SOCKET, PERMISSION_DENIED, or CONNECT_FAILED for anything else, a dead socket file above all
 */
export async function openUnixSocket(
  path: string | undefined,
  { driver, session }: LocalDaemon,
  opening?: AbortSignal,
): Promise<Socket> {
  const usual = session ? sessionSockets(driver) : systemSockets(driver);
  const paths = path === undefined ? usual : [path];
  let failure: unknown;
  for (const candidate of paths) {
    const socket: Socket = createConnection({
      path: candidate,
      onread: intoOneBuffer((chunk) => socket.emit('data', chunk)),
    });
    try {
      await once(socket, 'connect', { signal: opening });
      return socket;
    } catch (error) {
      socket.destroy();
      opening?.throwIfAborted();
      failure = error;
      if (codeOf(error) !== 'ENOENT') throw connectError(candidate, error);
    }
  }
  throw connectError(paths.join(' or '), failure);
}

/** Node would else take 64 KiB from the memory for each piece it reads, most of which are a few bytes. */
const intoOneBuffer = (take: (chunk: Buffer) => void): OnReadOpts => ({
  buffer: Buffer.allocUnsafeSlow(65_536),
  callback: (length, buffer) => {
    take((buffer as Buffer).subarray(0, length));
    return true;
  },
});

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

function connectError(path: string, cause: unknown): LibvirtError {
  switch (codeOf(cause)) {
    case 'ENOENT':
      return new LibvirtError({
        code: 'NO_SOCKET',
        message: `there is no socket ${path}: install and start libvirtd, or name its socket`,
        cause,
      });
    case 'EACCES':
    case 'EPERM':
      return new LibvirtError({
        code: 'PERMISSION_DENIED',
        message: `this user may not use ${path}: run as root, or join the socket's group (libvirt on Debian)`,
        cause,
      });
    default:
      return new LibvirtError({
        code: 'CONNECT_FAILED',
        message: `nothing answers at ${path}: start libvirtd, and look into its log when it does not stay`,
        cause,
      });
  }
}
