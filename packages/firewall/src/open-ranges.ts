import { type Edges, type Mentions, mentioned, noEdges } from './mentions.ts';
import { LINK_ICMPV6 } from './necessary.ts';
import type { Packet } from './packet.ts';
import { type AddressFamily, prefixOf } from './prefix.ts';
import { hasPorts, ICMP, ICMPV6, openingTypes, protocolName } from './protocols.ts';
import { runSteps, type Step } from './steps.ts';

/** Traffic of one family and protocol that is let through: ports, ICMP types, or 0 where there are none. */
export interface OpenRange {
  readonly family: AddressFamily;
  /** IP protocol number; undefined is all that nobody names. */
  readonly protocol?: number;
  readonly first: number;
  readonly last: number;
}

/** Stands for every protocol that nobody names. */
const UNNAMED = 253;

/** Tests that are left read neither address. */
const NOWHERE = prefixOf(0n, 4);

/**
 * What steps let through.
 *
 * @param steps those that are left once source, destination and moment are known
 * @param protocols those that are told apart
 */
export function openRanges(
  steps: readonly Step<unknown>[],
  family: AddressFamily,
  protocols: Mentions['protocols'],
): readonly OpenRange[] {
  const edges = edgesOf(steps);
  const opens = ({ protocol, port, icmpType }: Content): boolean => {
    const packet = { from: NOWHERE, to: NOWHERE, state: 'new', time: 0, protocol } as const;
    const action = runSteps(steps, {
      ...packet,
      ...(port !== undefined && { port }),
      ...(icmpType !== undefined && { icmpType }),
    })?.action;
    return action === undefined || action === 'accept';
  };
  const unnamed = opens({ protocol: UNNAMED });
  return [...protocols, UNNAMED]
    .filter((protocol) => protocol !== (family === 4 ? ICMPV6 : ICMP))
    .flatMap((protocol): OpenRange[] => {
      const most = hasPorts(protocol) ? 65_535 : isIcmp(protocol) ? 255 : undefined;
      if (most !== undefined) return joined(rangesOf(protocol, most, { family, edges, opens })).filter(hasOpening);
      const isOpen = edges.protocols.has(protocol) ? opens({ protocol }) : unnamed;
      return isOpen ? [{ family, ...(protocol !== UNNAMED && { protocol }), first: 0, last: 0 }] : [];
    });
}

type Content = Pick<Packet, 'protocol' | 'port' | 'icmpType'>;

const isIcmp = (protocol: number): boolean => protocol === ICMP || protocol === ICMPV6;

interface Asked {
  readonly family: AddressFamily;
  readonly edges: Edges;
  readonly opens: (content: Content) => boolean;
}

function rangesOf(protocol: number, most: number, { family, edges, opens }: Asked): OpenRange[] {
  const starts = isIcmp(protocol) ? icmpStarts(protocol, edges) : [...edges.ports];
  const sorted = [...new Set([0, ...starts])].filter((start) => start <= most).sort((a, b) => a - b);
  return sorted
    .map((first, index) => ({ family, protocol, first, last: (sorted[index + 1] ?? most + 1) - 1 }))
    .filter(({ first }) => opens({ protocol, ...(isIcmp(protocol) ? { icmpType: first } : { port: first }) }));
}

/** What links need is open whatever the policy says, and opens nothing. */
const icmpStarts = (protocol: number, { icmpTypes }: Edges): number[] =>
  [...icmpTypes].flatMap((type) => [type, type + 1]).filter((type) => protocol === ICMP || !LINK_ICMPV6.includes(type));

function joined(sorted: readonly OpenRange[]): OpenRange[] {
  const ranges: OpenRange[] = [];
  for (const range of sorted) {
    const before = ranges.at(-1);
    if (before?.last === range.first - 1) ranges[ranges.length - 1] = { ...before, last: range.last };
    else ranges.push(range);
  }
  return ranges;
}

/** Replies and errors of ICMP open no connection, whatever the rows say. */
function hasOpening({ protocol = UNNAMED, first, last }: OpenRange): boolean {
  return openingTypes(protocol)?.some((type) => first <= type && type <= last) ?? true;
}

function edgesOf(steps: readonly Step<unknown>[], found = noEdges()): Edges {
  for (const { tests, outcome } of steps) {
    for (const { edges } of tests) mentioned(edges, found);
    if (typeof outcome !== 'string') edgesOf(outcome.steps, found);
  }
  return found;
}

const texts = new WeakMap<readonly OpenRange[], readonly string[]>();

/** `tcp/22`, `tcp/22 (IPv4)` when IPv6 has it not, `any` for everything. Written once for what many cells share. */
export function openText(open: readonly OpenRange[]): readonly string[] {
  const text = texts.get(open) ?? textOf(open);
  texts.set(open, text);
  return text;
}

function textOf(open: readonly OpenRange[]): readonly string[] {
  const byText = new Map<string, AddressFamily[]>();
  for (const family of [4, 6] as const) {
    const own = open.filter((range) => range.family === family);
    const everything = own.some(({ protocol }) => protocol === undefined) && own.every(isWhole);
    for (const text of everything ? ['any'] : own.map(rangeText))
      byText.set(text, [...(byText.get(text) ?? []), family]);
  }
  return [...byText].map(([text, families]) =>
    families.length === 2 || text.startsWith('icmp') ? text : `${text} (IPv${families[0]})`,
  );
}

function isWhole({ protocol, first, last }: OpenRange): boolean {
  if (protocol === undefined) return true;
  if (hasPorts(protocol)) return first === 0 && last === 65535;
  return isIcmp(protocol) ? first === 0 && last === 255 : true;
}

function rangeText(range: OpenRange): string {
  const { protocol, first, last } = range;
  if (protocol === undefined) return 'other protocols';
  const name = protocolName(protocol);
  if (isWhole(range)) return name;
  return first === last ? `${name}/${first}` : `${name}/${first}-${last}`;
}
