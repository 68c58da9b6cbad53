/** What can go wrong: stable, to be compared by programs. */
export type LvmErrorCode =
  | 'lvm-missing'
  | 'unreadable-report'
  | 'invalid-name'
  | 'invalid-size'
  | 'vg-not-found'
  | 'volume-not-found'
  | 'pv-not-found'
  | 'name-taken'
  | 'foreign-volume'
  | 'vg-full'
  | 'pv-missing'
  | 'duplicate-pv'
  | 'exported'
  | 'in-use'
  | 'locked'
  | 'moving'
  | 'read-only'
  | 'signature-found'
  | 'would-shrink'
  | 'same-size'
  | 'origin-active'
  | 'thin-pool-full'
  | 'snapshot-full'
  | 'device-not-made'
  | 'nothing-to-move'
  | 'sick-disk'
  | 'aborted'
  | 'not-confirmed'
  | 'bad-arguments'
  | 'failed';

export interface LvmErrorDetails extends ErrorOptions {
  /** How to mend it: one sentence. */
  readonly remedy: string;
  /** LVM's own words, a line each, as it wrote them. */
  readonly said?: readonly string[];
}

/** What LVM or this package refuses or cannot do; the message says what was wrong and how to mend it. */
export class LvmError extends Error {
  override readonly name = 'LvmError';
  readonly code: LvmErrorCode;
  readonly remedy: string;
  readonly said: readonly string[];

  constructor(code: LvmErrorCode, problem: string, { remedy, said = [], ...options }: LvmErrorDetails) {
    super(`${problem} ${remedy}`, options);
    this.code = code;
    this.remedy = remedy;
    this.said = said;
  }
}
