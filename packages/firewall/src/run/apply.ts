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
import { renderKeep } from './keep.ts';
import { listNft, saveIptables } from './live.ts';
import { mustRun } from './must-run.ts';
import { removeIptables, removeNft } from './other-back-end.ts';
import { assertNoneWaits, FOLDER, publishPending, rollbackPolicy, stillWaits } from './pending.ts';

export interface ApplyOptions {
  readonly run: RunProgram;
  readonly backEnd: BackEnd;
  /** Roll back by itself after so many seconds, unless {@link confirmPolicy} is called. */
  readonly confirmSeconds?: number;
}

/** The texts of one load, made before anything is changed. */
interface Load {
  readonly steps: readonly { readonly command: readonly [string, ...string[]]; readonly input: string }[];
  /** A shell script that restores what was there. */
  readonly rollback: string;
  /** A shell script that removes what is no longer needed once the rules stay. */
  readonly tidy: string;
}

/**
 * Puts a policy into the kernel, nft in one transaction, iptables in one for each family and table, and makes it the one that
 * the host starts with; with `confirmSeconds`, not before it is confirmed.
 *
 * @throws FirewallError `apply-failed`, with nothing changed when it is nft's
 */
export async function applyPolicy(policy: ResolvedPolicy, options: ApplyOptions): Promise<void> {
  const { run, backEnd, confirmSeconds } = options;
  await assertNoneWaits(run);
  const load = backEnd === 'nft' ? await nftLoad(policy, run) : await iptablesLoad(policy, run);
  const keep = renderKeep(policy, backEnd, load.tidy);
  if (confirmSeconds !== undefined) return loadForNow(load, keep, { run, seconds: confirmSeconds });
  await loadAll(load, run);
  await mustRun(run, ['sh', '-eu'], keep);
}

async function loadForNow(load: Load, keep: string, clock: { run: RunProgram; seconds: number }): Promise<void> {
  const { run } = clock;
  const token = await publishPending({ rollback: load.rollback, keep }, clock);
  try {
    await loadAll(load, run);
  } catch (error) {
    await rollbackPolicy(run);
    throw error;
  }
  if (await stillWaits(run, token)) return;
  await mustRun(run, ['sh', '-eu'], load.rollback);
  throw new FirewallError(
    'apply-failed',
    'the time to confirm ran out while the rules were loaded; they are rolled back',
  );
}

async function loadAll({ steps }: Load, run: RunProgram): Promise<void> {
  for (const { command, input } of steps) await mustRun(run, command, input);
}

const LAST_LINE = '# whole';
/** nft would load what it has of a text whose sender was killed; iptables-restore does nothing without a COMMIT. */
const LOAD_WHOLE = `set -eu; umask 077; mkdir -p ${FOLDER}; cat >${FOLDER}/load
[ "$(tail -n 1 ${FOLDER}/load)" = '${LAST_LINE}' ] || exit 1
exec nft -f ${FOLDER}/load`;

async function nftLoad(policy: ResolvedPolicy, run: RunProgram): Promise<Load> {
  const live = await listNft(run);
  const { exitCode, stdout } = await run(['nft', 'list', 'table', 'inet', 'kvm']);
  const before = `add table inet kvm\ndelete table inet kvm\n${exitCode === 0 ? stdout : ''}`;
  return {
    steps: [{ command: ['sh', '-c', LOAD_WHOLE], input: `${renderNft(policy, live)}${LAST_LINE}\n` }],
    rollback: `TZ=UTC nft -f - <<'EOF'\n${before}EOF\n`,
    tidy: await removeIptables(run),
  };
}

async function iptablesLoad(policy: ResolvedPolicy, run: RunProgram): Promise<Load> {
  const { ipv4, ipv6, ipset } = await saveIptables(run);
  const rules = { 4: renderIptables(policy, 4, ipv4), 6: renderIptables(policy, 6, ipv6) };
  const sets = [...ipset.matchAll(/^create (\S+) /gm)].map(([, name = '']) => name);
  return {
    steps: [
      { command: ['ipset', 'restore'], input: renderIpset(policy, ipset) },
      { command: ['iptables-restore', '-w', '-n', '-c'], input: rules[4] },
      { command: ['ip6tables-restore', '-w', '-n', '-c'], input: rules[6] },
    ],
    rollback: renderIptablesRollback('iptables', ipv4, rules[4]) + renderIptablesRollback('ip6tables', ipv6, rules[6]),
    tidy: staleIpsets(policy, sets)
      .map((name) => `ipset destroy ${name} || :\n`)
      .concat(removeNft)
      .join(''),
  };
}
