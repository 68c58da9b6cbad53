import type { RuleCount } from './read-ipset.ts';

/** A rule's comment without its line, which changes when the inventory grows above it. */
export const ruleTitle = (comment: string): string => comment.replace(/^(?:line|row) \d+: /, '');

/** Counts of the rules of KVM-ROWS by their title, in the order of the rules. */
export function ruleCounts(saved: string): ReadonlyMap<string, RuleCount[]> {
  const counts = new Map<string, RuleCount[]>();
  const rules = /^\[(\d+):(\d+)\] -A KVM-ROWS\S* .*--comment "?([^"\n]*)"? -j/gm;
  for (const [, packets, bytes, comment = ''] of saved.matchAll(rules)) {
    const title = ruleTitle(comment);
    counts.set(title, [...(counts.get(title) ?? []), { packets: Number(packets), bytes: Number(bytes) }]);
  }
  return counts;
}
