import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shapes } from '../test/shapes.ts';
import { IostatError, IostatParser, type IostatReport, parseIostat } from './index.ts';

const runs = process.env.KVM_SOAK ? 1_000_000 : 20_000;
const texts = Object.values(shapes).map((text) => new TextEncoder().encode(text));

type Change = { kind: 'set' | 'cut' | 'repeat'; at: number; byte: number };

const changes = fc.array(
  fc.record({
    kind: fc.constantFrom<Change['kind']>('set', 'cut', 'repeat'),
    at: fc.nat(2500),
    byte: fc.oneof(fc.constantFrom(...new TextEncoder().encode('\n \t\0\u001b:{}[]",.09-%')), fc.nat(255)),
  }),
  { minLength: 1, maxLength: 6 },
);

function apply(bytes: Uint8Array, { kind, at, byte }: Change): Uint8Array {
  const place = at % (bytes.length + 1);
  if (kind === 'set') {
    const changed = bytes.slice();
    changed[place] = byte;
    return changed;
  }
  const behind = bytes.subarray(kind === 'cut' ? place + byte : Math.max(0, place - byte));
  const result = new Uint8Array(place + behind.length);
  result.set(bytes.subarray(0, place));
  result.set(behind, place);
  return result;
}

const essence = ({ header, timestamp, cpu, devices, filesystems, complete }: IostatReport): unknown[] => [
  ...[header, timestamp, cpu?.values, complete],
  ...[...devices, ...filesystems].map(({ name, group, values }) => [name, group, values]),
];

function outcome(chunks: readonly Uint8Array[]): string {
  const warnings: string[] = [];
  const parser = new IostatParser({ onWarning: ({ message }) => warnings.push(message) });
  const reports = [...chunks.flatMap((chunk) => parser.push(chunk)), ...parser.end()];
  return JSON.stringify([reports.map(essence), warnings]);
}

function strictly(bytes: Uint8Array): string {
  try {
    return JSON.stringify([parseIostat(bytes).map(essence), []]);
  } catch (error) {
    if (error instanceof IostatError) return error.message;
    throw error;
  }
}

test(`${runs} damaged texts: reports or located errors, wherever they are split, and no memory kept`, {
  timeout: 3_600_000,
}, () => {
  const before = process.memoryUsage().heapUsed;
  fc.assert(
    fc.property(fc.constantFrom(...texts), changes, fc.nat(2500), (text, list, at) => {
      const bytes = list.reduce(apply, text);
      const place = at % (bytes.length + 1);
      const whole = outcome([bytes]);
      const strict = strictly(bytes);
      if (outcome([bytes.subarray(0, place), bytes.subarray(place)]) !== whole) throw new Error('the split shows');
      if (strict !== whole && !whole.includes(JSON.stringify(strict))) throw new Error(`${strict} is not in ${whole}`);
    }),
    { numRuns: runs },
  );
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(256 * 1024 ** 2);
});

test('any bytes at all', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(outcome([bytes])).toBe(outcome([...bytes].map((byte) => Uint8Array.of(byte))));
    }),
    { numRuns: 1000 },
  );
});
