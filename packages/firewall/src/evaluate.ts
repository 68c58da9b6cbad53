import type { PolicyAction } from './model.ts';
import { asTracked, type Packet } from './packet.ts';
import { type Cause, policySteps } from './policy-steps.ts';
import type { ResolvedPolicy } from './resolved.ts';
import { runSteps } from './steps.ts';

export interface Verdict {
  readonly action: PolicyAction;
  /** The row that decides, or the reason why none does. */
  readonly by: Cause;
}

/** What the policy says of a packet. Rows with a rate limit are taken to be below it; a new packet that can open no connection is invalid. */
export function evaluate(policy: ResolvedPolicy, packet: Packet): Verdict {
  return runSteps(policySteps(policy), asTracked(packet)) ?? { action: 'accept', by: 'not-ours' };
}
