import type { DomainChange } from './when.ts';

/** A place where a domain is not as it was asked for, and when that can be mended. */
export type DomainDifference = DomainChange & {
  /** `devices.disk[vda].driver.@cache`: items of a list by what tells them apart, else counted from 1. */
  readonly path: string;
  /** The value or text asked for, or the start of the element; undefined when it was not asked for. */
  readonly desired: string | undefined;
  /** What there is; undefined when it is not there. */
  readonly actual: string | undefined;
};
