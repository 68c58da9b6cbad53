import type { Socket } from 'node:net';
import {
  type Answer,
  type Call,
  domain,
  errorReply,
  type FakeDaemon,
  message,
  reply,
  startFakeDaemon,
  u32,
  xdr,
} from '@kvm/ci/fake-daemon';
import { afterEach, describe, expect, test } from 'vitest';
import { type ConnectOptions, connect, type DomainEventKind } from './index.ts';

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

const supportsFeature = 60;
const register = 316;
const deregister = 317;
const lookup = 23;

/** A daemon that takes registrations, and sends events when told. */
async function eventDaemon(options: ConnectOptions = {}, other: Answer = () => undefined) {
  const peers: Socket[] = [];
  const daemon = await startFakeDaemon((call, peer) => {
    if (!peers.includes(peer)) peers.push(peer);
    if (call.procedure === supportsFeature) peer.write(reply(call, u32(1)));
    else if (call.procedure === register) peer.write(reply(call, u32(7)));
    else if (call.procedure === deregister) peer.write(reply(call));
    else if (call.procedure === lookup) peer.write(reply(call, domain('vm65')));
    else other(call, peer);
  });
  opened.push(daemon);
  const connection = await connect({ ...options, socket: daemon.socket });
  opened.push(connection);
  const send = (procedure: number, ...body: Buffer[]): void => {
    peers.at(-1)?.write(message({ procedure, type: 2, serial: 0 }, u32(7), ...body));
  };
  return { daemon, connection, peers, send };
}

const started = (name: string): [number, ...Buffer[]] => [318, domain(name, 3), u32(2, 0)];
const registrations = (daemon: FakeDaemon): Call[] => daemon.calls.filter(({ procedure }) => procedure === register);
const rejectsWith = (promise: Promise<unknown>, fields: object) =>
  expect(promise).rejects.toThrow(expect.objectContaining(fields));

test.each<[DomainEventKind, [asked: number, procedure: number], Buffer[], object]>([
  ['lifecycle', [0, 318], [u32(2, 0)], { event: 'started', detail: 'booted' }],
  ['lifecycle', [0, 318], [u32(5, 1)], { event: 'stopped', detail: 'destroyed' }],
  ['lifecycle', [0, 318], [u32(5, 99)], { event: 'stopped', detail: 'unknown' }],
  ['lifecycle', [0, 318], [u32(99, 0)], { event: 'unknown', detail: 'unknown' }],
  ['reboot', [1, 319], [], {}],
  ['deviceRemoved', [15, 333], [xdr('net1')], { device: 'net1' }],
  ['blockJob', [16, 339], [xdr('vda'), u32(2, 3)], { disk: 'vda', job: 'copy', status: 'ready' }],
  ['agent', [18, 348], [u32(1, 2)], { connected: true, reason: 'channel' }],
  ['agent', [18, 348], [u32(2, 1)], { connected: false, reason: 'domain-started' }],
  [
    'graphics',
    [5, 323],
    [
      u32(0),
      u32(0),
      xdr('127.0.0.1'),
      xdr('5965'),
      u32(2),
      xdr('/run/vnc'),
      xdr(''),
      xdr('none'),
      u32(1),
      xdr('x509dname'),
      xdr('CN=me'),
    ],
    {
      phase: 'connect',
      local: { family: 'ipv4', node: '127.0.0.1', service: '5965' },
      remote: { family: 'unix', node: '/run/vnc', service: '' },
      authScheme: 'none',
      identities: [{ type: 'x509dname', name: 'CN=me' }],
    },
  ],
])('%s is asked for and comes as %j (%#)', async (kind, [asked, procedure], body, fields) => {
  const { connection, daemon, send } = await eventDaemon();
  const events = await connection.events(kind);
  expect(registrations(daemon).map((call) => call.body)).toEqual([u32(asked, 0)]);
  send(procedure, domain('vm65', 3), ...body);
  const { value } = await events.next();
  expect(value).toEqual({ kind, domain: expect.objectContaining({ name: 'vm65', id: 3 }), ...fields });
});

test('several kinds come in one sequence, only those asked for', async () => {
  const { connection, send } = await eventDaemon();
  const events = await connection.events(['lifecycle', 'reboot']);
  send(348, domain('vm65'), u32(1, 1));
  send(319, domain('vm65'));
  send(...started('vm66'));
  const kinds = [];
  for await (const event of events) {
    kinds.push(`${event.kind} ${event.domain.name}`);
    if (kinds.length === 2) break;
  }
  expect(kinds).toEqual(['reboot vm65', 'lifecycle vm66']);
});

test('subscriptions share a registration, which the last one ends', async () => {
  const { connection, daemon, send } = await eventDaemon();
  const [first, second] = await Promise.all([connection.events('lifecycle'), connection.events('lifecycle')]);
  send(...started('vm65'));
  expect([(await first.next()).done, (await second.next()).done]).toEqual([false, false]);
  await first.return();
  send(...started('vm66'));
  expect((await second.next()).value?.domain.name).toBe('vm66');
  await second[Symbol.asyncDispose]();
  expect(await first.next()).toEqual({ value: undefined, done: true });
  expect(daemon.calls.map(({ procedure }) => procedure)).toEqual([supportsFeature, register, deregister]);
  await (await connection.events('lifecycle')).return();
  expect(registrations(daemon)).toHaveLength(2);
});

test("only one domain's events", async () => {
  const { connection, send } = await eventDaemon();
  const vm = await connection.domain('vm65');
  const events = await connection.events('lifecycle', { domain: vm });
  const other = Buffer.concat([xdr('vm66'), Buffer.alloc(16), u32(1)]);
  send(318, other, u32(2, 0));
  send(...started('vm65'));
  expect((await events.next()).value?.domain.name).toBe('vm65');
});

