import type { Reachability } from '@kvm/firewall';
import { CliError, systemCode } from './cli-error.ts';
import { type ReadPolicy, secondsNow } from './read-policy.ts';

/** @throws CliError `not-root` */
export function mustBeRoot(why: string): void {
  if (process.getuid?.() === 0) return;
  throw new CliError('not-root', `it ${why}, which only root may: use sudo.`);
}

/** Who reaches whom by the rules that are in the kernel now; `unreadable` when somebody put rules among ours that we never write. */
export async function liveReachability({ backEnd, resolved }: ReadPolicy): Promise<Reachability | 'unreadable'> {
  const { reachability } = await import('@kvm/firewall');
  const { readLive, runHere } = await import('@kvm/firewall/run');
  try {
    return reachability(resolved, secondsNow(), await readLive(runHere, backEnd));
  } catch (error) {
    if (systemCode(error) === 'unreadable-ruleset') return 'unreadable';
    throw error;
  }
}
