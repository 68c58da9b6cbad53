import { domain, errorReply, reply, startFakeDaemon, u32, xdr } from '@kvm/ci/fake-daemon';
import { connect } from '@kvm/libvirt';
import { expect, test } from 'vitest';
import { loadStats } from './guest-stats.ts';

test('a guest that stops just now keeps nobody from knowing what the others use', async () => {
  let asked = 0;
  await using daemon = await startFakeDaemon((call, peer) => {
    asked += 1;
    const refusal = { code: 1, text: xdr('internal error: End of file from qemu monitor') };
    peer.write(asked === 1 ? errorReply(call, refusal) : reply(call, u32(1), domain('db', 1), u32(0)));
  });
  await using connection = await connect({ socket: daemon.socket });
  expect(await loadStats(connection)).toMatchObject([{ name: 'db' }]);
});
