import { rowText } from './check-policy.ts';
import { evaluate } from './evaluate.ts';
import type { Packet } from './packet.ts';
import type { DefaultReason } from './policy-steps.ts';
import { packetText } from './prove.ts';
import type { ResolvedPolicy } from './resolved.ts';

const REASONS: Record<DefaultReason, string> = {
  spoofed: 'its source or MAC address does not belong to the interface it comes in by',
  'no-such-guest': "it is to an address of the guests' ranges that no guest has there",
  established: 'it belongs to a connection that was accepted before',
  link: 'without it there is no IPv6 on a link',
  invalid: 'it belongs to no connection and opens none',
  closed: 'no row opens it, and it is to or from a guest',
  'not-ours': 'no row is about it, and it is neither to nor from a guest',
};

/** `new tcp/22 from 192.168.100.2 (eth0) to 172.16.65.1 (tun65): accept, by line 10 (lan -> guests: ssh accept)` */
export function explain(policy: ResolvedPolicy, packet: Packet): string {
  const { action, by } = evaluate(policy, packet);
  const cause = typeof by === 'string' ? `because ${REASONS[by]}` : `by ${rowText(by)}${limitText(by.limit)}`;
  return `${packetText(packet)}: ${action}, ${cause}`;
}

const limitText = (limit: { packets: number; per: string } | undefined): string =>
  limit === undefined ? '' : `, while there are no more than ${limit.packets} a ${limit.per}`;
