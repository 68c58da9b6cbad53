import { once } from 'node:events';
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
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { type Connection, type ConnectOptions, connect } from './index.ts';

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

/** A connection to a daemon that answers as told. */
async function connectTo(
  answer: Answer,
  options: ConnectOptions = {},
): Promise<{ connection: Connection; daemon: FakeDaemon }> {
  const daemon = await startFakeDaemon(answer);
  opened.push(daemon);
  const connection = await connect({ ...options, socket: daemon.socket });
  opened.push(connection);
  return { connection, daemon };
}

/** An answer that collects `count` calls and then does something with all of them. */
function collect(count: number, then: (calls: Call[], peer: Socket) => void): Answer {
  const calls: Call[] = [];
  return (call, peer) => {
    calls.push(call);
    if (calls.length === count) then(calls, peer);
  };
}

const nameOf = (call: Call): string => call.body.subarray(4).toString().replaceAll('\0', '');
const described = (call: Call): Buffer => reply(call, domain(nameOf(call)));
const names = ['vm65', 'vm66', 'vm67'];
const rejectsWith = (promise: Promise<unknown>, fields: object) =>
  expect(promise).rejects.toThrow(expect.objectContaining(fields));

describe('replies find their calls', () => {
  test('in any order, in one chunk', async () => {
    const { connection } = await connectTo(
      collect(3, (calls, peer) => peer.write(Buffer.concat(calls.reverse().map(described)))),
    );
    const domains = await Promise.all(names.map((name) => connection.domain(name)));
    expect(domains.map(({ name, uuid, id }) => ({ name, uuid, id }))).toEqual(
      names.map((name) => ({ name, uuid: '00112233-4455-6677-8899-aabbccddeeff', id: undefined })),
    );
  });

  test('in chunks of one byte', async () => {
    const { connection } = await connectTo(async (call, peer) => {
      for (const byte of described(call)) {
        peer.write(Buffer.of(byte));
        await new Promise(setImmediate);
      }
    });
    expect((await connection.domain('vm65')).name).toBe('vm65');
  });

  test('past events, streams and pings, which are answered', async () => {
    const { connection, daemon } = await connectTo((call, peer) => {
      if (call.program === 0x6b656570) return;
      peer.write(message({ procedure: 318, type: 2, serial: 0 }, u32(1, 2, 3)));
      peer.write(message({ procedure: 201, type: 3, serial: 99, status: 2 }, Buffer.from('console')));
      peer.write(message({ procedure: 201, type: 6, serial: 99, status: 2 }, u32(0, 4096, 0)));
      peer.write(message({ program: 0x6b656570, procedure: 1, type: 2, serial: 0 }));
      peer.write(message({ program: 0x6b656570, procedure: 2, type: 2, serial: 0 }));
      peer.write(described(call));
    });
    expect((await connection.domain('vm65')).name).toBe('vm65');
    await connection.close();
    expect(daemon.calls.filter(({ type }) => type !== 0)).toEqual([
      { program: 0x6b656570, procedure: 2, type: 2, serial: 0, status: 0, body: Buffer.alloc(0) },
    ]);
  });
});

describe('an error reply', () => {
  test("carries libvirt's own code, domain, level and message, and the call", async () => {
    const { connection } = await connectTo((call, peer) => peer.write(errorReply(call)));
    await rejectsWith(connection.domain('vm65'), {
      name: 'LibvirtError',
      code: 'VIR_ERR_NO_DOMAIN',
      number: 42,
      domain: 'VIR_FROM_QEMU',
      level: 'error',
      message: 'no such thing',
      call: 'DomainLookupByName',
      subject: 'vm65',
    });
  });

  test.each([
    [
      'a code and a domain newer than the tables',
      { code: 9999, domain: 8888 },
      { code: 'VIR_ERR_9999', domain: 'VIR_FROM_8888' },
    ],
    ['a negative code', { code: -5 }, { code: 'VIR_ERR_-5', number: -5 }],
    ['a warning', { level: 1 }, { level: 'warning' }],
    ['a message that is not UTF-8', { text: xdr(Buffer.from('caf\xe9', 'latin1')) }, { message: 'caf\ufffd' }],
  ])('may have %s', async (_what, error, expected) => {
    const { connection } = await connectTo((call, peer) => peer.write(errorReply(call, error)));
    await rejectsWith(connection.domain('vm65'), expected);
  });

  test('may describe a domain and a network, and have no message', async () => {
    const network = Buffer.concat([xdr('default'), Buffer.alloc(16)]);
    const { connection } = await connectTo(({ procedure, serial }, peer) =>
      peer.write(
        message({ procedure, serial, status: 1 }, u32(1, 0, 0, 2, 1), domain('vm65'), u32(0, 0, 0, 0, 0, 1), network),
      ),
    );
    await rejectsWith(connection.domain('vm65'), {
      code: 'VIR_ERR_INTERNAL_ERROR',
      message: 'libvirtd answered VIR_ERR_INTERNAL_ERROR without a message',
    });
  });

  test('leaves the connection in use', async () => {
    const { connection } = await connectTo((call, peer) =>
      peer.write(nameOf(call) === 'vm65' ? described(call) : errorReply(call)),
    );
    await rejectsWith(connection.domain('vm66'), { code: 'VIR_ERR_NO_DOMAIN' });
    expect((await connection.domain('vm65')).name).toBe('vm65');
  });
});

