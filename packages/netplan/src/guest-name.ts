import { NetplanError } from './errors.ts';

/** @throws NetplanError `invalid-guest` when the name could break out of a comment or a quoted string. */
export function assertGuestName(name: string): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name))
    throw new NetplanError(
      'invalid-guest',
      `guest's name ${JSON.stringify(name)} is not letters, digits, '.', '_' and '-'`,
    );
}
