import { EarlierRows } from './earlier-rows.ts';
import { evaluate } from './evaluate.ts';
import { type Flow, flowIsOf, flowText } from './flows.ts';
import { isInRanges } from './guest-networks.ts';
import { makePacket, mayBeNew } from './packet.ts';
import { covers, lastOf, type Prefix, prefixOf } from './prefix.ts';
import { TCP } from './protocols.ts';
import type { ResolvedPolicy, ResolvedRow } from './resolved.ts';

export type PolicyFindingCode =
  /** It says what an earlier row says. */
  | 'duplicate'
  /** An earlier row decides all its packets, and as it would. */
  | 'shadowed'
  /** An earlier row decides all its packets, and otherwise than it would. */
  | 'contradictory'
  /** No packet can match it: a zone is empty, the zones have no family that its services have, or they open no connection. */
  | 'unreachable'
  | 'expired'
  /** It opens more than a careful operator means to. */
  | 'too-wide'
  /** It closes the host to ssh from the LAN. */
  | 'locks-out'
  /** No row closes the host to those that are not guests: it is open but for what others' rules close. */
  | 'host-open';

/** Something in a valid policy that is hardly meant. */
export interface PolicyFinding {
  readonly code: PolicyFindingCode;
  /** Absent when it is the lack of a row. */
  readonly row?: ResolvedRow;
  /** The earlier row that it has to do with. */
  readonly other?: ResolvedRow;
  /** `line 12 (lan -> db: ssh accept) never decides: line 10 (lan -> guests: ssh drop) is before it and says otherwise` */
  readonly message: string;
}

/**
 * Finds rows that are hardly meant as they are written.
 *
 * @param now seconds since 1970
 */
export function checkPolicy(policy: ResolvedPolicy, now: number): readonly PolicyFinding[] {
  const findings: PolicyFinding[] = [];
  const live: ResolvedRow[] = [];
  const earlier = new EarlierRows();
  for (const row of policy.rows) {
    const expired = row.until !== undefined && row.until <= now;
    const finding = expired ? expiredFinding(row) : (unreachable(row, policy) ?? covered(row, earlier));
    if (finding !== undefined) findings.push(finding);
    const wide = expired ? undefined : tooWide(row);
    if (wide !== undefined) findings.push(wide);
    if (expired) continue;
    live.push(row);
    earlier.add(row);
  }
  return [...findings, ...lockOut(policy, now), ...hostOpen(live)];
}

/** `line 12 (lan -> guests: ssh accept)` */
export const rowText = ({ line, index, title }: ResolvedRow): string =>
  `${line === undefined ? `row ${index + 1}` : `line ${line}`} (${title})`;

const expiredFinding = (row: ResolvedRow): PolicyFinding => ({
  code: 'expired',
  row,
  message: `${rowText(row)} expired at ${new Date((row.until ?? 0) * 1000).toISOString().slice(0, 19)}Z; remove it or give it more time`,
});

function unreachable(row: ResolvedRow, { guestNetworks }: ResolvedPolicy): PolicyFinding | undefined {
  if (row.scope === 'none') {
    const message = `${rowText(row)} matches no packet: what the host sends to itself passes no rule`;
    return { code: 'unreachable', row, message };
  }
  const isGuests = (zone: readonly Prefix[]): boolean => zone.every((each) => isInRanges(guestNetworks, each));
  if ((isGuests(row.from) || isGuests(row.to)) && row.flows.every(opensNothing)) {
    const message = `${rowText(row)} matches no packet: replies and errors of ICMP open no connection; those of one that is accepted pass without a row`;
    return { code: 'unreachable', row, message };
  }
  const families = ([4, 6] as const).filter(
    (family) =>
      row.from.some((each) => each.family === family) &&
      row.to.some((each) => each.family === family) &&
      row.flows.some((flow) => flowIsOf(flow, family)),
  );
  if (families.length > 0) return undefined;
  const message = `${rowText(row)} matches no packet: its zones and services have no address family together`;
  return { code: 'unreachable', row, message };
}

