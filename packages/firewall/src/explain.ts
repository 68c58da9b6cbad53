import { rowText } from './check-policy.ts';
import { evaluate } from './evaluate.ts';
import type { PolicyAction } from './model.ts';
import type { Packet } from './packet.ts';
import type { DefaultReason } from './policy-steps.ts';
import { protocolName } from './protocols.ts';
import { packetText } from './prove.ts';
import { LIMIT_BURST, type ResolvedPolicy, type ResolvedRow } from './resolved.ts';

const REASONS: Record<DefaultReason, string> = {
  spoofed: 'its source or MAC address does not belong to the interface it comes in by',
  'no-such-guest': "it is to an address of the guests' ranges that no guest has there",
  established: 'it belongs to a connection that was accepted before',
  link: 'without it there is no IPv6 on a link',
  invalid: 'it belongs to no connection and opens none',
  closed: 'no row opens it, and it is to or from a guest',
  'not-ours': 'no row is about it, and it is neither to nor from a guest',
};

/** What becomes of a packet, as data. */
export interface Explanation {
  /** As {@link explain} says it. */
  readonly text: string;
  readonly from: string;
  readonly to: string;
  /** `tcp`, `icmp`, `proto/47` */
  readonly protocol: string;
  readonly port?: number;
  readonly icmpType?: number;
  /** Absent for what the host sends. */
  readonly inInterface?: string;
  /** Absent for what the host receives. */
  readonly outInterface?: string;
  readonly action: PolicyAction;
  /** The row that decides, its place in the table from 0, and the inventory's line where it has one; absent where none does. */
  readonly row?: Pick<ResolvedRow, 'index' | 'line' | 'title' | 'limit'>;
  /** Why none does. */
  readonly reason?: { readonly code: DefaultReason; readonly text: string };
}

/** As {@link explain}, for a program. */
export function explanation(policy: ResolvedPolicy, packet: Packet): Explanation {
  const { action, by } = evaluate(policy, packet);
  const { from, to, protocol, port, icmpType, inInterface, outInterface } = packet;
  return {
    ...{ text: explain(policy, packet), from: from.text, to: to.text, protocol: protocolName(protocol) },
    ...(port !== undefined && { port }),
    ...(icmpType !== undefined && { icmpType }),
    ...(inInterface !== undefined && { inInterface }),
    ...(outInterface !== undefined && { outInterface }),
    action,
    ...(typeof by === 'string' ? { reason: { code: by, text: REASONS[by] } } : { row: rowFacts(by) }),
  };
}

const rowFacts = ({ index, line, title, limit }: ResolvedRow): NonNullable<Explanation['row']> => ({
  ...{ index, title },
  ...(line !== undefined && { line }),
  ...(limit && { limit }),
});

/** `new tcp/22 from 192.168.100.2 (eth0) to 172.16.65.1 (tun65): accept, by line 10 (lan -> guests: ssh accept)` */
export function explain(policy: ResolvedPolicy, packet: Packet): string {
  const { action, by } = evaluate(policy, packet);
  const cause = typeof by === 'string' ? `because ${REASONS[by]}` : `by ${rowText(by)}${limitText(by.limit)}`;
  return `${packetText(packet)}: ${action}, ${cause}`;
}

const limitText = (limit: { packets: number; per: string } | undefined): string =>
  limit === undefined
    ? ''
    : `, while there are no more than ${limit.packets} a ${limit.per}, after ${LIMIT_BURST} at once`;
