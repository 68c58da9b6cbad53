import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, domain, reply, startFakeDaemon } from '@kvm/ci/fake-daemon';
import { expect, onTestFinished, test } from 'vitest';
import { type Connection, connect } from './index.ts';

/** A libvirtd that answers no call until it is told to, and then every one. */
async function startHolding() {
  const held: (() => void)[] = [];
  let most = 0;
  let open = false;
  const answer: Answer = (call, peer) => {
    const name = call.body.subarray(4).toString().replaceAll('\0', '');
    const send = () => peer.write(reply(call, domain(name)));
    if (open) send();
    else held.push(send);
    most = Math.max(most, held.length);
  };
  const daemon = await startFakeDaemon(answer);
  const connection: Connection = await connect({ socket: daemon.socket });
  onTestFinished(async () => {
    await connection.close();
    await daemon[Symbol.asyncDispose]();
  });
  return {
    connection,
    release() {
      open = true;
      for (const send of held.splice(0)) send();
    },
    most: () => most,
    /** Until as many calls have come as go out at once, and a while longer for those that must not come. */
    async full() {
      while (held.length < 64) await sleep(5);
      await sleep(50);
    },
  };
}

const callAll = (connection: Connection, count: number) =>
  Array.from({ length: count }, (_, index) => connection.domain(`vm${index}`));

test('64 calls go out, the others as those are answered', async () => {
  const { connection, ...daemon } = await startHolding();
  const calls = callAll(connection, 200);
  await daemon.full();
  expect(daemon.most()).toBe(64);
  daemon.release();
  expect((await Promise.all(calls)).map(({ name }) => name)).toEqual(calls.map((_, index) => `vm${index}`));
});

test('the time a call may take begins when it goes out', async () => {
  const { connection, ...daemon } = await startHolding();
  const first = callAll(connection, 64);
  const last = connection.domain('last', { timeoutMs: 1000 });
  last.catch(() => undefined);
  await daemon.full();
  await sleep(1200);
  daemon.release();
  expect((await last).name).toBe('last');
  await Promise.all(first);
});

test('one that waits is given up when it is aborted, and when the connection ends', async () => {
  const { connection, ...daemon } = await startHolding();
  const first = Promise.allSettled(callAll(connection, 64));
  await daemon.full();
  const controller = new AbortController();
  const aborted = expect(connection.domain('aborted', { signal: controller.signal })).rejects.toMatchObject({
    code: 'ABORTED',
  });
  const closed = expect(connection.domain('closed')).rejects.toMatchObject({ code: 'CLOSED', subject: 'closed' });
  controller.abort();
  await aborted;
  await connection.close();
  await closed;
  expect((await first).map(({ status }) => status)).not.toContain('fulfilled');
});
