import { type Flow, flowCovers, flowText } from './flows.ts';
import type { Prefix } from './prefix.ts';
import { indexed, type PrefixIndex } from './prefix-index.ts';
import { hasPorts, ICMP, ICMPV6 } from './protocols.ts';
import type { ResolvedRow } from './resolved.ts';

/** Rows in their order, found by what they decide: those of other ports are not looked at, and each zone is read once. */
export class EarlierRows {
  readonly #byFlow = new Map<string, ResolvedRow[]>();
  /** Rows that may cover flows of other texts than their own. */
  readonly #wide: ResolvedRow[] = [];
  readonly #zones = new Map<readonly Prefix[], PrefixIndex<Prefix>>();
  readonly #covers = new Map<readonly Prefix[], Map<readonly Prefix[], boolean>>();

  add(row: ResolvedRow): void {
    if (row.flows.some(isWide)) this.#wide.push(row);
    for (const text of new Set(row.flows.map(flowText))) {
      const rows = this.#byFlow.get(text);
      if (rows === undefined) this.#byFlow.set(text, [row]);
      else rows.push(row);
    }
  }

  /** The first that covers flows and zones of a row, and is of a kind. */
  find(row: ResolvedRow, isOfKind: (earlier: ResolvedRow) => boolean): ResolvedRow | undefined {
    const [flow] = row.flows;
    if (flow === undefined) return undefined;
    const covering = (each: ResolvedRow): boolean => isOfKind(each) && this.#rowCovers(each, row);
    const found = [this.#byFlow.get(flowText(flow)) ?? [], this.#wide].flatMap((rows) => rows.find(covering) ?? []);
    return found.sort((a, b) => a.index - b.index)[0];
  }

  #rowCovers(outer: ResolvedRow, inner: ResolvedRow): boolean {
    return (
      inner.flows.every((flow) => outer.flows.some((each) => flowCovers(each, flow))) &&
      this.zoneCovers(outer.from, inner.from) &&
      this.zoneCovers(outer.to, inner.to)
    );
  }

  /** Whether all of `inner` lies in blocks of `outer`. */
  zoneCovers(outer: readonly Prefix[], inner: readonly Prefix[]): boolean {
    const known = this.#covers.get(outer) ?? new Map<readonly Prefix[], boolean>();
    this.#covers.set(outer, known);
    const blocks = this.#zones.get(outer) ?? indexed(outer);
    this.#zones.set(outer, blocks);
    const covers = known.get(inner) ?? inner.every((each) => blocks.covers(each));
    known.set(inner, covers);
    return covers;
  }
}

/** Whether other flows lie in it: all ports or types of a protocol, several ports, or everything. */
const isWide = ({ protocol, ports, icmpType }: Flow): boolean => {
  if (protocol === undefined || (ports !== undefined && ports.first < ports.last)) return true;
  return (
    ports === undefined && icmpType === undefined && (hasPorts(protocol) || protocol === ICMP || protocol === ICMPV6)
  );
};
