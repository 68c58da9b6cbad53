import { type Call, domain, reply, startFakeDaemon, u32, xdr } from '@kvm/ci/fake-daemon';
import { afterEach, expect, test } from 'vitest';
import { type Connection, connect, type Domain, type ListDomainsOptions } from './index.ts';

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
  [{ persistent: false, autostart: true }, 1035],
  [{ active: true, persistent: true, autostart: false }, 2053],
  [{ managedSave: true }, 259],
  [{ snapshots: true }, 4099],
  [{ checkpoints: false }, 32_771],
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

test.each<[string, (vm: Domain) => Promise<unknown>, number]>([
  ['undefine', (vm) => vm.undefine(), 0],
  ['undefine', (vm) => vm.undefine({ managedSave: true, nvram: 'keep' }), 9],
  ['undefine', (vm) => vm.undefine({ nvram: 'remove' }), 4],
  ['undefine', (vm) => vm.undefine({ nvram: 'keep', tpm: 'keep' }), 72],
  ['undefine', (vm) => vm.undefine({ tpm: 'remove' }), 32],
  ['xml', (vm) => vm.xml(), 0],
  ['xml', (vm) => vm.xml({ secure: true }), 1],
  ['xml', (vm) => vm.xml({ inactive: true, secure: true }), 3],
  ['managedSaveXml', (vm) => vm.managedSaveXml(), 0],
  ['managedSaveXml', (vm) => vm.managedSaveXml({ secure: true }), 1],
  ['setAutostart', (vm) => vm.setAutostart(true), 1],
  ['setAutostart', (vm) => vm.setAutostart(false), 0],
])("%s turns a domain's options into libvirt's flags (%#)", async (method, call, flags) => {
  let lookedUp = false;
  const daemon = await startFakeDaemon((call, peer) => {
    const body = lookedUp ? (/xml$/i.test(method) ? xdr('<domain/>') : Buffer.alloc(0)) : domain('vm65');
    lookedUp = true;
    peer.write(reply(call, body));
  });
  opened.push(daemon);
  const connection = await connect({ socket: daemon.socket });
  opened.push(connection);
  await call(await connection.domain('vm65'));
  expect(flagsOf(daemon.calls.slice(1))).toEqual([flags]);
});

test('a state newer than this package is no state', async () => {
  const daemon = await startFakeDaemon((call, peer) =>
    peer.write(reply(call, call.procedure === 212 ? u32(99, 0) : domain('vm65'))),
  );
  opened.push(daemon);
  const connection = await connect({ socket: daemon.socket });
  opened.push(connection);
  expect(await (await connection.domain('vm65')).state()).toBe('nostate');
});
