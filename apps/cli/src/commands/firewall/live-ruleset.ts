import type { ReachDiff, RulesetSteps } from '@kvm/firewall';
import { type ReadPolicy, secondsNow } from '../../input/read-policy.ts';
import { CliError, systemCode } from '../../output/cli-error.ts';

/** @throws CliError `not-root` */
export function mustBeRoot(why: string): void {
  if (process.getuid?.() === 0) return;
  throw new CliError('not-root', `it ${why}, which only root may: use sudo.`);
}

/** The rules that are in the kernel now, behind the barrier where it holds; `unreadable` when somebody put rules among ours that we never write. */
export async function liveRuleset({ backEnd, resolved }: ReadPolicy): Promise<RulesetSteps | 'unreadable'> {
  const { missingOfBarrier, readLive, runHere } = await import('@kvm/firewall/run');
  const { behindBarrier } = await import('@kvm/firewall');
  try {
    const live = await readLive(runHere, backEnd);
    const lacks = await missingOfBarrier(resolved, runHere);
    return lacks.length === 0 ? behindBarrier(live, resolved.guestNetworks.taps) : live;
  } catch (error) {
    if (systemCode(error) === 'unreadable-ruleset') return 'unreadable';
    throw error;
  }
}

/** What the policy opens and closes over rules that are or were in the kernel. */
export async function reachDiff({ resolved }: ReadPolicy, live: RulesetSteps): Promise<ReachDiff> {
  const { diffReachability, reachability } = await import('@kvm/firewall');
  const time = secondsNow();
  return diffReachability(reachability(resolved, time, live), reachability(resolved, time));
}
