import { InvalidArgumentError } from 'commander';
import type { ConnectionChoice } from '../../hosts/connection.ts';

export interface PowerOptions extends ConnectionChoice {
  /** Seconds that each guest has. */
  readonly timeout?: number;
}

export function parseTimeout(text: string): number {
  const seconds = Number(text);
  if (!/^\d+$/.test(text) || seconds < 1 || seconds > 86_400)
    throw new InvalidArgumentError('It is a whole number of seconds from 1 to 86400.');
  return seconds;
}
