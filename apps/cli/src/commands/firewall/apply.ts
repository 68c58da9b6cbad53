import type { RulesetSteps } from '@kvm/firewall';
import type { Command } from 'commander';
import { lockThisHost } from '../../hosts/lock-this-host.ts';
import { type ReadPolicy, readPolicy, secondsNow } from '../../input/read-policy.ts';
import { CliError } from '../../output/cli-error.ts';
import { counted } from '../../output/words.ts';
import type { Session } from '../../session.ts';
import { liveRuleset, mustBeRoot, reachDiff } from './live-ruleset.ts';

export function addFirewallApply(firewall: Command, session: Session): void {
  firewall
    .command('apply')
    .summary("put the policy into this machine's kernel")
    .description(
      "Puts the policy into this machine's kernel: at once or not at all, without losing a packet, and so that it is there " +
        'after the next boot. What is not ours is not touched. Then shows what has become reachable and what no longer is.',
    )
    .option('--confirm <seconds>', 'roll back by itself, unless `kvmctl firewall confirm` comes in time', readSeconds)
    .action(async ({ confirm }: { confirm?: number }) => {
      const read = await readPolicy(session);
      const { backEnd, resolved } = read;
      mustBeRoot('puts rules into the kernel');
      const { checkPolicy, renderReachDiff } = await import('@kvm/firewall');
      const lockOut = checkPolicy(resolved, secondsNow()).find(({ code }) => code === 'locks-out');
      if (lockOut !== undefined && confirm === undefined)
        throw new CliError('locks-out', `${lockOut.message}; or apply with --confirm 60, which rolls back by itself.`);
      const before = await load(read, { session, confirm });
      const rows = counted(resolved.rows.length, 'row');
      if (confirm === undefined) session.say(`${backEnd}: ${rows} in the kernel, now and after the next boot`);
      else {
        session.say(`${backEnd}: ${rows} in the kernel, to be rolled back in ${counted(confirm, 'second')}`);
        session.say('Is all well? From a new connection, say: kvmctl firewall confirm');
      }
      // Last: among many guests it takes its time, and who closes a port has none.
      if (before === 'unreadable')
        session.say('what was loaded before could not be read, so its difference is not shown');
      else session.out.document(renderReachDiff(await reachDiff(read, before)));
    });
}

interface Loading {
  readonly session: Session;
  readonly confirm: number | undefined;
}

/** @returns the rules from before */
async function load(read: ReadPolicy, { session, confirm }: Loading): Promise<RulesetSteps | 'unreadable'> {
  const { backEnd, resolved } = read;
  const { applyPolicy, runHere } = await import('@kvm/firewall/run');
  await using lock = await lockThisHost(session);
  lock.log({ event: 'firewall apply', rows: resolved.rows.length, ...(confirm !== undefined && { confirm }) });
  const before = await liveRuleset(read);
  const confirmed = confirm === undefined ? {} : { confirmSeconds: confirm };
  await applyPolicy(resolved, { run: lock.guard(runHere), backEnd, ...confirmed });
  return before;
}

function readSeconds(text: string): number {
  const seconds = /^[1-9][0-9]{0,4}$/.test(text) ? Number(text) : Number.NaN;
  if (seconds <= 86_400) return seconds;
  throw new CliError('usage', `--confirm ${text}: write the seconds to wait, 1 to 86400.`);
}
