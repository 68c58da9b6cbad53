/** What can go wrong: stable, to be compared by programs. */
export type LvmErrorCode =
  | 'lvm-missing'
  | 'no-device-mapper'
  | 'not-permitted'
  | 'unreadable-report'
  | 'invalid-name'
  | 'invalid-size'
  | 'vg-not-found'
  | 'ambiguous-group'
  | 'volume-not-found'
  | 'changed-meanwhile'
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
  | 'bad-image'
  | 'bad-layout'
  | 'plan-refused'
  | 'bad-arguments'
  | 'failed';

/** What keeps one volume from becoming what it should be. */
export interface VolumeProblem {
  readonly code: LvmErrorCode;
  /** `vg/name`, or `vg` when it concerns the whole group. */
  readonly where: string;
  readonly message: string;
  readonly remedy: string;
}

export interface LvmErrorDetails extends ErrorOptions {
  /** How to mend it: one sentence. */
  readonly remedy: string;
  /** LVM's own words, a line each, as it wrote them. */
  readonly said?: readonly string[];
  /** All that keeps a plan from being made. */
  readonly problems?: readonly VolumeProblem[];
}

/** What LVM or this package refuses or cannot do; the message says what was wrong and how to mend it. */
export class LvmError extends Error {
  override readonly name = 'LvmError';
  readonly code: LvmErrorCode;
  readonly remedy: string;
  readonly said: readonly string[];
  /** All mistakes of a `plan-refused`; empty for other codes. */
  readonly problems: readonly VolumeProblem[];

  constructor(code: LvmErrorCode, problem: string, { remedy, said = [], problems = [], ...options }: LvmErrorDetails) {
    super(`${problem} ${remedy}`, options);
    this.code = code;
    this.remedy = remedy;
    this.said = said;
    this.problems = problems;
  }
}
