import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { limitConnections } from './limit-connections.ts';

let server: Server;
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.close();
});

async function serve(limits: { most: number; answerMs: number }, answer: RequestListener): Promise<number> {
  server = createServer({ keepAlive: true }, answer);
  limitConnections(server, limits);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Connects and sends the beginning of a request that never goes on. */
async function slow(port: number, localAddress: string): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  sockets.push(socket);
  socket.on('error', () => undefined);
  const accepted = once(server, 'connection');
  await once(socket, 'connect');
  await accepted;
  socket.write('GET /metrics HTTP/1.1\r\nx: ');
  return socket;
}

/** A request over a connection of its own. */
async function scrape(port: number, localAddress = '127.0.0.1'): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  sockets.push(socket);
  socket.write('GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  let heard = '';
  for await (const chunk of socket.setEncoding('utf8')) heard += chunk;
  return heard;
}

test('however many slow connections there are, and from however many addresses, a scraper is answered', async () => {
  const port = await serve({ most: 8, answerMs: 10_000 }, (_, response) => response.end('metrics'));
  for (let index = 0; index < 30; index++) await slow(port, `127.0.0.${2 + (index % 5)}`);
  for (let round = 0; round < 5; round++) expect(await scrape(port)).toContain('metrics');
  for (let index = 0; index < 30; index++) await slow(port, '127.0.0.1');
  expect(await scrape(port)).toContain('metrics');
});

test('the one that is closed is of the address that has most', async () => {
  const port = await serve({ most: 3, answerMs: 10_000 }, (_, response) => response.end('metrics'));
  const modest = await slow(port, '127.0.0.2');
  const greedy = [await slow(port, '127.0.0.3'), await slow(port, '127.0.0.3')];
  const [oldest] = greedy;
  const closed = oldest && once(oldest, 'close');
  await slow(port, '127.0.0.4');
  await closed;
  expect([modest.destroyed, greedy[1]?.destroyed]).toEqual([false, false]);
});

test('a connection that is being answered is not closed for others, but it has an end', async () => {
  let finish: () => void = () => undefined;
  const port = await serve({ most: 2, answerMs: 60_000 }, (_, response) => {
    finish = () => response.end('late');
  });
  const asked = once(server, 'request');
  const answer = scrape(port);
  await asked;
  for (let index = 0; index < 5; index++) await slow(port, '127.0.0.2');
  finish();
  expect(await answer).toContain('late');
});

test('an answer that nobody reads is given up', async () => {
  const port = await serve({ most: 2, answerMs: 100 }, (_, response) => void response.write(Buffer.alloc(50_000_000)));
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  const [, response] = await Promise.all([
    socket.write('GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n'),
    once(server, 'request').then(([, given]) => given),
  ]);
  await once(response, 'close');
  expect(response.writableFinished).toBe(false);
});
