/** What can go wrong: stable, to be compared by programs. */
export type ImageErrorCode =
  | 'not-blank'
  | 'in-use'
  | 'changed-meanwhile'
  | 'bad-tarball'
  | 'bad-identity'
  | 'no-mmdebstrap'
  | 'failed';

/** What kept an operating system from being made or installed; the message says what was wrong and how to mend it. */
export class ImageError extends Error {
  override readonly name = 'ImageError';
  readonly code: ImageErrorCode;
  /** How to mend it: one sentence. */
  readonly remedy: string;

  constructor(
    code: ImageErrorCode,
    problem: string,
    { remedy, ...options }: ErrorOptions & { readonly remedy: string },
  ) {
    super(`${problem} ${remedy}`, options);
    this.code = code;
    this.remedy = remedy;
  }
}
