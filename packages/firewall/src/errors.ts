/** What can be wrong with a policy or its zones: stable, to be compared by programs. */
export type PolicyProblemCode =
  | 'bad-name'
  | 'bad-address'
  | 'bad-interface'
  | 'bad-mac'
  | 'bad-service'
  | 'bad-limit'
  | 'bad-expiry'
  | 'bad-action'
  | 'bad-forward'
  | 'duplicate-name'
  | 'duplicate-address'
  | 'duplicate-interface'
  | 'family-mismatch'
  | 'unknown-zone'
  | 'unknown-service';

/** One mistake, with the inventory's line of the row that holds it, when the row has one. */
export interface PolicyProblem {
  readonly code: PolicyProblemCode;
  /** Where in the policy or the zones, things that have a name by it: `['rows', 2, 'services']`, `['guests', 'web', 'tap']`. */
  readonly path: readonly (string | number)[];
  readonly line?: number;
  /** What is wrong, a sentence. */
  readonly message: string;
  /** How to mend it, a sentence. */
  readonly remedy: string;
}

export type FirewallErrorCode =
  | 'invalid-policy'
  | 'invalid-packet'
  | 'unreadable-ruleset'
  | 'apply-failed'
  | 'invalid-question'
  | 'cannot-prove'
  | 'not-pending';

/** What the firewall cannot do; the message says what was wrong and how to mend it. */
export class FirewallError extends Error {
  override readonly name = 'FirewallError';
  readonly code: FirewallErrorCode;
  /** All mistakes of an `invalid-policy` or `invalid-question`; empty for other codes. */
  readonly problems: readonly PolicyProblem[];

  constructor(
    code: FirewallErrorCode,
    message: string,
    options: ErrorOptions & { problems?: readonly PolicyProblem[] } = {},
  ) {
    super(message, options);
    this.code = code;
    this.problems = options.problems ?? [];
  }
}
