import { packetClasses, policyMentions } from './classes.ts';
import { evaluate, type Verdict } from './evaluate.ts';
import type { Packet } from './packet.ts';
import { protocolName } from './protocols.ts';
import type { ResolvedPolicy } from './resolved.ts';
import type { Ruleset, RulesetVerdict } from './ruleset.ts';

/** A packet on which a ruleset and the policy do not agree. */
export interface Disagreement {
  readonly packet: Packet;
  readonly policy: Verdict;
  readonly backEnd: string;
  readonly ruleset: RulesetVerdict;
  /** `nft: new tcp/22 from 192.168.100.2 (eth0) to 172.16.65.1 (tun65): policy accept, ruleset drop` */
  readonly text: string;
}

export interface Proof {
  /** How many packets were tried; they stand for all. */
  readonly packets: number;
  /** At most twenty. */
  readonly disagreements: readonly Disagreement[];
}

const MOST_SHOWN = 20;

/** Compares a policy with rulesets, read back from a kernel, on one packet of every class that any of them tells apart. */
export function prove(policy: ResolvedPolicy, rulesets: readonly Ruleset[]): Proof {
  const disagreements: Disagreement[] = [];
  let packets = 0;
  for (const packet of packetClasses(policy, [policyMentions(policy), ...rulesets.map(({ mentions }) => mentions)])) {
    packets += 1;
    const wanted = evaluate(policy, packet);
    for (const { backEnd, decide } of rulesets) {
      const found = decide(packet);
      if (found.action === wanted.action || disagreements.length >= MOST_SHOWN) continue;
      const text = `${backEnd}: ${packetText(packet)}: policy ${wanted.action}, ruleset ${found.action}`;
      disagreements.push({ packet, policy: wanted, backEnd, ruleset: found, text });
    }
  }
  return { packets, disagreements };
}

/** `new tcp/22 from 192.168.100.2 (eth0) to 172.16.65.1 (tun65)` */
export function packetText(packet: Packet): string {
  const { from, to, protocol, port, icmpType, inInterface, outInterface, state, sentTo } = packet;
  const detail = port ?? icmpType;
  const what = `${protocolName(protocol)}${detail === undefined ? '' : `/${detail}`}`;
  const forward = sentTo && `, by the forward of ${sentTo.to.text} ${protocolName(protocol)}/${sentTo.port}`;
  return `${state} ${what} from ${from.text} (${inInterface ?? 'host'}) to ${to.text} (${outInterface ?? 'host'})${forward ?? ''}`;
}
