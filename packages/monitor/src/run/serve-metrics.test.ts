import { roster, serverRoom } from '@kvm/ci/server-room';
import { expect, test } from 'vitest';
import type { Reading } from '../index.ts';
import { serveMetrics } from './serve-metrics.ts';

const address = { host: '127.0.0.1', port: 0 };

test('scrapes at the same time share one reading, later ones take their own', async () => {
  let taken = 0;
  const waiting: (() => void)[] = [];
  const read = (): Promise<Reading> => {
    taken += 1;
    return new Promise((resolve) => waiting.push(() => resolve(serverRoom(taken))));
  };
  await using server = await serveMetrics(address, { reader: { read }, roster });
  const scrapes = [1, 2, 3].map(() => fetch(server.url));
  await expect.poll(() => waiting.length).toBe(1);
  // All three have asked before the reading is there.
  await new Promise((resolve) => setTimeout(resolve, 100));
  waiting.pop()?.();
  for (const answer of await Promise.all(scrapes)) {
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await answer.text()).toContain('kvm_guest_info{guest="db",uuid="uuid of db",vmid="61"} 1\n');
  }
  expect(taken).toBe(1);
  const later = fetch(server.url);
  await expect.poll(() => waiting.length).toBe(1);
  waiting.pop()?.();
  await later;
  expect(taken).toBe(2);
});

test('only metrics are served, and only read', async () => {
  await using server = await serveMetrics(address, { reader: { read: async () => serverRoom(3) } });
  expect((await fetch(new URL('/', server.url))).status).toBe(404);
  expect((await fetch(server.url, { method: 'POST' })).status).toBe(405);
  expect(await (await fetch(server.url, { method: 'HEAD' })).text()).toBe('');
});

test('a reading that fails is an answer that says why, and the next one may succeed', async () => {
  let broken = true;
  const read = async () => {
    if (broken) throw new Error('no /proc');
    return serverRoom(3);
  };
  await using server = await serveMetrics(address, { reader: { read } });
  const answer = await fetch(server.url);
  expect([answer.status, await answer.text()]).toEqual([500, 'no /proc\n']);
  broken = false;
  expect((await fetch(server.url)).status).toBe(200);
});

test('an address that is taken is an error with a remedy; one that was given up is free again', async () => {
  const server = await serveMetrics(address, { reader: { read: async () => serverRoom(3) } });
  const taken = { host: '127.0.0.1', port: Number(new URL(server.url).port) };
  await expect(serveMetrics(taken, { reader: { read: async () => serverRoom(3) } })).rejects.toMatchObject({
    name: 'MonitorError',
    code: 'cannot-listen',
    message: `nothing can be served at 127.0.0.1, port ${taken.port}: address already in use. Choose an address of this machine and a port that is free.`,
    remedy: 'Choose an address of this machine and a port that is free.',
    cause: { code: 'EADDRINUSE' },
  });
  // A connection that is kept alive does not hold the server up.
  await (await fetch(server.url)).text();
  await server[Symbol.asyncDispose]();
  await server.closed;
  await using again = await serveMetrics(taken, { reader: { read: async () => serverRoom(3) } });
  expect(again.url).toBe(server.url);
});
