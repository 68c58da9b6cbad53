import { afterEach, expect, test } from 'vitest';
import { type Call, domain, reply, startFakeDaemon, u32 } from '../test/fake-daemon.ts';
import { type Connection, connect, type ListDomainsOptions } from './index.ts';

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

/** A connection whose every call is answered with `body`, and the calls made. */
async function answering(...body: Buffer[]): Promise<{ connection: Connection; calls: readonly Call[] }> {
  const daemon = await startFakeDaemon((call, peer) => peer.write(reply(call, ...body)));
  opened.push(daemon);
  const connection = await connect({ socket: daemon.socket });
  opened.push(connection);
  return { connection, calls: daemon.calls };
}

/** The flags at the end of the calls' bodies. */
const flagsOf = (calls: readonly Call[]): number[] => calls.map(({ body }) => body.readUInt32BE(body.length - 4));

test.each<[ListDomainsOptions | undefined, number]>([
  [undefined, 3],
  [{}, 3],
  [{ active: true }, 1],
  [{ inactive: true }, 2],
  [{ active: true, inactive: true }, 3],
  [{ active: false }, 2],
  [{ inactive: false }, 1],
])('listDomains(%j) asks with flags %i', async (options, flags) => {
  const { connection, calls } = await answering(u32(1), domain('vm65', 4), u32(1));
  const [only, ...others] = await connection.listDomains(options);
  expect({ name: only?.name, id: only?.id, others }).toEqual({ name: 'vm65', id: 4, others: [] });
  expect(flagsOf(calls)).toEqual([flags]);
});

test('listing neither the active nor the inactive asks nothing', async () => {
  const { connection, calls } = await answering();
  expect(await connection.listDomains({ active: false, inactive: false })).toEqual([]);
  expect(calls).toEqual([]);
});

test("versions are split at libvirt's places", async () => {
  const { connection } = await answering(u32(0, 7_002_022));
  expect(await connection.version()).toBe('7.2.22');
});

test('a name or XML that libvirt would read otherwise is not sent', async () => {
  const { connection, calls } = await answering();
  for (const wrong of ['vm65\0', '\udc00', 'x'.repeat(4 * 1024 * 1024 + 1)]) {
    await expect(connection.domain(wrong)).rejects.toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    await expect(connection.defineDomain(wrong)).rejects.toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  }
  expect(calls).toEqual([]);
});

test('a UUID may be written with or without dashes', async () => {
  const { connection, calls } = await answering(domain('vm65'));
  await connection.domainByUuid('00112233-4455-6677-8899-AABBCCDDEEFF');
  await connection.domainByUuid('00112233445566778899aabbccddeeff');
  expect(calls.map(({ body }) => body.toString('hex'))).toEqual(Array(2).fill('00112233445566778899aabbccddeeff'));
  for (const wrong of ['', 'vm65', '00112233-4455-6677-8899-aabbccddeeff0']) {
    await expect(connection.domainByUuid(wrong)).rejects.toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(JSON.stringify(wrong)) }),
    );
  }
});

test("a domain's options become libvirt's flags", async () => {
  const { connection, calls } = await answering(domain('vm65'));
  const vm65 = await connection.domain('vm65');
  const ignored = (promise: Promise<unknown>) => promise.catch(() => undefined);
  await ignored(vm65.undefine({ managedSave: true, nvram: 'keep' }));
  expect(flagsOf(calls.slice(1))).toEqual([9]);
});
