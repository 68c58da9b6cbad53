export type ServicesProblemCode =
  | 'unknown-machine'
  | 'unknown-client'
  | 'bad-name'
  | 'bad-domain'
  | 'bad-address'
  | 'bad-path'
  | 'bad-base'
  | 'bad-option'
  | 'own-client'
  | 'no-address'
  | 'duplicate';

/** One mistake in a declaration. */
export interface ServicesProblem {
  readonly code: ServicesProblemCode;
  /** Keys from the declaration down to the value: `['files', 'exports', 'home', 'path']`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** How to mend it. */
  readonly remedy: string;
}

export type ServicesErrorCode =
  | 'invalid-declaration'
  | 'missing-secret'
  | 'missing-packages'
  | 'bad-secrets'
  | 'program-failed'
  | 'bad-stage'
  | 'not-rolled-out'
  | 'bad-manifest'
  | 'no-such-folder'
  | 'cannot-remove'
  | 'locked';

/** What shared services cannot do; the message says what was wrong and how to mend it. */
export class ServicesError extends Error {
  override readonly name = 'ServicesError';
  readonly code: ServicesErrorCode;
  /** All mistakes of an `invalid-declaration`; empty for other codes. */
  readonly problems: readonly ServicesProblem[];

  constructor(
    code: ServicesErrorCode,
    message: string,
    options: ErrorOptions & { problems?: readonly ServicesProblem[] } = {},
  ) {
    super(message, options);
    this.code = code;
    this.problems = options.problems ?? [];
  }
}
