import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How many connections a server has at a time, and how long an answer may take to be read. */
interface ConnectionLimits {
  readonly most: number;
  readonly answerMs: number;
}

/**
 * Keeps slow clients from holding all connections: for a new one, the one that is closed is the oldest that has asked
 * nothing, of the address that has most of them. Connections that are being answered stay, for a while.
 */
export function boundConnections(server: Server, { most, answerMs }: ConnectionLimits): void {
  /** In the order they came. */
  const idle = new Set<Socket>();
  let answered = 0;
  server.on('connection', (socket: Socket) => {
    if (idle.size + answered >= most) (victimOf(idle) ?? socket).destroy();
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

function victimOf(idle: ReadonlySet<Socket>): Socket | undefined {
  const counts = new Map<string | undefined, number>();
  for (const { remoteAddress } of idle) counts.set(remoteAddress, (counts.get(remoteAddress) ?? 0) + 1);
  const [greediest] = [...counts].reduce((one, other) => (other[1] > one[1] ? other : one), [undefined, 0]);
  return [...idle].find(({ remoteAddress }) => remoteAddress === greediest);
}
