import type { Reading } from '../index.ts';
import type { Pace } from './pace.ts';
import type { Reader } from './reader.ts';

/** A reading now, and one each time the interval is over. */
export async function* liveReadings(
  reader: Pick<Reader, 'read'>,
  pace: Pace,
  intervalMs: () => number,
): AsyncGenerator<Reading, void, undefined> {
  while (!pace.stopped) {
    const reading = await reader.read();
    if (!pace.stopped) yield reading;
    await pace.until(() => reading.clock + intervalMs());
  }
}

/** Recorded readings with the time between them that there was when they were taken. */
export async function* replayedReadings(
  readings: AsyncIterable<Reading>,
  pace: Pace,
  paused: () => boolean,
): AsyncGenerator<Reading, void, undefined> {
  let before: Reading | undefined;
  for await (const reading of readings) {
    const shownAt = performance.now();
    const waitMs = reading.clock - (before ?? reading).clock;
    await pace.until(() => (paused() ? Number.POSITIVE_INFINITY : shownAt + waitMs));
    if (pace.stopped) return;
    yield reading;
    before = reading;
  }
}