describe('a subscription ends', () => {
  test('with its signal', async () => {
    const controller = new AbortController();
    const { connection, daemon } = await eventDaemon();
    const events = await connection.events('reboot', { signal: controller.signal });
    const next = events.next();
    controller.abort(new Error('enough'));
    await rejectsWith(next, { code: 'ABORTED', cause: controller.signal.reason });
    expect(await events.next()).toEqual({ value: undefined, done: true });
    await expect.poll(() => daemon.calls.at(-1)?.procedure).toBe(deregister);
    await rejectsWith(connection.events('reboot', { signal: controller.signal }), { code: 'ABORTED' });
  });

  test('when more events wait than may', async () => {
    const { connection, send } = await eventDaemon();
    const events = await connection.events('lifecycle', { maxQueued: 3 });
    for (const name of ['vm1', 'vm2', 'vm3', 'vm4']) send(...started(name));
    await connection.domain('vm65');
    await rejectsWith(events.next(), { code: 'EVENTS_LOST', message: expect.stringContaining('more than 3 events') });
    expect((await events.next()).done).toBe(true);
  });

  test('with the connection, after the events that came before', async () => {
    const { connection, send, peers } = await eventDaemon();
    const events = await connection.events('lifecycle');
    send(...started('vm65'));
    peers[0]?.end();
    expect((await events.next()).value?.domain.name).toBe('vm65');
    await rejectsWith(events.next(), { code: 'CLOSED' });
    await rejectsWith(connection.events('lifecycle'), { code: 'CLOSED' });
  });

  test('when its program closes the connection', async () => {
    const { connection } = await eventDaemon();
    const next = (await connection.events('lifecycle')).next();
    const rejected = rejectsWith(next, { code: 'CLOSED', message: expect.stringContaining('by its own program') });
    await connection.close();
    await rejected;
  });

  test('when an event is no protocol', async () => {
    const { connection, send } = await eventDaemon();
    const events = await connection.events('lifecycle');
    send(318, u32(0xffffffff));
    await rejectsWith(events.next(), { code: 'PROTOCOL' });
  });
});

describe('a libvirtd that hangs', () => {
  const keepalive = { intervalMs: 20, count: 2 };
  const pings = (daemon: FakeDaemon): Call[] => daemon.calls.filter(({ program }) => program === 0x6b656570);

  test('is noticed while events are waited for', async () => {
    const { connection, daemon } = await eventDaemon({ keepalive });
    const events = await connection.events('lifecycle');
    await rejectsWith(events.next(), { code: 'UNRESPONSIVE', message: expect.stringContaining('2 pings') });
    expect(pings(daemon).map(({ procedure, type }) => ({ procedure, type }))).toEqual(
      Array(2).fill({ procedure: 1, type: 2 }),
    );
  });

  test('and one that answers is not', async () => {
    const pong = message({ program: 0x6b656570, procedure: 2, type: 2, serial: 0 });
    const { connection, daemon, send } = await eventDaemon({ keepalive }, (call, peer) => {
      if (call.program === 0x6b656570) peer.write(pong);
    });
    const events = await connection.events('lifecycle');
    await expect.poll(() => pings(daemon).length).toBeGreaterThan(5);
    send(...started('vm65'));
    expect((await events.next()).value?.kind).toBe('lifecycle');
    await events.return();
    const asked = pings(daemon).length;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(pings(daemon).length).toBe(asked);
  });
});

describe('a connection that is restored', () => {
  test('goes on with its events', async () => {
    const { connection, daemon, send, peers } = await eventDaemon({ reconnect: true });
    const events = await connection.events(['lifecycle', 'disconnected', 'reconnected']);
    const others = await connection.events('reboot');
    peers[0]?.destroy();
    expect(await events.next()).toEqual({ value: { kind: 'disconnected' }, done: false });
    expect(await events.next()).toEqual({ value: { kind: 'reconnected' }, done: false });
    send(...started('vm65'));
    send(319, domain('vm65'));
    expect((await events.next()).value?.kind).toBe('lifecycle');
    expect((await others.next()).value?.kind).toBe('reboot');
    expect(registrations(daemon)).toHaveLength(4);
    expect((await connection.domain('vm65')).name).toBe('vm65');
  });

  test('tries again when its events are refused, and tells of one loss', async () => {
    let refused = 0;
    await using daemon = await startFakeDaemon((call, peer) => {
      if (call.procedure === supportsFeature) peer.write(reply(call, u32(1)));
      else if (call.procedure !== register) return;
      else if (registrations(daemon).length === 1 || refused === 2) peer.write(reply(call, u32(7)));
      else {
        refused += 1;
        peer.write(errorReply(call));
      }
      if (registrations(daemon).length === 1) setTimeout(() => peer.destroy(), 20);
    });
    await using connection = await connect({ socket: daemon.socket, reconnect: true });
    const events = await connection.events(['lifecycle', 'disconnected', 'reconnected']);
    const kinds = [await events.next(), await events.next()].map(({ value }) => value?.kind);
    expect({ kinds, refused }).toEqual({ kinds: ['disconnected', 'reconnected'], refused: 2 });
  });

  test('until its signal is aborted', async () => {
    const controller = new AbortController();
    const { connection, daemon } = await eventDaemon({ reconnect: true, signal: controller.signal });
    const next = (await connection.events('lifecycle')).next();
    const rejected = rejectsWith(next, { code: 'ABORTED' });
    await daemon[Symbol.asyncDispose]();
    opened.splice(opened.indexOf(daemon), 1);
    await rejectsWith(connection.domain('vm65'), { code: 'CLOSED' });
    controller.abort();
    await rejected;
  });
});
