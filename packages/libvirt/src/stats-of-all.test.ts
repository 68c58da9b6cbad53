import { domain, errorReply, reply, startFakeDaemon, u32, xdr } from '@kvm/ci/fake-daemon';
import { expect, test } from 'vitest';
import { connect, statsOfAll } from './index.ts';

/** A libvirtd that refuses so many times to tell what its domain uses. */
async function refusing(times: number) {
  let asked = 0;
  const daemon = await startFakeDaemon((call, peer) => {
    asked += 1;
    const refusal = { code: 1, text: xdr('internal error: End of file from qemu monitor') };
    peer.write(asked <= times ? errorReply(call, refusal) : reply(call, u32(1), domain('vm65', 1), u32(0)));
  });
  return { daemon, asked: () => asked };
}

test('a guest that stops just then keeps nobody from knowing the others', async () => {
  const { daemon } = await refusing(2);
  await using _daemon = daemon;
  await using connection = await connect({ socket: daemon.socket });
  expect(await statsOfAll(connection)).toMatchObject([{ domain: { name: 'vm65' } }]);
});

test('what libvirtd refuses for good is told, and a lost connection at once', async () => {
  const { daemon, asked } = await refusing(Number.POSITIVE_INFINITY);
  await using _daemon = daemon;
  await using connection = await connect({ socket: daemon.socket });
  await expect(statsOfAll(connection)).rejects.toThrow('End of file');
  expect(asked()).toBe(4);
  await connection.close();
  await expect(statsOfAll(connection)).rejects.toThrow(expect.objectContaining({ code: 'CLOSED' }));
});
