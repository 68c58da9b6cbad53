/** What can be wrong: stable, to be compared by programs. */
export type NetplanErrorCode =
  | 'invalid-vmid'
  | 'invalid-nic'
  | 'invalid-range'
  | 'range-too-small'
  | 'invalid-guest'
  | 'invalid-gateway'
  | 'invalid-uplink';

/** Input from which no network can be derived; the message says what was wrong and how to mend it. */
export class NetplanError extends Error {
  override readonly name = 'NetplanError';
  readonly code: NetplanErrorCode;

  constructor(code: NetplanErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