describe('bytes that are no protocol end the connection and every call', () => {
  const uuid = Buffer.alloc(16);
  test.each<[string, (call: Call) => Buffer]>([
    ['an oversized length', () => u32(0x7fffffff)],
    ['a length smaller than a header', () => Buffer.concat([u32(8), Buffer.alloc(8)])],
    ['text', () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['an unknown type', ({ procedure, serial }) => message({ procedure, serial, type: 9 })],
    ['an unknown status', ({ procedure, serial }) => message({ procedure, serial, status: 2 })],
    // Whole in all else: only its number says that it answers another question.
    ['a reply to another procedure', ({ serial }) => message({ procedure: 1, serial }, domain('vm65'))],
    [
      'a reply of another program',
      ({ procedure, serial }) => message({ program: 0x20008087, procedure, serial }, domain('vm65')),
    ],
    ['a reply without its body', (call) => reply(call)],
    ['a reply that is too long', (call) => Buffer.from(reply(call, domain('vm65'), u32(0)))],
    ['a name longer than the message', (call) => reply(call, u32(4_000_000), uuid, u32(1))],
    ['an error reply without its body', ({ procedure, serial }) => message({ procedure, serial, status: 1 })],
  ])('%s', async (_what, bytes) => {
    const { connection } = await connectTo(collect(3, ([first], peer) => first && peer.write(bytes(first))));
    const calls = names.map((name) => connection.domain(name));
    for (const [index, call] of calls.entries()) {
      await rejectsWith(call, { code: 'PROTOCOL', call: 'DomainLookupByName', subject: names[index] });
    }
    await rejectsWith(connection.listDomains(), { code: 'PROTOCOL', call: 'ConnectListAllDomains' });
  });

  test('a list with a false count', async () => {
    const { connection } = await connectTo((call, peer) => peer.write(reply(call, u32(16_384), domain('vm65'))));
    await rejectsWith(connection.listDomains(), { code: 'PROTOCOL' });
  });

  test('anything at all', async () => {
    let bytes: Uint8Array = Buffer.alloc(0);
    const daemon = await startFakeDaemon((_call, peer) => peer.end(bytes));
    opened.push(daemon);
    const garbage = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .record({ type: fc.nat(7), status: fc.nat(3), body: fc.uint8Array({ maxLength: 100 }) })
        .map(({ type, status, body }) => message({ procedure: 273, serial: 3, type, status }, Buffer.from(body))),
    );
    await fc.assert(
      fc.asyncProperty(garbage, async (value) => {
        bytes = value;
        await using connection = await connect({ socket: daemon.socket });
        const outcome = await connection.listDomains().catch((error: unknown) => error);
        expect(outcome).toSatisfy((error: unknown) => Array.isArray(error) || error instanceof Error);
        if (!Array.isArray(outcome))
          expect(outcome).toHaveProperty('code', expect.stringMatching(/^(PROTOCOL|CLOSED|VIR_ERR_-?\w+)$/));
      }),
    );
  });
});

describe('a peer that goes away', () => {
  test('rejects every pending and every later call', async () => {
    const { connection } = await connectTo(
      collect(3, ([first], peer) => first && peer.end(described(first).subarray(0, 30))),
    );
    for (const call of names.map((name) => connection.domain(name))) {
      await rejectsWith(call, { code: 'CLOSED', message: expect.stringContaining('connect again') });
    }
    await rejectsWith(connection.libVersion(), { code: 'CLOSED', call: 'ConnectGetLibVersion' });
    await connection.close();
  });

  test('while the connection is being opened', async () => {
    const daemon = await startFakeDaemon((_call, peer) => peer.destroy(), true);
    opened.push(daemon);
    await rejectsWith(connect({ socket: daemon.socket }), { code: 'CLOSED', call: 'AuthList' });
  });
});

