import { FirewallError } from './errors.ts';
import type { FirewallZones, Policy } from './model.ts';
import { makePacket, type Packet, type PacketOptions } from './packet.ts';
import { bitsOf, isSingle, lastOf, type Prefix, parsePrefix, prefixOf } from './prefix.ts';
import { ICMP, ICMPV6 } from './protocols.ts';
import { resolvePolicy } from './resolve.ts';
import type { ResolvedPolicy, ResolvedRow } from './resolved.ts';

/** What somebody asks about, in the words of a row. */
export interface Question {
  /** A zone's name or an address. */
  readonly from: string;
  /** As `from`. */
  readonly to: string;
  /** A service's name, or as `tcp/22`. */
  readonly service: string;
}

/** Of what a question is asked. */
export interface QuestionContext {
  readonly policy: ResolvedPolicy;
  /** Those of the policy: names mean in a question what they mean in its rows. */
  readonly zones: FirewallZones;
  readonly services?: Policy['services'];
  /** Seconds since 1970; before every expiry when it is not given. */
  readonly time?: number;
}

/**
 * The first packets that a question is about: one for each pair of addresses and each part of the service. A network stands for
 * an address of it that nobody has by name.
 *
 * @throws FirewallError `invalid-question` when a name is not known (its `problems` say which) or nothing is left to ask
 */
export function questionPackets(context: QuestionContext, question: Question): readonly Packet[] {
  const { policy, time = 0 } = context;
  const row = resolveQuestion(context, question);
  const { addresses } = policy.host;
  const sources = question.from === 'host' ? addresses : row.from;
  const destinations = question.to === 'host' ? receivedBy(addresses) : row.to;
  const packets = sources.flatMap((source) =>
    destinations
      .filter(({ family, text }) => family === source.family && text !== source.text)
      .flatMap((destination) =>
        row.flows
          .filter(({ protocol }) => protocol !== (source.family === 4 ? ICMPV6 : ICMP))
          .map((flow) => {
            const ends = { from: addressIn(source), to: addressIn(destination) };
            return makePacket(policy, { ...ends, ...contentOf(flow), time });
          }),
      ),
  );
  if (packets.length > 0) return packets;
  throw new FirewallError(
    'invalid-question',
    `${question.from} and ${question.to} have no addresses between which there is ${question.service}.`,
  );
}

/**
 * What a service of a question is made of.
 *
 * @throws FirewallError `invalid-question` when there is none of that name
 */
export const serviceAsked = (context: QuestionContext, service: string): ResolvedRow['flows'] =>
  resolveQuestion(context, { from: 'anywhere', to: 'anywhere', service }).flows;

/** A host whose IPv6 address nobody knows has a link-local one all the same. */
const receivedBy = (known: readonly Prefix[]): readonly Prefix[] =>
  known.some(({ family }) => family === 6) ? known : [...known, prefixOf((0xfe80n << 112n) + 1n, 6)];

/** Also of what only looks like an IPv6 address: as one, it is refused with the reason. */
const isAddress = (text: string): boolean =>
  !text.includes('/') && (text.includes(':') || parsePrefix(text) !== undefined);

/** The question as a row of a table of its own, so that names mean what they mean in rows. */
function resolveQuestion({ services, zones }: QuestionContext, { from, to, service }: Question): ResolvedRow {
  const named = [...(zones.named ?? [])];
  const zoneOf = (text: string, name: string): string => {
    if (!isAddress(text)) return text;
    named.push({ name, addresses: [text] });
    return name;
  };
  // With a dot, so that no name of the inventory is one of them.
  const row = { from: zoneOf(from, 'address.from'), to: zoneOf(to, 'address.to'), services: [service] };
  try {
    const asked = { rows: [{ ...row, action: 'accept' as const }], ...(services && { services }) };
    return rowOf(resolvePolicy(asked, { ...zones, named }));
  } catch (cause) {
    if (!(cause instanceof FirewallError) || cause.code !== 'invalid-policy') throw cause;
    const { problems } = cause;
    const message = problems.map((problem) => `${problem.message} ${problem.remedy}`).join('\n');
    throw new FirewallError('invalid-question', message, { problems, cause });
  }
}

function rowOf({ rows: [row] }: ResolvedPolicy): ResolvedRow {
  if (row === undefined) throw new Error('a policy of one row resolved to none');
  return row;
}

function contentOf({ protocol, ports, icmpType }: ResolvedRow['flows'][number]): Omit<PacketOptions, 'from' | 'to'> {
  if (protocol === undefined)
    throw new FirewallError('invalid-question', 'Ask about one service, or a port such as tcp/22.');
  return { protocol, ...(ports && { port: ports.first }), ...(icmpType !== undefined && { icmpType }) };
}

/** One address of a block: the last but one, which is hardly anybody's own; of the world, one from its documentation. */
function addressIn(block: Prefix): string {
  const { family, length } = block;
  if (isSingle(block)) return block.text;
  if (length === 0) return family === 4 ? '203.0.113.1' : '2001:db8::1';
  return prefixOf(lastOf(block) - (bitsOf(family) - length > 1 ? 1n : 0n), family).text;
}
