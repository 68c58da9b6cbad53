import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeHeader, encodeMessage, MessageSplitter, messageMax } from './message.ts';
import { XdrReader } from './xdr.ts';

const header = { program: 0x20008086, version: 1, procedure: 23, type: 0, serial: 7, status: 0 };
const encode = (body: Uint8Array) => encodeMessage(header, (out) => out.fixed(body));

/** `bytes` cut at each of `cuts`, which are parts of its length from 0 to 1. */
function chunksOf(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => Math.floor(cut * bytes.length)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

test('a message is its length, its header and its body', () => {
  const bytes = encode(Buffer.from('vm65'));
  expect(bytes.toString('hex')).toBe(
    '00000020 20008086 00000001 00000017 00000000 00000007 00000000 766d3635'.replaceAll(' ', ''),
  );
  expect(decodeHeader(new XdrReader(bytes.subarray(4)))).toEqual(header);
});

test('messages come out whole, however they are cut into chunks, and stay so when more arrive', () => {
  const body = fc.uint8Array({ maxLength: 300 });
  const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 });
  fc.assert(
    fc.property(fc.array(body, { minLength: 1, maxLength: 10 }), cuts, (bodies, cuts) => {
      const messages = bodies.map(encode);
      const splitter = new MessageSplitter();
      const received = chunksOf(Buffer.concat(messages), cuts).flatMap((chunk) => [...splitter.push(chunk)]);
      expect(received.map(String)).toEqual(messages.map((message) => String(message.subarray(4))));
    }),
  );
});

test('a large message of small chunks takes time in proportion', () => {
  const message = encode(Buffer.alloc(4 * 1024 * 1024, 'x'));
  const splitter = new MessageSplitter();
  let received = 0;
  for (let at = 0; at < message.length; at += 64) {
    for (const whole of splitter.push(message.subarray(at, at + 64))) received += whole.length;
  }
  expect(received).toBe(message.length - 4);
});

test('a claimed length takes no memory before its bytes arrive', () => {
  const start = encode(Buffer.alloc(4));
  start.writeUInt32BE(messageMax);
  const before = process.memoryUsage().arrayBuffers;
  const splitters = Array.from({ length: 1000 }, () => new MessageSplitter());
  for (const splitter of splitters) expect([...splitter.push(start)]).toEqual([]);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(messageMax);
});

test.each([0, 4, 27, messageMax + 1, 0xffffffff])('the length %i is rejected', (length) => {
  const bytes = encode(Buffer.alloc(0));
  bytes.writeUInt32BE(length);
  expect(() => [...new MessageSplitter().push(bytes)]).toThrow(
    expect.objectContaining({ code: 'PROTOCOL', message: expect.stringContaining(`claims ${length} bytes`) }),
  );
});

test('a call longer than libvirt takes is not encoded', () => {
  expect(() => encode(Buffer.alloc(messageMax - 27))).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  expect(encode(Buffer.alloc(messageMax - 28))).toHaveLength(messageMax);
});
