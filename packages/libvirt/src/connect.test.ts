import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorReply, reply, startFakeDaemon, u32, xdr } from '@kvm/ci/fake-daemon';
import { afterEach, expect, test } from 'vitest';
import { connect } from './index.ts';

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

/** A daemon that asks for authentication of `types`, says `polkit` to polkit, and remembers the procedures called. */
async function askingFor(types: number[], polkit: 'yes' | 'no' = 'yes') {
  const procedures: number[] = [];
  const daemon = await startFakeDaemon((call, peer) => {
    procedures.push(call.procedure);
    if (call.procedure === 66) peer.write(reply(call, u32(types.length, ...types)));
    else if (call.procedure !== 70) peer.write(reply(call));
    else if (polkit === 'yes') peer.write(reply(call, u32(1)));
    else peer.write(errorReply(call, { code: 94, domain: 60, text: xdr('authentication unavailable: no agent') }));
  }, true);
  opened.push(daemon);
  return { socket: daemon.socket, procedures };
}

const authList = 66;
const authPolkit = 70;
const connectOpen = 1;

test('without authentication, the driver is opened at once', async () => {
  const { socket, procedures } = await askingFor([0]);
  opened.push(await connect({ socket }));
  expect(procedures).toEqual([authList, connectOpen]);
});

test('polkit is asked when libvirtd says so', async () => {
  const { socket, procedures } = await askingFor([2]);
  opened.push(await connect({ socket }));
  expect(procedures).toEqual([authList, authPolkit, connectOpen]);
});

test("what polkit refuses is libvirt's own error", async () => {
  const { socket } = await askingFor([2], 'no');
  await expect(connect({ socket })).rejects.toThrow(
    expect.objectContaining({ code: 'VIR_ERR_AUTH_UNAVAILABLE', domain: 'VIR_FROM_POLKIT', call: 'AuthPolkit' }),
  );
});

test('another authentication is not supported, and says what to set', async () => {
  const { socket } = await askingFor([7]);
  await expect(connect({ socket })).rejects.toThrow(
    expect.objectContaining({
      code: 'AUTH_UNSUPPORTED',
      message: `libvirtd asks for authentication of type 7, which this client cannot do: set auth_unix_rw to "none" or "polkit" in /etc/libvirt/libvirtd.conf`,
    }),
  );
});

test('the URI is sent as it is', async () => {
  const bodies: string[] = [];
  const daemon = await startFakeDaemon((call, peer) => {
    bodies.push(call.body.toString('hex'));
    peer.write(call.procedure === authList ? reply(call, u32(1, 0)) : reply(call));
  }, true);
  opened.push(daemon, await connect({ socket: daemon.socket, uri: 'test:///default' }));
  expect(bodies).toEqual(['', Buffer.concat([u32(1), xdr('test:///default'), u32(0)]).toString('hex')]);
});

test('where no socket is, the message says what to do', async () => {
  await expect(connect({ socket: '/nowhere/libvirt-sock' })).rejects.toThrow(
    expect.objectContaining({
      code: 'NO_SOCKET',
      message: 'there is no socket /nowhere/libvirt-sock: install and start libvirtd, or name its socket',
      cause: expect.objectContaining({ code: 'ENOENT' }),
    }),
  );
});

test('a file that nobody listens at', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dead-socket-'));
  const socket = join(folder, 'libvirt-sock');
  await writeFile(socket, '');
  await expect(connect({ socket })).rejects.toThrow(expect.objectContaining({ code: 'CONNECT_FAILED' }));
  await rm(folder, { recursive: true });
});

test('a server that says nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'silent-socket-'));
  const socket = join(folder, 'libvirt-sock');
  const server = createServer().listen(socket);
  await expect(connect({ socket, timeoutMs: 20 })).rejects.toThrow(
    expect.objectContaining({ code: 'TIMEOUT', call: 'AuthList' }),
  );
  server.close();
  await rm(folder, { recursive: true });
});

test('a server that says nothing, or a little at a time, has one time in all', async () => {
  const slow = await startFakeDaemon((call, peer) => {
    if (call.procedure === authList) peer.write(reply(call, u32(1, 1)));
    // Each answer is in time for its call.
    else if (call.procedure === 67) setTimeout(() => peer.write(reply(call, xdr('SCRAM-SHA-256'))), 100);
  }, true);
  opened.push(slow);
  const credentials = { user: 'u', password: 'p' };
  await expect(connect({ socket: slow.socket, openTimeoutMs: 300, credentials })).rejects.toThrow(
    expect.objectContaining({
      code: 'TIMEOUT',
      message: 'the connection to qemu:///system is not open after 300 ms: see whether libvirtd answers there',
    }),
  );
});

test('a TLS server that says nothing, before the handshake or after it, is given up', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await expect(
    connect({ uri: `qemu+tls://127.0.0.1:${port}/system?no_verify=1&pkipath=/nowhere`, openTimeoutMs: 200 }),
  ).rejects.toThrow(expect.objectContaining({ code: 'TIMEOUT' }));
  server.close();
});

test('a connection that is being opened is given up when its signal says so', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const giveUp = new AbortController();
  server.once('connection', () => giveUp.abort());
  const uri = `qemu+tls://127.0.0.1:${port}/system?no_verify=1&pkipath=/nowhere`;
  await expect(connect({ uri, signal: giveUp.signal })).rejects.toThrow(expect.objectContaining({ code: 'ABORTED' }));
  server.close();
});
