import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type Call, domain, errorReply, message, reply, startFakeDaemon, u32, xdr } from '@kvm/ci/fake-daemon';
import { afterEach, expect, test } from 'vitest';
import { connect } from './index.ts';

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

const screenshot = 211;
const lookup = 23;
const authList = 66;
const [finish, abort, more] = [0, 1, 2];

/** A packet of the stream that `call` opened. */
const packet = ({ procedure, serial }: Call, status: number, ...body: Buffer[]): Buffer =>
  message({ procedure, serial, type: 3, status }, ...body);

/** A daemon whose streams do as told when they are opened, and confirm their end. */
async function streaming(open: (call: Call, peer: Socket) => void) {
  const packets: { status: number; body: Buffer }[] = [];
  const daemon = await startFakeDaemon((call, peer) => {
    if (call.procedure === lookup) peer.write(reply(call, domain('vm65', 1)));
    else if (call.type === 0) open(call, peer);
    else if (call.type === 3) {
      packets.push({ status: call.status, body: call.body });
      if (call.status !== more) peer.write(packet(call, finish));
    }
  });
  opened.push(daemon);
  const connection = await connect({ socket: daemon.socket });
  opened.push(connection);
  return { connection, packets, vm: await connection.domain('vm65') };
}

const terminalOf = async (open: (call: Call, peer: Socket) => void) => {
  const { vm, packets } = await streaming(open);
  return { terminal: await vm.console(), packets };
};
const opens = (call: Call, peer: Socket): boolean => peer.write(reply(call));
const ended = (stream: Duplex) => once(stream.resume(), 'close');

test('packets that come with the reply are read in their order, and the end is confirmed', async () => {
  const { terminal, packets } = await terminalOf((call, peer) =>
    peer.write(
      Buffer.concat([
        reply(call),
        packet(call, more, Buffer.from('log')),
        packet(call, more, Buffer.from('in: ')),
        packet(call, more),
      ]),
    ),
  );
  expect(String(await buffer(terminal))).toBe('login: ');
  await expect.poll(() => packets).toEqual([{ status: finish, body: Buffer.alloc(0) }]);
});

test('what is written goes out in packets of a size that libvirtd takes', async () => {
  const { terminal, packets } = await terminalOf(opens);
  const bytes = Buffer.alloc(600_000, 'x');
  terminal.end(bytes);
  await ended(terminal);
  expect(packets.map(({ status, body }) => [status, body.length])).toEqual([
    [more, 262_120],
    [more, 262_120],
    [more, 75_760],
    [finish, 0],
  ]);
});

test('destroy aborts the stream', async () => {
  const { terminal, packets } = await terminalOf(opens);
  terminal.destroy();
  await once(terminal, 'close');
  expect(packets).toEqual([{ status: abort, body: Buffer.alloc(0) }]);
});

test('an error of libvirtd in the middle is an error of the stream', async () => {
  const error = errorReply({ procedure: 0, serial: 0 }, { code: 39, domain: 38, text: xdr('stream had I/O failure') });
  const { terminal } = await terminalOf((call, peer) =>
    peer.write(
      Buffer.concat([reply(call), packet(call, more, Buffer.from('x')), packet(call, abort, error.subarray(28))]),
    ),
  );
  await expect(buffer(terminal)).rejects.toThrow(
    expect.objectContaining({
      code: 'VIR_ERR_RPC',
      message: 'stream had I/O failure',
      call: 'DomainOpenConsole',
      subject: 'vm65',
    }),
  );
});

test('a stream that libvirtd refuses leaves nothing behind', async () => {
  const { vm, connection } = await streaming((call, peer) => peer.write(errorReply(call, { code: 55 })));
  await expect(vm.console()).rejects.toThrow(expect.objectContaining({ code: 'VIR_ERR_OPERATION_INVALID' }));
  expect((await connection.domain('vm65')).name).toBe('vm65');
});

test('a daemon that goes away with the reply is an error its reader can take', async () => {
  const { terminal } = await terminalOf((call, peer) => peer.end(reply(call)));
  await expect(ended(terminal)).rejects.toThrow(expect.objectContaining({ code: 'CLOSED' }));
});

test('a reader that does not read stops the daemon', async () => {
  const chunk = Buffer.alloc(60_000);
  let sent = 0;
  let held = false;
  const { terminal } = await terminalOf((call, peer) => {
    peer.write(reply(call));
    const pump = (): void => {
      while (sent < 500 && peer.write(packet(call, more, chunk))) sent++;
      held = sent < 500;
      if (held) peer.once('drain', pump);
      else peer.write(packet(call, more));
    };
    pump();
  });
  await expect.poll(() => held).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(sent).toBeLessThan(100);
  expect((await buffer(terminal)).length).toBeGreaterThanOrEqual(500 * 60_000);
});

test('a screenshot has its type', async () => {
  const { vm } = await streaming((call, peer) => {
    expect(call.procedure).toBe(screenshot);
    peer.write(
      Buffer.concat([
        reply(call, u32(1), xdr('image/png')),
        packet(call, more, Buffer.from('PNG')),
        packet(call, more),
      ]),
    );
  });
  const { mimeType, image } = await vm.screenshot();
  expect([mimeType, String(await buffer(image))]).toEqual(['image/png', 'PNG']);
});

test('a stream is given up at once, also while its connection is opened', async () => {
  let connections = 0;
  await using daemon = await startFakeDaemon((call, peer) => {
    if (call.procedure === authList) connections += 1;
    if (connections > 1) return;
    if (call.procedure === lookup) peer.write(reply(call, domain('vm65', 1)));
    else peer.write(reply(call, ...(call.procedure === authList ? [u32(1, 0)] : [])));
  }, true);
  await using connection = await connect({ socket: daemon.socket });
  const vm = await connection.domain('vm65');
  const controller = new AbortController();
  const terminal = vm.console({ signal: controller.signal });
  await expect.poll(() => connections).toBe(2);
  controller.abort();
  await expect(terminal).rejects.toThrow(expect.objectContaining({ code: 'ABORTED' }));
});
