import type { DomainElement } from '../generated/domain.ts';
import { Comparison } from './comparison.ts';
import type { DomainDifference } from './domain-difference.ts';
import { releaseNumber } from './release.ts';
import { treeOf } from './tree.ts';

/** What the comparison goes by. */
export interface DiffOptions {
  /**
   * The release of the libvirt that filled the actual domain in: `11.3.0`. Left out, what any known release (9.0.0 to 11.3.0)
   * fills in is passed over; of a later one than those, what the latest known fills in.
   */
  readonly libvirt?: string | undefined;
}

/**
 * How a domain differs from what was asked for, in the user's terms: blind to what libvirt fills in by itself (addresses,
 * aliases, generated names, default devices and values), to order where it has no meaning, and to spelling (512 MiB is
 * 524288 KiB, 0x1f is 31). What the actual domain has beyond that was not asked for, and is a difference, too.
 *
 * @returns no difference when defining `desired` would change nothing of what it says.
 */
export function diffDomains(
  desired: DomainElement,
  actual: DomainElement,
  { libvirt }: DiffOptions = {},
): readonly DomainDifference[] {
  const release = libvirt === undefined ? undefined : releaseNumber(libvirt);
  return new Comparison(treeOf('domain', desired), treeOf('domain', actual), release).domains();
}
