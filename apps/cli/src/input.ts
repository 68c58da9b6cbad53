import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { systemReason } from './cli-error.ts';
import { printable } from './printable.ts';
import type { Session } from './session.ts';

/** A file given to a command that cannot be read, or is not what it should be: `FILE:LINE:COLUMN: what is wrong`. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly code: 'unreadable-file' | 'bad-input';

  constructor(code: InputError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The file's name for messages. */
export const inputName = (file: string): string => (file === '-' ? 'stdin' : printable(file));

/**
 * The bytes of a file, `-` for standard input, as they come.
 *
 * @throws InputError unreadable-file
 */
export async function* readInput({ io }: Session, file: string): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* file === '-' ? io.stdin : createReadStream(resolve(io.cwd, file));
  } catch (cause) {
    throw new InputError('unreadable-file', `${inputName(file)} cannot be read: ${systemReason(cause)}.`, { cause });
  }
}

/** A file's problem at its place, from an error whose message begins with the place: `line 3, column 5: ...`. */
export function locatedError(
  file: string,
  cause: Error & { readonly line?: number | undefined; readonly column?: number | undefined },
): InputError {
  const problem = cause.message.replace(/^line \d+, column \d+: /, '');
  const place = cause.line === undefined ? '' : `${cause.line}:${cause.column}:`;
  return new InputError('bad-input', `${inputName(file)}:${place} ${problem}`, { cause });
}
