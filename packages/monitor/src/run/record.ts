import { open } from 'node:fs/promises';
import { MonitorError, type Reading, type Roster, renderRecordingHeader, renderRecordingReading } from '../index.ts';
import { systemReason } from './system-reason.ts';

/** A file to be written. */
export interface RecordingFile {
  readonly path: string;
  /** As messages call it. */
  readonly name: string;
  readonly roster: Roster | undefined;
}

/**
 * Passes readings on, and adds each to a new file as a line of JSON before: killed at any moment, the file is good up to its
 * last line.
 *
 * @throws MonitorError file-exists, cannot-write
 */
export async function* recordReadings(
  readings: AsyncIterable<Reading>,
  { path, name, roster }: RecordingFile,
): AsyncGenerator<Reading, void, undefined> {
  const failed = (cause: NodeJS.ErrnoException): MonitorError => {
    if (cause.code === 'EEXIST') {
      const remedy = 'Name another file, or move that one away.';
      return new MonitorError('file-exists', `${name} exists, and a recording writes over no file.`, { remedy, cause });
    }
    const remedy = 'Name a file in a folder that is there, that you may write to, and that has space.';
    return new MonitorError('cannot-write', `${name} cannot be written: ${systemReason(cause)}.`, { remedy, cause });
  };
  const handle = await open(path, 'wx').catch((cause) => Promise.reject(failed(cause)));
  const write = (line: string): Promise<void> =>
    handle.appendFile(line).catch((cause) => Promise.reject(failed(cause)));
  try {
    await write(renderRecordingHeader(roster));
    for await (const reading of readings) {
      await write(renderRecordingReading(reading));
      yield reading;
    }
  } finally {
    await handle.close();
  }
}
