import { type Answer, domain, errorReply, reply, startFakeDaemon, u32, xdr } from '@kvm/ci/fake-daemon';
import { connect } from '@kvm/libvirt';
import { expect, test } from 'vitest';
import { DomainSource } from './domain-source.ts';

/** Of `enum remote_procedure`. */
const procedures = { xml: 14, list: 273, stats: 344 };
const guests = ['a', 'stopping', 'b'];

/** virDomainState 1, running. */
const running = Buffer.concat([u32(1), xdr('state.state'), u32(1, 1)]);

/** A libvirtd that refuses statistics as long as they are asked of a guest that is just stopping. */
const answer: Answer = (call, peer) => {
  const refuse = () => peer.write(errorReply(call, { code: 38, text: xdr('End of file from qemu monitor') }));
  const asked = guests.filter((name) => call.body.includes(xdr(name)));
  if (call.procedure === procedures.xml) peer.write(reply(call, xdr('<domain/>')));
  else if (call.procedure === procedures.list)
    peer.write(reply(call, u32(guests.length), ...guests.map((name) => named(name)), u32(guests.length)));
  else if (call.procedure !== procedures.stats || asked.length !== 1 || asked[0] === 'stopping') refuse();
  else peer.write(reply(call, u32(1), named(asked[0] ?? ''), running));
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
    const domains = await source.read(new Map());
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
  for (let sample = 0; sample < 2; sample++) await expect(source.read(new Map())).rejects.toThrow('no such thing');
  expect(opened).toBe(1);
});
