import { readingAt } from '@kvm/ci/server-room';
import { expect, test } from 'vitest';
import type { Reading } from '../index.ts';
import { Pace } from './pace.ts';
import { liveReadings, replayedReadings } from './readings.ts';

async function* each<Item>(items: Iterable<Item>): AsyncGenerator<Item, void, undefined> {
  yield* items;
}

/** Milliseconds between one item and the next. */
async function gaps(readings: AsyncIterable<Reading>, most: number): Promise<number[]> {
  const times: number[] = [];
  for await (const _ of readings) {
    times.push(performance.now());
    if (times.length === most) break;
  }
  return times.slice(1).map((time, at) => time - (times[at] ?? 0));
}

const reader = { read: async () => readingAt(0, { clock: performance.now() }) };

test('readings come at their interval', async () => {
  for (const gap of await gaps(
    liveReadings(reader, new Pace(), () => 100),
    3,
  ))
    expect(gap).toBeGreaterThanOrEqual(95);
});

test('an interval that becomes shorter counts for the reading that is waited for', async () => {
  const pace = new Pace();
  let intervalMs = 3_600_000;
  const readings = liveReadings(reader, pace, () => intervalMs);
  await readings.next();
  const second = readings.next();
  intervalMs = 1;
  pace.reconsider();
  expect((await second).done).toBe(false);
});

test('who stops waits no longer, and gets no reading', async () => {
  const pace = new Pace();
  const readings = liveReadings(reader, pace, () => 3_600_000);
  await readings.next();
  const second = readings.next();
  pace.stop();
  expect((await second).done).toBe(true);
});

test('a recording is played at its pace, and not while it is paused', async () => {
  const recording = [0, 0.1, 0.2].map((seconds) => readingAt(seconds));
  const pace = new Pace();
  for (const gap of await gaps(
    replayedReadings(each(recording), pace, () => false),
    3,
  ))
    expect(gap).toBeGreaterThanOrEqual(95);
  let paused = true;
  const readings = replayedReadings(each(recording), pace, () => paused);
  const first = readings.next();
  expect(await Promise.race([first, new Promise((resolve) => setTimeout(resolve, 50, 'waits'))])).toBe('waits');
  paused = false;
  pace.reconsider();
  expect((await first).value).toEqual(recording[0]);
});
