import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CliError, systemReason } from '../output/cli-error.ts';
import type { Session } from '../session.ts';
import { boundConnections } from './bound-connections.ts';
import type { ListenAddress } from './listen-address.ts';
import { renderMetrics } from './metrics.ts';
import type { Reader } from './reader.ts';
import type { Roster } from './reading.ts';

export interface MetricsSource {
  readonly reader: Pick<Reader, 'read'>;
  readonly roster: Roster | undefined;
}

/**
 * Serves metrics over HTTP until the process is ended. Each scrape takes a reading of its own.
 *
 * @throws CliError cannot-listen
 */
export async function serveMetrics(session: Session, address: ListenAddress, source: MetricsSource): Promise<void> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000, connectionsCheckingInterval: 1000 });
  boundConnections(server, { most: 64, answerMs: 30_000 });
  let scrape: Promise<string> | undefined;
  /** Scrapes at the same time share one reading. */
  const metrics = (): Promise<string> => {
    scrape ??= source.reader
      .read()
      .then((reading) => renderMetrics(reading, source.roster))
      .finally(() => {
        scrape = undefined;
      });
    return scrape;
  };
  server.on('request', (request, response) => answer(request, response, metrics));
  await listen(server, address);
  session.say(`metrics are at http://${authority(server.address() as AddressInfo)}/metrics`);
  await once(server, 'close');
}

async function listen(server: Server, address: ListenAddress): Promise<void> {
  try {
    server.listen(address);
    await once(server, 'listening');
  } catch (cause) {
    const place = `${address.host ?? 'any address'}, port ${address.port}`;
    throw new CliError('cannot-listen', `nothing can be served at ${place}: ${systemReason(cause)}.`, { cause });
  }
}

const authority = ({ address, family, port }: AddressInfo): string =>
  family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  metrics: () => Promise<string>,
): Promise<void> {
  const say = (status: number, text: string, headers = {}): void => {
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
    response.end(request.method === 'HEAD' ? undefined : text);
  };
  if (request.method !== 'GET' && request.method !== 'HEAD') return say(405, 'GET only\n', { allow: 'GET, HEAD' });
  if (request.url?.split('?')[0] !== '/metrics') return say(404, 'The metrics are at /metrics.\n');
  try {
    say(200, await metrics(), { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  } catch (error) {
    say(500, `${error instanceof Error ? error.message : String(error)}\n`);
  }
}
