import { isReading, isRecordingHeader, type RecordingHeader } from './check-recording.ts';
import { MonitorError } from './errors.ts';
import type { Reading, Roster } from './reading.ts';

/** The class of the web that is used here: the compiler is given no library that declares it. */
declare const TextDecoder: new () => { decode(bytes?: Uint8Array, options?: { stream: boolean }): string };

/** Many times what the largest host needs. */
const lineLimit = 64 * 1024 ** 2;

/** The first line of a recording. */
export const renderRecordingHeader = (roster: Roster | undefined): string =>
  renderLine({ version: 1, kind: 'kvmctl top', roster: roster ?? null } satisfies RecordingHeader);

/** Another line of a recording. */
export const renderRecordingReading = (reading: Reading): string => renderLine(reading);

/** JSON that is safe to look at in a terminal, too. */
const renderLine = (value: object): string => `${JSON.stringify(value).replace(controls, escapeUnits)}\n`;

const controls = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

const escapeUnits = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');

/** A recording whose first line has been read. */
export interface Recording {
  readonly roster: Roster | undefined;
  readonly readings: AsyncGenerator<Reading, void, undefined>;
}

/**
 * Reads a recording while it comes. An incomplete last line is left out: its writer was killed.
 *
 * @param chunks of UTF-8, cut anywhere
 * @param name the file's, for messages
 * @throws MonitorError bad-recording, also while the readings are read
 */
export async function parseRecording(chunks: AsyncIterable<Uint8Array>, name: string): Promise<Recording> {
  const lines = linesOf(chunks, name);
  const { value: first } = await lines.next();
  const header = parseLine(first?.line ?? '');
  if (!isRecordingHeader(header)) throw notARecording(`${name}:1: this is no recording of kvmctl top.`);
  return { roster: header.roster ?? undefined, readings: readingsOf(lines, name) };
}

async function* readingsOf(lines: AsyncIterable<Line>, name: string): AsyncGenerator<Reading, void, undefined> {
  for await (const { number, line, complete } of lines) {
    const reading = parseLine(line);
    if (isReading(reading)) yield reading;
    else if (complete) throw notARecording(`${name}:${number}: this is no reading of kvmctl top.`);
  }
}

const notARecording = (problem: string): MonitorError =>
  new MonitorError('bad-recording', problem, { remedy: 'Take a file that `kvmctl top --record` wrote.' });

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
