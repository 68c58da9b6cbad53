import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { liveReachability, mustBeRoot } from '../live-firewall.ts';
import { lockThisHost } from '../lock-this-host.ts';
import { readPolicy, secondsNow } from '../read-policy.ts';
import type { Session } from '../session.ts';
import { counted } from '../words.ts';

export function addFirewallApply(firewall: Command, session: Session): void {
  firewall
    .command('apply')
    .summary("put the policy into this machine's kernel")
    .description(
      "Shows what becomes reachable and what ceases to be, and puts the policy into this machine's kernel: at once or not at " +
        'all, without losing a packet, and so that it is there after the next boot. What is not ours is not touched.',
    )
    .option('--confirm <seconds>', 'roll back by itself, unless `kvmctl firewall confirm` comes in time', readSeconds)
    .action(async ({ confirm }: { confirm?: number }) => {
      const read = await readPolicy(session);
      const { backEnd, resolved } = read;
      mustBeRoot('puts rules into the kernel');
      const { checkPolicy, diffReachability, reachability, renderReachDiff } = await import('@kvm/firewall');
      const lockOut = checkPolicy(resolved, secondsNow()).find(({ code }) => code === 'locks-out');
      if (lockOut !== undefined && confirm === undefined)
        throw new CliError('locks-out', `${lockOut.message}; or apply with --confirm 60, which rolls back by itself.`);
      await using lock = await lockThisHost(session);
      lock.log({ event: 'firewall apply', rows: resolved.rows.length, ...(confirm !== undefined && { confirm }) });
      const live = await liveReachability(read);
      const { applyPolicy, runHere } = await import('@kvm/firewall/run');
      if (live === 'unreadable') session.say('what is loaded now cannot be read; kvmctl firewall diff --live says why');
      else session.out.document(renderReachDiff(diffReachability(live, reachability(resolved, secondsNow()))));
      await applyPolicy(resolved, {
        run: lock.guard(runHere),
        backEnd,
        ...(confirm !== undefined && { confirmSeconds: confirm }),
      });
      const rows = counted(resolved.rows.length, 'row');
      if (confirm === undefined) session.say(`${backEnd}: ${rows} in the kernel, now and after the next boot`);
      else {
        session.say(`${backEnd}: ${rows} in the kernel, to be rolled back in ${counted(confirm, 'second')}`);
        session.say('Is all well? From a new connection, say: kvmctl firewall confirm');
      }
    });
}

function readSeconds(text: string): number {
  const seconds = /^[1-9][0-9]{0,4}$/.test(text) ? Number(text) : Number.NaN;
  if (seconds <= 86_400) return seconds;
  throw new CliError('usage', `--confirm ${text}: write the seconds to wait, 1 to 86400.`);
}
