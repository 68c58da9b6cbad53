import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { roster, serverRoom } from '@kvm/ci/server-room';
import { expect, onTestFinished, test } from 'vitest';
import { parseRecording, type Reading } from '../index.ts';
import { recordReadings } from './record.ts';

const readings = [0, 3, 6].map(serverRoom);

async function* each<Item>(items: Iterable<Item>): AsyncGenerator<Item, void, undefined> {
  yield* items;
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kvm-monitor-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const record = (folder: string, name: string): Promise<Reading[]> =>
  all(recordReadings(each(readings), { path: join(folder, name), name, roster }));

test('readings pass, and are in the file', async () => {
  const folder = temporaryFolder();
  expect(await record(folder, 'recording')).toEqual(readings);
  const recording = await parseRecording(each([readFileSync(join(folder, 'recording'))]), 'recording');
  expect({ ...recording, readings: await all(recording.readings) }).toEqual({ roster, readings });
});

test('a recording is never written over a file, nor to a place that is not there', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'mine'), 'mine');
  await expect(record(folder, 'mine')).rejects.toMatchObject({
    ...{ code: 'file-exists', remedy: 'Name another file, or move that one away.' },
    message: expect.stringMatching(/^mine exists, and a recording writes over no file\. Name/),
  });
  expect(readFileSync(join(folder, 'mine'), 'utf8')).toBe('mine');
  await expect(record(folder, 'no/folder')).rejects.toMatchObject({
    code: 'cannot-write',
    message: expect.stringMatching(/^no\/folder cannot be written: no such file or directory\. Name/),
  });
});
