import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, domain, reply, startFakeDaemon, u32, xdr } from '@kvm/ci/fake-daemon';
import { connect, LibvirtError } from '@kvm/libvirt';
import { expect, test } from 'vitest';
import { compareReadings, renderMetrics } from '../index.ts';
import { Reader } from './reader.ts';

const away = () => Promise.reject(new LibvirtError({ code: 'NO_SOCKET', message: 'there is no socket' }));

test('what cannot be read is left out and said', async () => {
  await using reader = new Reader({ open: away, local: true }, ['no inventory.yaml']);
  const reading = await reader.read();
  expect(reading.problems).toEqual(['no inventory.yaml', 'no libvirt: there is no socket']);
  expect(reading).not.toHaveProperty('domains');
  expect(reading.host?.cpus).toBeGreaterThan(0);
  expect(reading.host?.memoryBytes).toBeGreaterThan(reading.host?.availableBytes ?? 0);
  expect(renderMetrics(reading)).toContain('\nkvm_libvirt_up 0\n');
});

test("another machine's libvirtd tells nothing of this machine", async () => {
  await using reader = new Reader({ open: away, local: false });
  expect(await reader.read()).not.toHaveProperty('host');
});

test('a mistake in the program is no problem of libvirt', async () => {
  await using reader = new Reader({ open: () => Promise.reject(new TypeError('a mistake')), local: false });
  await expect(reader.read()).rejects.toThrow(TypeError);
});

/** Of `enum remote_procedure`. */
const [list, stats] = [273, 344];

test('a libvirtd that takes its time once makes no guest busier than it is', async () => {
  const began = performance.now();
  let asked = 0;
  const answer: Answer = async (call, peer) => {
    if (call.procedure === list) peer.write(reply(call, u32(1), domain('db', 1), u32(1)));
    if (call.procedure !== stats) return;
    asked += 1;
    if (asked === 2) await sleep(600);
    // It has taken one processor all the time.
    const nanoseconds = BigInt(Math.round((performance.now() - began) * 1e6));
    const counted = Buffer.alloc(8);
    counted.writeBigUInt64BE(nanoseconds);
    const parameters = [
      Buffer.concat([xdr('state.state'), u32(1, 1)]),
      Buffer.concat([xdr('cpu.time'), u32(4), counted]),
    ];
    peer.write(reply(call, u32(1), domain('db', 1), u32(parameters.length), ...parameters));
  };
  await using daemon = await startFakeDaemon(answer);
  await using reader = new Reader({ open: () => connect({ socket: daemon.socket }), local: true });
  const readings = [];
  for (let count = 0; count < 3; count += 1) {
    readings.push(await reader.read());
    await sleep(300);
  }
  const [first, second, third] = readings;
  if (!first || !second || !third) throw new Error('three were taken');
  const percents = [compareReadings(first, second), compareReadings(second, third)].map(
    ({ guests }) => guests.find(({ name }) => name === 'db')?.cpuPercent ?? 0,
  );
  for (const percent of percents) {
    expect(percent).toBeGreaterThan(70);
    expect(percent).toBeLessThan(130);
  }
});
