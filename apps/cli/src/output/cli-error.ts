export type CliErrorCode =
  | 'usage'
  | 'no-inventory'
  | 'no-policy'
  | 'no-services'
  | 'unreadable-inventory'
  | 'unreadable-file'
  | 'bad-input'
  | 'no-such-guest'
  | 'not-done'
  | 'console-busy'
  | 'no-terminal'
  | 'file-exists'
  | 'cannot-write'
  | 'not-root'
  | 'locks-out'
  | 'untrusted'
  | 'stale-plan';

/** What kept a command from doing what was asked; the message says how to mend it. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: CliErrorCode;
  /** The lines of a message that was given as several; empty for one text. */
  readonly lines: readonly string[];

  /** @param message several lines are a list: a line break in foreign words makes no line of its own */
  constructor(code: CliErrorCode, message: string | readonly string[], options?: ErrorOptions) {
    super(typeof message === 'string' ? message : message.join('\n'), options);
    this.code = code;
    this.lines = typeof message === 'string' ? [] : message;
  }
}

/** `permission denied`: the system's reason, without the code, call and path that Node puts around it. */
export function systemReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /^E[A-Z0-9]+: ([^,]+)/.exec(message)?.[1] ?? message;
}

/** The system's error code, such as `ENOENT`. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
