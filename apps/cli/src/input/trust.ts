import type { Exposure, Plan } from '@kvm/host';
import type { Command } from 'commander';
import { CliError } from '../output/cli-error.ts';
import { counted } from '../output/words.ts';

export interface TrustOptions {
  readonly trustXml?: boolean;
}

/** Adds the option by which a person says that an inventory is their own. */
export const withTrustOption = (command: Command): Command =>
  command.option(
    '--trust-xml',
    'take raw XML and paths of the inventory that reach the host beyond its guests (kvmctl validate names them)',
  );

/** `inventory.yaml:9:7: guests.web.xml: /domain/devices/hostdev: a device of the host` */
const renderExposure = ({ file, line, column, path, message }: Exposure): string =>
  `${file}:${line}:${column}: ${path.join('.')}: ${message}`;

/** What a plan's steps would give to guests; nothing when they concern others. */
export function exposuresOf({ steps }: Plan, exposures: readonly Exposure[]): readonly Exposure[] {
  const guests = new Set(steps.map(({ guest }) => guest));
  return steps.length === 0 ? [] : exposures.filter(({ guest }) => guest === undefined || guests.has(guest));
}

const mostShown = 20;

/** A line each, the first of many. */
export function listExposures(exposures: readonly Exposure[]): string[] {
  const more = exposures.length - mostShown;
  return [...exposures.slice(0, mostShown).map(renderExposure), ...(more > 0 ? [`and ${more} more`] : [])];
}

/**
 * Refuses an inventory that reaches the host beyond its guests, unless a person has said that it may.
 *
 * @throws CliError `untrusted`
 */
export function assertTrusted(exposures: readonly Exposure[], { trustXml }: TrustOptions): void {
  if (trustXml || exposures.length === 0) return;
  const lines = [
    `the inventory reaches this host beyond its guests, in ${counted(exposures.length, 'place')}:`,
    ...listExposures(exposures),
    'If it is your own, or you have read these places, say --trust-xml.',
  ];
  throw new CliError('untrusted', lines);
}
