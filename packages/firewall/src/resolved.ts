import type { Flow } from './flows.ts';
import type { PolicyAction } from './model.ts';
import type { Prefix } from './prefix.ts';

/**
 * Where a row is asked: `to: host` of what the host receives, whatever the destination, and `from: host` of what it sends,
 * whatever the source. From the host to itself no rule is asked.
 */
export type RowScope = 'any' | 'input' | 'output' | 'none';

/** How many a row with a limit lets through at once before the limit holds: as nft and iptables have it by default. */
export const LIMIT_BURST = 5;

/** A row whose zones are addresses, whose services are flows, and whose mistakes are gone. */
export interface ResolvedRow {
  /** Stable over reloads while the row says the same: the name of its counters. */
  readonly id: string;
  /** Its place in the table, from 0; forwards come after the rows. */
  readonly index: number;
  readonly line?: number;
  /** `lan -> guests: ssh accept`, safe to print. */
  readonly title: string;
  readonly comment?: string;
  readonly fromName: string;
  readonly toName: string;
  readonly scope: RowScope;
  /** Every address, when it is the host that sends. */
  readonly from: readonly Prefix[];
  /** Every address, when it is the host that receives. */
  readonly to: readonly Prefix[];
  readonly flows: readonly Flow[];
  readonly action: PolicyAction;
  readonly log: boolean;
  readonly limit?: { readonly packets: number; readonly per: 'second' | 'minute' | 'hour' | 'day' };
  /** Seconds since 1970. */
  readonly until?: number;
}

export interface ResolvedGuest {
  readonly name: string;
  readonly tap: string;
  /** Lower case. */
  readonly mac: string;
  readonly addresses: readonly Prefix[];
}

/** What is closed where no row opens it, whoever has it. */
export interface ResolvedGuestNetworks {
  /** What taps' names begin with: `tun`. */
  readonly taps: string;
  readonly ranges: readonly Prefix[];
  /** Named blocks within the ranges that are not behind taps, such as a bridge of containers. They may send from there. */
  readonly elsewhere: readonly Prefix[];
}

export interface ResolvedForward {
  readonly row: ResolvedRow;
  readonly protocol: number;
  readonly hostPort: number;
  readonly guest: Prefix;
  readonly guestPort: number;
}

/** A policy that can be rendered, asked and drawn. */
export interface ResolvedPolicy {
  readonly rows: readonly ResolvedRow[];
  readonly guests: readonly ResolvedGuest[];
  readonly guestByAddress: ReadonlyMap<string, ResolvedGuest>;
  readonly guestByTap: ReadonlyMap<string, ResolvedGuest>;
  readonly host: { readonly addresses: readonly Prefix[]; readonly uplink: string };
  /** As text. */
  readonly hostAddresses: ReadonlySet<string>;
  readonly guestNetworks: ResolvedGuestNetworks;
  /** Zones by name, in the order they are drawn. */
  readonly zones: ReadonlyMap<string, readonly Prefix[]>;
  readonly forwards: readonly ResolvedForward[];
  readonly masquerade: boolean;
}
