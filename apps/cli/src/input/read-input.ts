import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { CliError, systemReason } from '../output/cli-error.ts';
import type { Session } from '../session.ts';

/** The file's name for messages. */
export const inputName = (file: string): string => (file === '-' ? 'stdin' : file);

/**
 * The bytes of a file, `-` for standard input, as they come.
 *
 * @throws CliError unreadable-file
 */
export async function* readInput({ io }: Session, file: string): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* file === '-' ? io.stdin : createReadStream(resolve(io.cwd, file));
  } catch (cause) {
    throw new CliError('unreadable-file', `${inputName(file)} cannot be read: ${systemReason(cause)}.`, { cause });
  }
}

/**
 * All of a file that is to be something of a certain kind, `-` for standard input.
 *
 * @param kind what it is too large to be: `a plan`
 * @throws CliError `unreadable-file`; `bad-input` when it has more than `mostBytes`
 */
export async function readWhole(
  session: Session,
  file: string,
  { mostBytes, kind }: { readonly mostBytes: number; readonly kind: string },
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of readInput(session, file)) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > mostBytes) throw new CliError('bad-input', `${inputName(file)} is too large to be ${kind}.`);
  }
  return Buffer.concat(chunks);
}

/** A file's problem at its place, from an error whose message begins with the place: `line 3, column 5: ...`. */
export function locatedError(
  file: string,
  cause: Error & { readonly line?: number | undefined; readonly column?: number | undefined },
): CliError {
  const problem = cause.message.replace(/^line \d+, column \d+: /, '');
  const place = cause.line === undefined ? '' : `${cause.line}:${cause.column}:`;
  return new CliError('bad-input', `${inputName(file)}:${place} ${problem}`, { cause });
}
