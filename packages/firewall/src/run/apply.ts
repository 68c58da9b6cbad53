import type { RunProgram } from '@kvm/command';
import {
  type BackEnd,
  FirewallError,
  type ResolvedPolicy,
  renderIpset,
  renderIptables,
  renderIptablesRollback,
  renderNft,
  staleIpsets,
} from '../index.ts';
import { type Keep, renderKeep } from './keep.ts';
import { listNft, saveIptables } from './live.ts';
import { type Load, loadAndKeep, loadOrRollBack } from './load-script.ts';
import { removeIptables, removeNft } from './other-back-end.ts';
import { assertNoneWaits, publishPending, rollbackPolicy, stillWaits } from './pending.ts';
import { runTask } from './task.ts';

export interface ApplyOptions {
  readonly run: RunProgram;
  readonly backEnd: BackEnd;
  /** Roll back by itself after so many seconds, unless {@link confirmPolicy} is called. */
  readonly confirmSeconds?: number;
}

/**
 * Puts a policy into the kernel, nft in one transaction, iptables in one for each family and table, and makes it the one that
 * the host starts with; with `confirmSeconds`, not before it is confirmed. Both are done or neither, also when the caller is
 * killed. Callers see to it that a host has one of them at a time: what is in the kernel is read before it is changed.
 *
 * @throws FirewallError `apply-failed`, with what was there before in the kernel and for the boot
 */
export async function applyPolicy(policy: ResolvedPolicy, options: ApplyOptions): Promise<void> {
  const { run, backEnd, confirmSeconds } = options;
  await assertNoneWaits(run);
  const load = backEnd === 'nft' ? await nftLoad(policy, run) : await iptablesLoad(policy, run);
  const keep = renderKeep(policy, backEnd, load.tidy);
  if (confirmSeconds !== undefined) return loadForNow(load, keep, { run, seconds: confirmSeconds });
  await runTask(run, loadAndKeep(load, keep));
}

async function loadForNow(
  load: Load,
  { stage, publish }: Keep,
  clock: { run: RunProgram; seconds: number },
): Promise<void> {
  const { run } = clock;
  const token = await publishPending({ rollback: load.rollback, keep: `${stage}${publish}` }, clock);
  try {
    await runTask(run, loadOrRollBack(load));
  } catch (error) {
    await rollbackPolicy(run);
    throw error;
  }
  if (await stillWaits(run, token)) return;
  await runTask(run, load.rollback);
  throw new FirewallError(
    'apply-failed',
    'the time to confirm ran out while the rules were loaded; they are rolled back',
  );
}

const fed = (program: string, input: string): string => `${program} <<'EOF-KVM'\n${input}EOF-KVM\n`;

async function nftLoad(policy: ResolvedPolicy, run: RunProgram): Promise<Load> {
  const live = await listNft(run);
  const { exitCode, stdout } = await run(['nft', 'list', 'table', 'inet', 'kvm']);
  const before = `add table inet kvm\ndelete table inet kvm\n${exitCode === 0 ? stdout : ''}`;
  return {
    load: wake(stdout) + fed('nft -f -', renderNft(policy, live)),
    rollback: `TZ=UTC nft -f - <<'EOF'\n${before}EOF\n`,
    tidy: await removeIptables(run),
  };
}

/** A table that somebody has put to sleep takes chains only once it is awake, which is a transaction of its own. */
const wake = (table: string): string => (/^\tflags .*\bdormant\b/m.test(table) ? 'nft add table inet kvm\n' : '');

async function iptablesLoad(policy: ResolvedPolicy, run: RunProgram): Promise<Load> {
  const { ipv4, ipv6, ipset } = await saveIptables(run);
  const rules = { 4: renderIptables(policy, 4, ipv4), 6: renderIptables(policy, 6, ipv6) };
  const sets = [...ipset.matchAll(/^create (\S+) /gm)].map(([, name = '']) => name);
  return {
    load: [
      fed('ipset restore', renderIpset(policy, ipset)),
      fed('iptables-restore -w -n -c', rules[4]),
      fed('ip6tables-restore -w -n -c', rules[6]),
    ].join(''),
    rollback: renderIptablesRollback('iptables', ipv4, rules[4]) + renderIptablesRollback('ip6tables', ipv6, rules[6]),
    tidy: staleIpsets(policy, sets)
      .map((name) => `ipset destroy ${name} || :\n`)
      .concat(removeNft)
      .join(''),
  };
}
