import type { ForeignDrop, ReachDiff } from '@kvm/firewall';
import type { Drift } from '@kvm/firewall/run';
import type { Command } from 'commander';
import { readPolicy, secondsNow } from '../../input/read-policy.ts';
import { CliError } from '../../output/cli-error.ts';
import type { Session } from '../../session.ts';
import { liveRuleset, mustBeRoot, reachDiff } from './live-ruleset.ts';

interface DiffOptions {
  readonly live?: true;
  readonly json?: true;
  readonly detailedExitcode?: true;
}

export function addFirewallDiff(firewall: Command, session: Session): void {
  firewall
    .command('diff')
    .summary('show what one inventory opens and closes over another, or over the kernel')
    .description(
      'Shows what becomes reachable, and what ceases to be, from one inventory to the other; with --live, from the rules in ' +
        "this machine's kernel to the inventory, and which of our rules somebody else has changed.",
    )
    .argument('[file]', 'the inventory before')
    .argument('[file]', 'the inventory after')
    .option('--live', "compare this machine's kernel with the inventory")
    .option('--json', 'as JSON')
    .option('--detailed-exitcode', 'exit code 2 when there are differences')
    .action(async (before: string | undefined, after: string | undefined, options: DiffOptions) => {
      const found = options.live ? await diffLive(before, session) : await diffFiles(before, after, session);
      if (options.json) session.out.json({ version: 1, ...found });
      else await showDifferences(found, session);
      const differs = Object.values(found).some((list) => list.length > 0);
      if (!differs && !options.json)
        session.say(options.live ? 'the kernel does what the inventory says' : 'both open the same');
      if (differs && options.detailedExitcode) session.exitCode = 2;
    });
}

async function showDifferences(found: Differences, session: Session): Promise<void> {
  const { renderReachDiff } = await import('@kvm/firewall');
  session.out.document(renderReachDiff(found));
  for (const line of found.foreign) session.print(`not of the inventory: ${line}`);
  for (const line of found.missing) session.print(`missing in the kernel: ${line}`);
  for (const { message } of found.drops) session.print(`others drop what the inventory may open: ${message}`);
}

interface Differences extends ReachDiff, Drift {
  /** What others' rules drop, whatever ours say. */
  readonly drops: readonly ForeignDrop[];
}

async function diffFiles(
  before: string | undefined,
  after: string | undefined,
  session: Session,
): Promise<Differences> {
  if (before === undefined || after === undefined)
    throw new CliError('usage', 'Name two inventories, or compare the kernel with one: kvmctl firewall diff --live');
  const [old, wanted] = [await readPolicy(session, before), await readPolicy(session, after)];
  const { diffReachability, reachability } = await import('@kvm/firewall');
  const time = secondsNow();
  const reach = diffReachability(reachability(old.resolved, time), reachability(wanted.resolved, time));
  return { ...reach, foreign: [], missing: [], drops: [] };
}

async function diffLive(before: string | undefined, session: Session): Promise<Differences> {
  if (before !== undefined) throw new CliError('usage', '--live compares with the inventory of -i FILE.');
  const read = await readPolicy(session);
  mustBeRoot('reads rules in the kernel');
  const { findDrift, readForeignDrops, runHere } = await import('@kvm/firewall/run');
  const { backEnd, resolved } = read;
  const { taps, ranges } = resolved.guestNetworks;
  const around = { backEnd, taps, ranges, uplink: resolved.host.uplink };
  const others = await readForeignDrops(runHere, around);
  for (const { message } of others.filter(({ all, ofGuest }) => !all && !ofGuest))
    session.say(`others may drop a part: ${message}`);
  const drops = others.filter(({ all, ofGuest }) => all || ofGuest);
  const drift = { ...(await findDrift(resolved, runHere, backEnd)), drops };
  const live = await liveRuleset(read);
  if (live === 'unreadable') {
    session.say('what is reachable cannot be told: there is a rule among ours that kvmctl never writes');
    return { opens: [], closes: [], ...drift };
  }
  return { ...(await reachDiff(read, live)), ...drift };
}
