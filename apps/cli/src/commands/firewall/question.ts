import { isIP } from 'node:net';
import type { FirewallError, Packet, PacketOptions, ResolvedPolicy, ResolvedRow } from '@kvm/firewall';
import { type ReadPolicy, secondsNow } from '../../input/read-policy.ts';
import { CliError, systemCode } from '../../output/cli-error.ts';

/** What a user asks about, in words. */
export interface Question {
  /** A zone's name or an address. */
  readonly from: string;
  /** As `from`. */
  readonly to: string;
  /** A service's name, or as `tcp/22`. */
  readonly service: string;
}

/**
 * The first packets that a question is about: one for each pair of addresses and each part of the service.
 *
 * @throws CliError `usage` when a name is not known or nothing is left to ask
 */
export async function questionPackets(read: ReadPolicy, question: Question): Promise<readonly Packet[]> {
  const { makePacket } = await import('@kvm/firewall');
  const row = await resolveQuestion(read, question);
  const { addresses } = read.resolved.host;
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
            return makePacket(read.resolved, { ...ends, ...contentOf(flow), time: secondsNow() });
          }),
      ),
  );
  if (packets.length > 0) return packets;
  throw new CliError(
    'usage',
    `${question.from} and ${question.to} have no addresses between which there is ${question.service}.`,
  );
}

type Addresses = ResolvedRow['from'];

/** A host whose IPv6 address nobody knows has a link-local one all the same. */
const receivedBy = (known: Addresses): Addresses =>
  known.some(({ family }) => family === 6)
    ? known
    : [...known, { family: 6, first: (0xfe80n << 112n) + 1n, length: 128, text: 'fe80::1' }];

const ICMP = 1;
const ICMPV6 = 58;

/** The question as a row of a table of its own, so that names mean what they mean in rows. */
async function resolveQuestion({ services, zones }: ReadPolicy, { from, to, service }: Question): Promise<ResolvedRow> {
  const { resolvePolicy } = await import('@kvm/firewall');
  // With a dot, so that no name of the inventory is one of them.
  const named = [...(zones.named ?? [])];
  const zoneOf = (text: string, name: string): string => {
    if (isIP(text) === 0) return text;
    named.push({ name, addresses: [text] });
    return name;
  };
  const row = { from: zoneOf(from, 'address.from'), to: zoneOf(to, 'address.to'), services: [service] };
  try {
    const asked = { rows: [{ ...row, action: 'accept' }], services } as const;
    return rowOf(resolvePolicy(asked, { ...zones, named }));
  } catch (error) {
    if (systemCode(error) !== 'invalid-policy') throw error;
    throw new CliError(
      'usage',
      (error as FirewallError).problems.map(({ message }) => message),
      {
        cause: error,
      },
    );
  }
}

function rowOf({ rows: [row] }: ResolvedPolicy): ResolvedRow {
  if (row === undefined) throw new Error('a policy of one row resolved to none');
  return row;
}

function contentOf({ protocol, ports, icmpType }: ResolvedRow['flows'][number]): Omit<PacketOptions, 'from' | 'to'> {
  if (protocol === undefined) throw new CliError('usage', 'Ask about one service, or a port such as tcp/22.');
  return { protocol, ...(ports && { port: ports.first }), ...(icmpType !== undefined && { icmpType }) };
}

/** One address of a block: the last but one, which is hardly anybody's own; of the world, one from its documentation. */
function addressIn({ family, first, length, text }: ResolvedRow['from'][number]): string {
  if (!text.includes('/')) return text;
  if (length === 0) return family === 4 ? '203.0.113.1' : '2001:db8::1';
  const bits = family === 4 ? 32 : 128;
  const address = first + (1n << BigInt(bits - length)) - (bits - length > 1 ? 2n : 1n);
  const [parts, width, base, mark] = family === 4 ? ([4, 8n, 10, '.'] as const) : ([8, 16n, 16, ':'] as const);
  return Array.from({ length: parts }, (_, index) =>
    ((address >> (BigInt(parts - 1 - index) * width)) & ((1n << width) - 1n)).toString(base),
  ).join(mark);
}
