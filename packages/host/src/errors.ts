export type HostErrorCode =
  | 'unreachable'
  | 'command-failed'
  | 'locked'
  | 'lock-lost'
  | 'guest-does-not-stop'
  | 'guest-does-not-restart'
  | 'guest-paused'
  | 'guest-off'
  | 'no-agent'
  | 'guest-silent'
  | 'memory-not-taken'
  | 'no-such-guest'
  | 'ambiguous-guest'
  | 'disks-in-use'
  | 'in-use'
  | 'state-kept'
  | 'leads-out'
  | 'cannot-write'
  | 'bad-plan'
  | 'no-such-target';

/** What kept a host from being looked at or changed; the message says how to mend it. */
export class HostError extends Error {
  override readonly name = 'HostError';
  readonly code: HostErrorCode;

  constructor(code: HostErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
