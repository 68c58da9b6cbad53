import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LibvirtError } from './error.ts';
import { readDomain, readErrorReply } from './structures.ts';
import { XdrReader, XdrWriter } from './xdr.ts';

const maximum = 1024;
const text = fc.string({ unit: 'binary', maxLength: 100 }).filter((value) => !value.includes('\0'));

/** One value of each kind, with how it is written and read. */
const value = fc.oneof(
  fc.record({ kind: fc.constant('int'), value: fc.integer() }),
  fc.record({ kind: fc.constant('uint'), value: fc.nat(0xffffffff) }),
  fc.record({ kind: fc.constant('string'), value: text }),
  fc.record({ kind: fc.constant('optional'), value: fc.option(text, { nil: undefined }) }),
  fc.record({ kind: fc.constant('fixed'), value: fc.uint8Array({ minLength: 16, maxLength: 16 }) }),
);
type Value = typeof value extends fc.Arbitrary<infer V> ? V : never;

function write(out: XdrWriter, { kind, value }: Value): void {
  if (typeof value === 'number') kind === 'int' ? out.int(value) : out.uint(value);
  else if (value instanceof Uint8Array) out.fixed(value);
  else if (kind === 'optional') out.optional(value, (present) => out.string(present, maximum));
  else out.string(value ?? '', maximum);
}

function read(input: XdrReader, { kind }: Value): unknown {
  if (kind === 'int') return input.int();
  if (kind === 'uint') return input.uint();
  if (kind === 'fixed') return new Uint8Array(input.fixed(16));
  return kind === 'optional' ? input.optional(() => input.string(maximum)) : input.string(maximum);
}

/** Runs `read` and gives its error's code, undefined when it has none. */
function codeOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof LibvirtError) return error.code;
    throw error;
  }
}

const written = (write: (out: XdrWriter) => void): Buffer => {
  const out = new XdrWriter();
  write(out);
  return out.bytes();
};

test('what is written is read back, and nothing is left over', () => {
  fc.assert(
    fc.property(fc.array(value), (values) => {
      const bytes = written((out) => {
        for (const each of values) write(out, each);
      });
      const input = new XdrReader(bytes);
      expect(values.map((each) => read(input, each))).toEqual(values.map(({ value }) => value));
      expect(bytes.length % 4).toBe(0);
      input.end();
    }),
  );
});

test('the bytes are those of RFC 4506', () => {
  const bytes = written((out) => {
    out.int(-1);
    out.uint(0x20008086);
    out.string('sillyprog', maximum);
    out.optional(undefined, () => out.uint(9));
    out.optional('é', (present) => out.string(present, maximum));
  });
  expect(bytes.toString('hex')).toBe(
    `ffffffff 20008086 00000009 73696c6c 7970726f 67000000 00000000 00000001 00000002 c3a90000`.replaceAll(' ', ''),
  );
});

test('an unsigned hyper keeps all its bits', () => {
  expect(new XdrReader(Buffer.from('fffffffffffffffe', 'hex')).ulong()).toBe(0xfffffffffffffffen);
});

test('random bytes are read, or rejected as PROTOCOL', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      for (const read of [readDomain, readErrorReply]) {
        expect([undefined, 'PROTOCOL']).toContain(codeOf(() => read(new XdrReader(Buffer.from(bytes)))));
      }
    }),
  );
});

test('a list that claims more than its message holds is rejected before it is read', () => {
  const claim = (bytes: string) => () =>
    new XdrReader(Buffer.from(bytes, 'hex')).array({ maximum: 0xffffffff, itemSize: 4 }, () => {
      throw new Error('read');
    });
  expect(codeOf(claim('ffffffff00000000'))).toBe('PROTOCOL');
  expect(codeOf(claim('0000000200000000'))).toBe('PROTOCOL');
  expect(claim('0000000100000000')).toThrow('read');
});

test.each([
  ['longer than allowed', '00000401', 'claims 1025 bytes'],
  ['longer than the message', '00000008 61626364', '4 bytes too early'],
  ['of a negative length', 'ffffffff 61626364', 'claims 4294967295 bytes'],
  ['with a NUL', '00000004 61006364', 'contains a NUL'],
  ['that is not UTF-8', '00000004 ffffffff', 'not UTF-8'],
])('a string %s is rejected', (_what, bytes, message) => {
  const read = () => new XdrReader(Buffer.from(bytes.replaceAll(' ', ''), 'hex')).string(maximum);
  expect(codeOf(read)).toBe('PROTOCOL');
  expect(read).toThrow(message);
});

test('a message for people may quote bytes that are not UTF-8', () => {
  expect(new XdrReader(Buffer.from('00000004c3a9ff21', 'hex')).message(maximum)).toBe('é\ufffd!');
});

test('an optional value is there or not, and nothing else', () => {
  expect(codeOf(() => new XdrReader(Buffer.from('00000002', 'hex')).optional(() => 0))).toBe('PROTOCOL');
});

test.each([
  ['with a NUL', 'a\0b'],
  ['with half a surrogate pair', 'a\ud800b'],
  ['that is too long', 'é'.repeat(maximum / 2 + 1)],
])('a string %s is not sent', (_what, text) => {
  expect(codeOf(() => new XdrWriter().string(text, maximum))).toBe('INVALID_ARGUMENT');
});
