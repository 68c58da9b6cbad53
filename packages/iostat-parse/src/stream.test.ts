import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shapes } from '../test/shapes.ts';
import { type IostatChunk, IostatParser, iostatTransformer, parseIostat, parseIostatStream } from './index.ts';

const texts = [...Object.values(shapes), `\ufeff${shapes.gentoo2009}`];
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function parseChunks(chunks: readonly IostatChunk[]): string {
  const parser = new IostatParser();
  return JSON.stringify([...chunks.flatMap((chunk) => parser.push(chunk)), ...parser.end()]);
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

test('a split at any byte, and at any character, changes nothing', () => {
  for (const text of texts) {
    const expected = JSON.stringify(parseIostat(text));
    const bytes = bytesOf(text);
    for (let at = 0; at <= bytes.length; at++) {
      expect(parseChunks([bytes.subarray(0, at), bytes.subarray(at)])).toBe(expected);
    }
    for (let at = 0; at <= text.length; at++) expect(parseChunks([text.slice(0, at), text.slice(at)])).toBe(expected);
    expect(parseChunks([...bytes].map((byte) => Uint8Array.of(byte)))).toBe(expected);
  }
});

test('any number of splits changes nothing', () => {
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.array(fc.nat(2000), { maxLength: 20 }), (text, places) => {
      const bytes = bytesOf(text);
      const sorted = [0, ...places.sort((a, b) => a - b), bytes.length];
      const chunks = sorted.slice(1).map((end, at) => bytes.subarray(sorted[at], end));
      expect(parseChunks(chunks)).toBe(JSON.stringify(parseIostat(text)));
    }),
  );
});

test('a split inside a surrogate pair changes nothing', () => {
  const text = 'Linux 6.1 (\u{1F4BE}) \t11/23/26\n\nDevice tps\nsd\u{1F4BE} 1.00\n\n';
  for (let at = 0; at <= text.length; at++) {
    expect(parseChunks([text.slice(0, at), text.slice(at)])).toBe(JSON.stringify(parseIostat(text)));
  }
});

test('from the second report on, each comes as soon as its end is seen', () => {
  const parser = new IostatParser();
  const block = 'avg-cpu:  %user   %nice\n 1.00 2.00\n\nDevice tps\nsda 1.00\n\n';
  expect(parser.push(block)).toHaveLength(0);
  expect(parser.push(block)).toHaveLength(2);
  expect(parser.push(block)).toHaveLength(1);
  expect(parser.end()).toHaveLength(0);
});

test('an async iterable', async () => {
  async function* chunks() {
    yield shapes.group.slice(0, 100);
    yield bytesOf(shapes.group.slice(100));
  }
  const reports = await collect(parseIostatStream(chunks()));
  expect(JSON.stringify(reports)).toBe(JSON.stringify(parseIostat(shapes.group)));
});

test('a TransformStream', async () => {
  const stream = new Blob([shapes.group]).stream().pipeThrough(new TransformStream(iostatTransformer()));
  const reports = await collect(stream);
  expect(JSON.stringify(reports)).toBe(JSON.stringify(parseIostat(shapes.group)));
});
