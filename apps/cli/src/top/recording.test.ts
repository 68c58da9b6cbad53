import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { roster, serverRoom } from '../../test/server-room.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { CliError } from '../output/cli-error.ts';
import type { Reading } from './reading.ts';
import { samplesOf } from './readings.ts';
import { openRecording, recorded } from './recording.ts';

async function* each<Item>(items: Iterable<Item>): AsyncGenerator<Item, void, undefined> {
  yield* items;
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

const readings = [0, 3, 6].map(serverRoom);

async function record(): Promise<Buffer> {
  const path = join(temporaryFolder(), 'recording');
  expect(await all(recorded(each(readings), { path, name: 'recording', roster }))).toEqual(readings);
  return readFileSync(path);
}

async function replay(bytes: Uint8Array): Promise<Reading[]> {
  return all((await openRecording(each([bytes]), 'file')).readings);
}

test('what was recorded comes back, however it is cut', async () => {
  const bytes = await record();
  for (const length of [1, 7, 1000, bytes.length]) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / length) }, (_, at) =>
      bytes.subarray(at * length, (at + 1) * length),
    );
    const recording = await openRecording(each(chunks), 'file');
    expect(recording.roster).toEqual(roster);
    expect(await all(recording.readings)).toEqual(readings);
  }
});

test('one that was killed while it was written is good up to its last line', async () => {
  const bytes = await record();
  expect(await replay(bytes.subarray(0, -10))).toEqual(readings.slice(0, 2));
});

test('is never written over a file, nor to a place that is not there', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'mine'), 'mine');
  const to = (name: string) => all(recorded(each(readings), { path: join(folder, name), name, roster }));
  await expect(to('mine')).rejects.toThrow('mine exists, and a recording writes over no file.');
  expect(readFileSync(join(folder, 'mine'), 'utf8')).toBe('mine');
  await expect(to('no/folder')).rejects.toThrow('no/folder cannot be written: no such file or directory.');
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
  const bytes = await record();
  const change = fc.record({
    at: fc.nat(bytes.length - 1),
    byte: fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('"{}[],:-0e9n\n'))),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async (changes) => {
      const damaged = Uint8Array.from(bytes);
      for (const { at, byte } of changes) damaged[at] = byte;
      try {
        const { readings } = await openRecording(each([damaged]), 'file');
        for (const sample of await all(samplesOf(readings, roster))) {
          expect(JSON.stringify(sample)).not.toContain('"cpuPercent":null,"vcpus":1,"memoryBytes":null');
        }
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        expect(error.message).toMatch(/^file:\d+: /);
      }
    }),
    { numRuns: process.env.KVM_SOAK ? 100_000 : 500 },
  );
});
