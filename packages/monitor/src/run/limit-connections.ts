import type { Server } from 'node:http';
import type { Socket } from 'node:net';

interface ConnectionLimits {
  /** How many connections are open at a time. */
  readonly most: number;
  /** How long a client may take to read an answer. */
  readonly answerMs: number;
}

/**
 * Keeps slow clients from holding all connections. A connection too many closes the oldest one without a request, of the
 * address that has most of those. Connections that are being answered stay until `answerMs` is over.
 */
export function limitConnections(server: Server, { most, answerMs }: ConnectionLimits): void {
  /** Without a request under way, the oldest first. */
  const idle = new Set<Socket>();
  let answered = 0;
  server.on('connection', (socket: Socket) => {
    if (idle.size + answered >= most) (connectionToClose(idle) ?? socket).destroy();
    if (socket.destroyed) return;
    idle.add(socket);
    socket.on('close', () => idle.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    idle.delete(socket);
    answered += 1;
    const timer = setTimeout(() => socket.destroy(), answerMs);
    response.once('close', () => {
      clearTimeout(timer);
      answered -= 1;
      if (!socket.destroyed) idle.add(socket);
    });
  });
}

function connectionToClose(idle: ReadonlySet<Socket>): Socket | undefined {
  const counts = new Map<string | undefined, number>();
  for (const { remoteAddress } of idle) counts.set(remoteAddress, (counts.get(remoteAddress) ?? 0) + 1);
  const [greediest] = [...counts].reduce((one, other) => (other[1] > one[1] ? other : one), [undefined, 0]);
  return [...idle].find(({ remoteAddress }) => remoteAddress === greediest);
}
