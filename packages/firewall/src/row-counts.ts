import { type CompiledRule, compileRows } from './compile.ts';
import { elementText, setMatches } from './ipset.ts';
import type { NftListing } from './nft-listing.ts';
import { numbered, type RuleCount, readIpset, type SavedSet } from './read-ipset.ts';
import type { SavedIptables } from './read-iptables.ts';
import { LONGEST_COMMENT } from './render-iptables.ts';
import { counterName } from './render-nft.ts';
import type { ResolvedPolicy, ResolvedRow } from './resolved.ts';
import { ruleComment } from './rule-comment.ts';
import { ruleCounts, ruleTitle } from './rule-counts.ts';

/** How many packets a row has decided since it was first loaded; those of accepted connections after their first are not counted. */
export interface RowCount extends RuleCount {
  readonly row: ResolvedRow;
}

/** @param json what `nft -j list table inet kvm` prints */
export function countNftRows(policy: ResolvedPolicy, json: string): readonly RowCount[] {
  const { nftables } = JSON.parse(json) as NftListing;
  const counters = new Map(
    nftables.flatMap(({ counter }) => (counter === undefined ? [] : [[counter.name, counter] as const])),
  );
  return policy.rows.map((row) => {
    const { packets = 0, bytes = 0 } = counters.get(counterName(row)) ?? {};
    return { row, packets, bytes };
  });
}

/** @param saved what `iptables-save -c`, `ip6tables-save -c` and `ipset save` print */
export function countIptablesRows(policy: ResolvedPolicy, saved: SavedIptables): readonly RowCount[] {
  const sets = readIpset(saved.ipset);
  const totals = new Map<ResolvedRow, RuleCount>();
  for (const [row, { packets, bytes }] of ([4, 6] as const).flatMap((family) => {
    const lines = ruleCounts(family === 4 ? saved.ipv4 : saved.ipv6);
    return compileRows(policy, family).flatMap((rule) => ownCounts(rule, lines, sets));
  })) {
    const before = totals.get(row) ?? { packets: 0, bytes: 0 };
    totals.set(row, { packets: before.packets + packets, bytes: before.bytes + bytes });
  }
  return policy.rows.map((row) => ({ row, packets: 0, bytes: 0, ...totals.get(row) }));
}

/** The rules come in the order they were written, so that each takes the next count of those with its comment. */
function ownCounts(
  rule: CompiledRule,
  lines: ReadonlyMap<string, RuleCount[]>,
  sets: ReadonlyMap<string, SavedSet>,
): [ResolvedRow, RuleCount][] {
  const count = lines.get(ruleTitle(ruleComment(rule.rows, LONGEST_COMMENT)))?.shift();
  const [row, ...more] = rule.rows;
  if (more.length > 0) return elementCounts(rule, sets);
  return row === undefined || count === undefined ? [] : [[row, count]];
}

function elementCounts(rule: CompiledRule, sets: ReadonlyMap<string, SavedSet>): [ResolvedRow, RuleCount][] {
  const name = setMatches(rule).at(-1)?.set.name ?? '';
  return [...rule.elements.values()].flatMap((element) => {
    const count = sets.get(name)?.elements.get(numbered(elementText(element)));
    return count === undefined ? [] : [[element.row, count] as [ResolvedRow, RuleCount]];
  });
}
