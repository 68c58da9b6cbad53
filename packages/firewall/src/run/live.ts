import type { RunProgram } from '@kvm/command';
import {
  type BackEnd,
  countIptablesRows,
  countNftRows,
  type ResolvedPolicy,
  type RowCount,
  type Ruleset,
  readIptables,
  readNft,
  type SavedIptables,
} from '../index.ts';
import { mustRun } from './must-run.ts';

/** The kernel's rules as its tools print them; empty text where there are none of ours. */
export async function listNft(run: RunProgram): Promise<string> {
  const { exitCode, stdout } = await run(['nft', '-j', '-n', 'list', 'table', 'inet', 'kvm']);
  return exitCode === 0 ? stdout : '{"nftables": []}';
}

export async function saveIptables(run: RunProgram): Promise<SavedIptables> {
  return {
    ipv4: await mustRun(run, ['iptables-save', '-c']),
    ipv6: await mustRun(run, ['ip6tables-save', '-c']),
    ipset: await mustRun(run, ['ipset', 'save']),
  };
}

/**
 * The rules that are in the kernel now, ready to be asked.
 *
 * @throws FirewallError `unreadable-ruleset` when something foreign is among ours
 */
export async function readLive(run: RunProgram, backEnd: BackEnd): Promise<Ruleset> {
  return backEnd === 'nft' ? readNft(await listNft(run)) : readIptables(await saveIptables(run));
}

/** What each row has decided so far. */
export async function readCounts(
  run: RunProgram,
  backEnd: BackEnd,
  policy: ResolvedPolicy,
): Promise<readonly RowCount[]> {
  if (backEnd === 'nft') return countNftRows(policy, await listNft(run));
  return countIptablesRows(policy, await saveIptables(run));
}
