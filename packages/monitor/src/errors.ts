export type MonitorErrorCode = 'bad-recording' | 'file-exists' | 'cannot-write' | 'cannot-listen';

interface MonitorErrorDetails extends ErrorOptions {
  /** How to mend it: one sentence. */
  readonly remedy: string;
}

/** What this package refuses or cannot do; the message says what was wrong and how to mend it. */
export class MonitorError extends Error {
  override readonly name = 'MonitorError';
  readonly code: MonitorErrorCode;
  readonly remedy: string;

  constructor(code: MonitorErrorCode, problem: string, { remedy, ...options }: MonitorErrorDetails) {
    super(`${problem} ${remedy}`, options);
    this.code = code;
    this.remedy = remedy;
  }
}
