import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ListenAddress, MonitorError, type Roster, renderMetrics } from '../index.ts';
import { limitConnections } from './limit-connections.ts';
import type { Reader } from './reader.ts';
import { systemReason } from './system-reason.ts';

export interface MetricsSource {
  readonly reader: Pick<Reader, 'read'>;
  readonly roster?: Roster | undefined;
}

/** A server of metrics that answers. */
export interface MetricsServer extends AsyncDisposable {
  /** Where the metrics are: `http://127.0.0.1:9177/metrics`. */
  readonly url: string;
  /** Fulfilled once it no longer answers; rejected when the server fails. */
  readonly closed: Promise<void>;
}

/**
 * Serves metrics over HTTP until it is disposed of. Each scrape takes a reading of its own.
 *
 * @throws MonitorError cannot-listen
 */
export async function serveMetrics(address: ListenAddress, source: MetricsSource): Promise<MetricsServer> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000, connectionsCheckingInterval: 1000 });
  limitConnections(server, { most: 64, answerMs: 30_000 });
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
  const closed = once(server, 'close').then(() => undefined);
  return {
    url: `http://${authority(server.address() as AddressInfo)}/metrics`,
    closed,
    [Symbol.asyncDispose]: () => {
      server.close();
      server.closeAllConnections();
      return closed;
    },
  };
}

async function listen(server: Server, address: ListenAddress): Promise<void> {
  try {
    server.listen(address);
    await once(server, 'listening');
  } catch (cause) {
    const place = `${address.host ?? 'any address'}, port ${address.port}`;
    const reason = systemReason(cause as NodeJS.ErrnoException);
    const remedy = 'Choose an address of this machine and a port that is free.';
    throw new MonitorError('cannot-listen', `nothing can be served at ${place}: ${reason}.`, { remedy, cause });
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
