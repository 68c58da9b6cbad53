import { open } from 'node:fs/promises';
import { CliError, systemCode, systemReason } from '../output/cli-error.ts';
import { renderJsonLine } from '../output/json.ts';
import { isReading, isRecordingHeader } from './check-recording.ts';
import type { Reading, Roster } from './reading.ts';

/** The first line of a recording; each other line is a reading. */
export interface RecordingHeader {
  readonly version: 1;
  readonly kind: 'kvmctl top';
  readonly roster: Roster | null;
}

/** Many times what the largest host needs. */
const lineLimit = 64 * 1024 ** 2;

/**
 * Passes readings on, and adds each to a file as a line of JSON before: killed at any moment, the file is good up to its
 * last line.
 *
 * @throws CliError file-exists, cannot-write
 */
export async function* recorded(
  readings: AsyncIterable<Reading>,
  file: { readonly path: string; readonly name: string; readonly roster: Roster | undefined },
): AsyncGenerator<Reading, void, undefined> {
  const header: RecordingHeader = { version: 1, kind: 'kvmctl top', roster: file.roster ?? null };
  const failed = (cause: unknown): CliError => {
    if (systemCode(cause) === 'EEXIST')
      return new CliError('file-exists', `${file.name} exists, and a recording writes over no file.`, { cause });
    return new CliError('cannot-write', `${file.name} cannot be written: ${systemReason(cause)}.`, { cause });
  };
  const handle = await open(file.path, 'wx').catch((cause) => Promise.reject(failed(cause)));
  const write = (line: object): Promise<void> =>
    handle.appendFile(renderJsonLine(line)).catch((cause) => Promise.reject(failed(cause)));
  try {
    await write(header);
    for await (const reading of readings) {
      await write(reading);
      yield reading;
    }
  } finally {
    await handle.close();
  }
}

/** A recording whose first line has been read. */
export interface Recording {
  readonly roster: Roster | undefined;
  readonly readings: AsyncGenerator<Reading, void, undefined>;
}

/**
 * Opens what {@link recorded} wrote.
 *
 * @param name the file's, for messages
 * @throws CliError bad-input, also while the readings are read
 */
export async function openRecording(chunks: AsyncIterable<Uint8Array>, name: string): Promise<Recording> {
  const lines = linesOf(chunks, name);
  const { value: first } = await lines.next();
  const header = parseLine(first?.line ?? '');
  if (!isRecordingHeader(header)) throw notARecording(`${name}:1: this is no recording of kvmctl top --record.`);
  return { roster: header.roster ?? undefined, readings: readingsOf(lines, name) };
}

async function* readingsOf(lines: AsyncIterable<Line>, name: string): AsyncGenerator<Reading, void, undefined> {
  for await (const { number, line, complete } of lines) {
    const reading = parseLine(line);
    if (isReading(reading)) yield reading;
    // An incomplete one was being written when its writer was killed.
    else if (complete) throw notARecording(`${name}:${number}: this is no reading of kvmctl top.`);
  }
}

const notARecording = (message: string): CliError => new CliError('bad-input', message);

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

interface Line {
  readonly number: number;
  readonly line: string;
  /** Whether a line feed ends it. */
  readonly complete: boolean;
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Line, void, undefined> {
  const decoder = new TextDecoder();
  let number = 1;
  let rest = '';
  for await (const chunk of chunks) {
    const lines = decoder.decode(chunk, { stream: true }).split('\n');
    lines[0] = rest + lines[0];
    rest = lines.pop() ?? '';
    for (const line of lines) yield { number: number++, line, complete: true };
    if (rest.length > lineLimit) throw notARecording(`${name}:${number}: the line is too long for a recording.`);
  }
  if (rest !== '') yield { number, line: rest, complete: false };
}
