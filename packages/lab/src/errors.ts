export type LabErrorCode =
  | 'not-root'
  | 'missing-program'
  | 'no-kernel'
  | 'no-memory'
  | 'no-such-guest'
  | 'no-such-machine'
  | 'already-up'
  | 'not-up'
  | 'guest-silent'
  | 'interrupted'
  | 'vm-ended'
  | 'command-timeout'
  | 'command-failed';

/** What kept the lab from doing what was asked; the message says how to mend it. */
export class LabError extends Error {
  override readonly name = 'LabError';
  readonly code: LabErrorCode;

  constructor(code: LabErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