const opensNothing = ({ protocol, icmpType }: Flow): boolean =>
  protocol !== undefined && icmpType !== undefined && !mayBeNew({ protocol, icmpType });

/** Rows with a limit do not decide all their packets, so nothing is hidden behind them; nor behind those that end earlier. */
function covered(row: ResolvedRow, earlier: EarlierRows): PolicyFinding | undefined {
  const other = earlier.find(
    row,
    (each) =>
      each.limit === undefined &&
      (each.until === undefined || (row.until !== undefined && row.until <= each.until)) &&
      (each.scope === 'any' || each.scope === row.scope),
  );
  if (other === undefined) return undefined;
  if (other.action !== row.action) {
    const message = `${rowText(row)} never decides: ${rowText(other)} is before it and says otherwise; put a row like it before that one, or remove it`;
    return { code: 'contradictory', row, other, message };
  }
  const isSame =
    other.scope === row.scope &&
    sameFlows(row.flows, other.flows) &&
    earlier.zoneCovers(row.from, other.from) &&
    earlier.zoneCovers(row.to, other.to);
  if (isSame)
    return {
      code: 'duplicate',
      row,
      other,
      message: `${rowText(row)} says again what ${rowText(other)} says; remove one`,
    };
  const message = `${rowText(row)} never decides: ${rowText(other)} is before it and covers it; remove it`;
  return { code: 'shadowed', row, other, message };
}

const sameFlows = (some: readonly Flow[], others: readonly Flow[]): boolean =>
  some.map(flowText).sort().join() === others.map(flowText).sort().join();

function tooWide(row: ResolvedRow): PolicyFinding | undefined {
  if (row.action !== 'accept') return undefined;
  const reason = wideReason(
    row,
    row.flows.some(({ protocol }) => protocol === undefined),
  );
  return reason === undefined
    ? undefined
    : { code: 'too-wide', row, message: `${rowText(row)} is very wide: ${reason}` };
}

function wideReason({ fromName, toName }: ResolvedRow, everything: boolean): string | undefined {
  if (fromName === 'anywhere' && toName === 'anywhere')
    return 'it opens everyone to everyone, guests to each other included';
  if (!everything) return undefined;
  if (fromName === 'anywhere') return 'it lets anyone do anything there';
  if (toName !== 'anywhere') return undefined;
  return 'anywhere means other guests and the host as well; put rows that drop these before it';
}

/** A row that closes the host to everyone, or opens it to everyone, says what is meant. */
function hostOpen(live: readonly ResolvedRow[]): PolicyFinding[] {
  const decidesAll = live.some(
    ({ scope, fromName, toName, flows, limit }) =>
      (scope === 'input' || toName === 'anywhere') &&
      fromName === 'anywhere' &&
      limit === undefined &&
      flows.some(({ protocol }) => protocol === undefined),
  );
  if (decidesAll) return [];
  const row = live.find(({ scope, action }) => scope === 'input' && action === 'accept');
  const what =
    row === undefined
      ? 'no row is about what comes to the host from others than guests'
      : `${rowText(row)} closes nothing`;
  const remedy = 'add, as the last row, anywhere -> host: any drop; or accept, when it is meant to be open';
  return [{ code: 'host-open', ...(row && { row }), message: `${what}: the host is open to them; ${remedy}` }];
}

/** Tried with the LAN's last address but one, which is hardly anybody's own. */
function lockOut(policy: ResolvedPolicy, now: number): PolicyFinding[] {
  const lan = policy.zones.get('lan') ?? [];
  for (const { text, ...host } of policy.host.addresses) {
    const block = lan.find((each) => covers(each, { text, ...host }));
    if (block === undefined) continue;
    const from = prefixOf(lastOf(block) - 1n, host.family).text;
    const { action, by } = evaluate(policy, makePacket(policy, { from, to: text, protocol: TCP, port: 22, time: now }));
    if (action === 'accept' || typeof by === 'string') continue;
    const message = `${rowText(by)} closes the host to ssh from the LAN; put a row that accepts lan -> host: ssh before it`;
    return [{ code: 'locks-out', row: by, message }];
  }
  return [];
}
