import type { Reading, Roster } from './reading.ts';
import { compareReadings, type Sample } from './sample.ts';

/** A sample of each two readings that follow each other. */
export async function* samplesOf(
  readings: AsyncIterable<Reading>,
  roster: Roster | undefined,
): AsyncGenerator<Sample, void, undefined> {
  let before: Reading | undefined;
  for await (const reading of readings) {
    if (before !== undefined) yield compareReadings(before, reading, roster);
    before = reading;
  }
}
