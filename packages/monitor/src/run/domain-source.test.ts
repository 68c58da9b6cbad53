import { type Answer, domain, errorReply, reply, startFakeDaemon, u32, xdr } from '@kvm/ci/fake-daemon';
import { type Connection, connect } from '@kvm/libvirt';
import { expect, test } from 'vitest';
import { DomainSource } from './domain-source.ts';

/** Of `enum remote_procedure`. */
const procedures = { xml: 14, list: 273, stats: 344 };
const guests = ['a', 'stopping', 'b'];

/** virDomainState 1, running. */
const running = Buffer.concat([xdr('state.state'), u32(1, 1)]);

/** A libvirtd that refuses statistics as long as they are asked of a guest that is just stopping. */
const answer: Answer = (call, peer) => {
  const refuse = () => peer.write(errorReply(call, { code: 38, text: xdr('End of file from qemu monitor') }));
  const asked = guests.filter((name) => call.body.includes(xdr(name)));
  if (call.procedure === procedures.xml) peer.write(reply(call, xdr('<domain/>')));
  else if (call.procedure === procedures.list)
    peer.write(reply(call, u32(guests.length), ...guests.map((name) => named(name)), u32(guests.length)));
  else if (call.procedure !== procedures.stats || asked.length !== 1 || asked[0] === 'stopping') refuse();
  else peer.write(reply(call, u32(1), named(asked[0] ?? ''), u32(1), running));
};

/** Each with a UUID of its own. */
function named(name: string): Buffer {
  const bytes = domain(name, 1 + guests.indexOf(name));
  bytes.writeUInt8(1 + guests.indexOf(name), bytes.length - 5);
  return bytes;
}

test('one guest that stops hides none of the others, and costs no connection', async () => {
  await using daemon = await startFakeDaemon(answer);
  let opened = 0;
  await using source = new DomainSource({
    open: () => {
      opened += 1;
      return connect({ socket: daemon.socket });
    },
    local: false,
    vmidOf: (xml) => (xml === '<domain/>' ? 61 : undefined),
  });
  for (let sample = 0; sample < 3; sample++) {
    const domains = await source.read();
    expect(domains.map(({ name, vmid, state }) => `${name} ${vmid} ${state}`)).toEqual([
      'a 61 running',
      'b 61 running',
      'stopping 61 shutoff',
    ]);
  }
  expect(opened).toBe(1);
});

test('what libvirtd refuses altogether is said, and the connection stays', async () => {
  await using daemon = await startFakeDaemon((call, peer) => peer.write(errorReply(call)));
  let opened = 0;
  await using source = new DomainSource({
    open: () => {
      opened += 1;
      return connect({ socket: daemon.socket });
    },
    local: false,
    vmidOf: (xml) => (xml === '<domain/>' ? 61 : undefined),
  });
  for (let sample = 0; sample < 2; sample++) await expect(source.read()).rejects.toThrow('no such thing');
  expect(opened).toBe(1);
});

/** Of one guest that runs and has a disk: virTypedParameters of types 1 (int), 2 (unsigned), 4 (64 bits), 7 (string). */
const statsOf = (...counters: readonly Buffer[]): Buffer => {
  const parameters = [
    running,
    Buffer.concat([xdr('block.count'), u32(2, 1)]),
    Buffer.concat([xdr('block.0.name'), u32(7), xdr('vda')]),
    Buffer.concat([xdr('block.0.path'), u32(7), xdr('/images/a.qcow2')]),
    ...counters,
  ];
  return Buffer.concat([u32(1), named('a'), u32(parameters.length), ...parameters]);
};
const read4096 = Buffer.concat([xdr('block.0.rd.bytes'), u32(4, 0, 4096)]);

/** A libvirtd of the guest `a`, whose statistics are the given ones in turn, and then always the last. */
function libvirtdOfOne(...stats: readonly Buffer[]) {
  let asked = 0;
  const answerOne: Answer = (call, peer) => {
    if (call.procedure === procedures.list) peer.write(reply(call, u32(1), named('a'), u32(1)));
    else if (call.procedure === procedures.stats) {
      peer.write(reply(call, stats[Math.min(asked, stats.length - 1)] ?? u32(0)));
      asked += 1;
    } else peer.write(errorReply(call));
  };
  return startFakeDaemon(answerOne);
}

test('a guest that something else is being done to is asked about again, and else said to be uncounted', async () => {
  const disk = { target: 'vda', path: '/images/a.qcow2', writtenBytes: 0 };
  await using busy = await libvirtdOfOne(statsOf(), statsOf(), statsOf(read4096), statsOf());
  await using source = new DomainSource({ open: () => connect({ socket: busy.socket }), local: false });
  expect((await source.read())[0]?.disks).toEqual([expect.objectContaining({ ...disk, readBytes: 4096 })]);
  expect((await source.read())[0]?.disks).toEqual([expect.objectContaining({ ...disk, uncounted: true })]);
});

test('a libvirtd that was restarted between two readings is there in the next', async () => {
  await using daemon = await libvirtdOfOne(statsOf(read4096));
  const connections: Connection[] = [];
  await using source = new DomainSource({
    open: async () => {
      const connection = await connect({ socket: daemon.socket });
      connections.push(connection);
      return connection;
    },
    local: false,
  });
  await source.read();
  await connections[0]?.close();
  expect(await source.read()).toHaveLength(1);
  expect(connections).toHaveLength(2);
});
