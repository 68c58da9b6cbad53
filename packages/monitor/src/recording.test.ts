import { readingAt, roster, serverRoom } from '@kvm/ci/server-room';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MonitorError } from './errors.ts';
import type { Reading } from './reading.ts';
import { parseRecording, renderRecordingHeader, renderRecordingReading } from './recording.ts';
import { samplesOf } from './samples.ts';

async function* each<Item>(items: Iterable<Item>): AsyncGenerator<Item, void, undefined> {
  yield* items;
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

const readings = [0, 3, 6].map(serverRoom);

const bytes = Buffer.from(renderRecordingHeader(roster) + readings.map(renderRecordingReading).join(''));

async function replay(bytes: Uint8Array): Promise<Reading[]> {
  return all((await parseRecording(each([bytes]), 'file')).readings);
}

test('what was recorded comes back, however it is cut', async () => {
  for (const length of [1, 7, 1000, bytes.length]) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / length) }, (_, at) =>
      bytes.subarray(at * length, (at + 1) * length),
    );
    const recording = await parseRecording(each(chunks), 'file');
    expect(recording.roster).toEqual(roster);
    expect(await all(recording.readings)).toEqual(readings);
  }
});

test('a recording does nothing to the terminal that shows it', async () => {
  const hostile = readingAt(1, { problems: ['\x1b[2J\u009b\u202e\u{e0041}日本'] });
  const line = renderRecordingReading(hostile);
  expect(line).toContain('\\u001b[2J\\u009b\\u202e\\udb40\\udc41日本');
  expect(await replay(Buffer.from(renderRecordingHeader(undefined) + line))).toEqual([hostile]);
});

test('one that was killed while it was written is good up to its last line', async () => {
  expect(await replay(bytes.subarray(0, -10))).toEqual(readings.slice(0, 2));
});

test.each([
  ['', 'file:1: this is no recording'],
  ['Linux 6.1 (host)\n', 'file:1: this is no recording'],
  ['{"version":2,"kind":"kvmctl top","roster":null}\n', 'file:1: this is no recording'],
  ['{"version":1,"kind":"kvmctl top","roster":null}\n{"time":1}\n', 'file:2: this is no reading'],
  [
    '{"version":1,"kind":"kvmctl top","roster":null}\n{"time":1e99,"clock":1,"problems":[]}\n',
    'file:2: this is no reading',
  ],
  ['{"version":1,"kind":"kvmctl top","roster":null}\n\n', 'file:2: this is no reading'],
])('%j is refused', async (text, message) => {
  await expect(replay(Buffer.from(text))).rejects.toThrow(message);
});

test('whatever is wrong with it: readings that can be shown, or an error with its place', async () => {
  const change = fc.record({
    at: fc.nat(bytes.length - 1),
    byte: fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('"{}[],:-0e9n\n'))),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async (changes) => {
      const damaged = Uint8Array.from(bytes);
      for (const { at, byte } of changes) damaged[at] = byte;
      try {
        const { readings } = await parseRecording(each([damaged]), 'file');
        for (const sample of await all(samplesOf(readings, roster))) {
          expect(JSON.stringify(sample)).not.toContain('"cpuPercent":null,"vcpus":1,"memoryBytes":null');
        }
      } catch (error) {
        if (!(error instanceof MonitorError)) throw error;
        expect(error.message).toMatch(/^file:\d+: /);
      }
    }),
    { numRuns: process.env.KVM_SOAK ? 100_000 : 500 },
  );
});