describe('a call is given up', () => {
  /** Answers a call only when the next one comes: first the next one's, then its own. */
  function late(): Answer {
    const unanswered: Call[] = [];
    return (call, peer) => {
      unanswered.push(call);
      if (unanswered.length === 2) peer.write(Buffer.concat(unanswered.reverse().map(described)));
    };
  }

  test('after its time; the late reply upsets nobody', async () => {
    const { connection } = await connectTo(late());
    await rejectsWith(connection.domain('vm65', { timeoutMs: 5 }), {
      code: 'TIMEOUT',
      message:
        'no answer to DomainLookupByName of vm65 in 5 ms; libvirtd may still carry it out: look before trying again',
    });
    expect((await connection.domain('vm66')).name).toBe('vm66');
  });

  test("after the connection's time", async () => {
    const { connection } = await connectTo(() => undefined, { timeoutMs: 50 });
    await rejectsWith(connection.libVersion(), { code: 'TIMEOUT', call: 'ConnectGetLibVersion' });
  });

  test('never, when its time is Infinity', async () => {
    const { connection } = await connectTo(async (call, peer) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      peer.write(described(call));
    });
    expect((await connection.domain('vm65', { timeoutMs: Number.POSITIVE_INFINITY })).name).toBe('vm65');
  });

  test('by its signal; the late reply upsets nobody', async () => {
    const controller = new AbortController();
    const { connection } = await connectTo(late());
    const call = connection.domain('vm65', { signal: controller.signal });
    const reason = new Error('enough');
    controller.abort(reason);
    await rejectsWith(call, { code: 'ABORTED', cause: reason, subject: 'vm65' });
    expect((await connection.domain('vm66')).name).toBe('vm66');
  });

  test('before it is sent, when its signal was aborted before', async () => {
    const { connection, daemon } = await connectTo(() => undefined);
    await rejectsWith(connection.domain('vm65', { signal: AbortSignal.abort() }), { code: 'ABORTED' });
    await connection.close();
    expect(daemon.calls).toEqual([]);
  });

  test("by the connection's signal, with every other call", async () => {
    const controller = new AbortController();
    const { connection } = await connectTo(() => undefined, { signal: controller.signal });
    const calls = names.map((name) => connection.domain(name));
    controller.abort();
    for (const call of calls) await rejectsWith(call, { code: 'ABORTED', cause: controller.signal.reason });
    await rejectsWith(connection.libVersion(), { code: 'ABORTED' });
  });

  test("while connecting, by the connection's signal", async () => {
    const daemon = await startFakeDaemon(() => undefined, true);
    opened.push(daemon);
    await rejectsWith(connect({ socket: daemon.socket, signal: AbortSignal.abort() }), { code: 'ABORTED' });
    await rejectsWith(connect({ socket: daemon.socket, signal: AbortSignal.timeout(10) }), { code: 'ABORTED' });
  });
});

describe('closing', () => {
  test('rejects what is pending, and can be done twice', async () => {
    const { connection } = await connectTo(() => undefined);
    const call = connection.domain('vm65');
    const closed = Promise.all([connection.close(), connection.close()]);
    await rejectsWith(call, {
      code: 'CLOSED',
      message: 'this connection was closed by its own program; connect again',
    });
    await closed;
    await rejectsWith(connection.domain('vm65'), { code: 'CLOSED' });
  });

  test('does not wait for a daemon that is stuck', async () => {
    const daemon = await startFakeDaemon((call, peer) => {
      if (call.procedure !== 2) peer.write(reply(call, call.procedure === 66 ? u32(1, 0) : Buffer.alloc(0)));
    }, true);
    opened.push(daemon);
    const connection = await connect({ socket: daemon.socket });
    await connection.close();
    await rejectsWith(connection.libVersion(), { code: 'CLOSED' });
  });

  test('tells the daemon', async () => {
    const seen: number[] = [];
    const daemon = await startFakeDaemon((call, peer) => {
      seen.push(call.procedure);
      peer.write(reply(call, call.procedure === 66 ? u32(1, 0) : Buffer.alloc(0)));
      if (call.procedure === 2) once(peer, 'close').then(() => seen.push(-1));
    }, true);
    opened.push(daemon);
    {
      await using _connection = await connect({ socket: daemon.socket });
    }
    await expect.poll(() => seen).toEqual([66, 1, 2, -1]);
  });
});
