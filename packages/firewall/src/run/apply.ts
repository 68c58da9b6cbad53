import { randomUUID } from 'node:crypto';
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
import { listNft, saveIptables } from './live.ts';
import { mustRun, type RunProgram, writeWhole } from './program.ts';

export interface ApplyOptions {
  readonly run: RunProgram;
  readonly backEnd: BackEnd;
  /** Roll back by itself after so many seconds, unless {@link confirmPolicy} is called. */
  readonly confirmSeconds?: number;
  /** Where an apply that waits for its confirmation is kept; lost at a restart, as the rules are. */
  readonly folder?: string;
}

const FOLDER = '/run/kvm-firewall';

/** The texts of one load, made before anything is changed. */
interface Load {
  readonly steps: readonly { readonly command: readonly [string, ...string[]]; readonly input: string }[];
  /** A shell script that restores what was there. */
  readonly rollback: string;
}

/**
 * Puts a policy into the kernel: nft in one transaction, iptables in one for each family and table.
 *
 * @throws FirewallError `apply-failed`, with nothing changed when it is nft's
 */
export async function applyPolicy(policy: ResolvedPolicy, options: ApplyOptions): Promise<void> {
  const { run, backEnd, confirmSeconds, folder = FOLDER } = options;
  const load = backEnd === 'nft' ? await nftLoad(policy, run) : await iptablesLoad(policy, run);
  if (confirmSeconds !== undefined) await startTimer(load.rollback, { run, folder, seconds: confirmSeconds });
  try {
    for (const { command, input } of load.steps) await mustRun(run, command, input);
  } catch (error) {
    if (confirmSeconds !== undefined) await rollbackPolicy(options);
    throw error;
  }
  // Until it is confirmed, the rules that were there before may need their sets again.
  if (backEnd === 'iptables' && confirmSeconds === undefined) await destroyStaleSets(policy, run);
}

async function nftLoad(policy: ResolvedPolicy, run: RunProgram): Promise<Load> {
  const counters = [...(await listNft(run)).matchAll(/"counter": \{[^{}]*"name": "(row_\w+)"/g)].map(
    ([, name = '']) => name,
  );
  const { exitCode, stdout } = await run(['nft', 'list', 'table', 'inet', 'kvm']);
  const before = `add table inet kvm\ndelete table inet kvm\n${exitCode === 0 ? stdout : ''}`;
  return {
    steps: [{ command: ['nft', '-f', '-'], input: renderNft(policy, counters) }],
    rollback: `TZ=UTC nft -f - <<'EOF'\n${before}EOF\n`,
  };
}

async function iptablesLoad(policy: ResolvedPolicy, run: RunProgram): Promise<Load> {
  const { ipv4, ipv6, ipset } = await saveIptables(run);
  const rules = { 4: renderIptables(policy, 4, ipv4), 6: renderIptables(policy, 6, ipv6) };
  return {
    steps: [
      { command: ['ipset', 'restore'], input: renderIpset(policy, ipset) },
      { command: ['iptables-restore', '-w', '-n', '-c'], input: rules[4] },
      { command: ['ip6tables-restore', '-w', '-n', '-c'], input: rules[6] },
    ],
    rollback: renderIptablesRollback('iptables', ipv4, rules[4]) + renderIptablesRollback('ip6tables', ipv6, rules[6]),
  };
}

const setNames = (saved: string): string[] => [...saved.matchAll(/^create (\S+) /gm)].map(([, name = '']) => name);

async function destroyStaleSets(policy: ResolvedPolicy, run: RunProgram): Promise<void> {
  const names = setNames(await mustRun(run, ['ipset', 'save']));
  for (const name of staleIpsets(policy, names)) await mustRun(run, ['ipset', 'destroy', name]);
}

/** Whoever renames `pending` first, decides: the confirmation or the rollback. */
async function startTimer(
  rollback: string,
  { run, folder, seconds }: { run: RunProgram; folder: string; seconds: number },
): Promise<void> {
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 86_400)
    throw new FirewallError('apply-failed', `${seconds} is not a whole number of seconds from 1 to 86400`);
  if ((await run(['test', '-e', `${folder}/pending`])).exitCode === 0)
    throw new FirewallError(
      'apply-failed',
      'another apply waits for its confirmation: confirm it or roll it back first',
    );
  const token = randomUUID();
  const script = `#!/bin/sh\nset -eu\ncd ${folder}\n[ "$(cat pending 2>/dev/null)" = "$1" ] || exit 1\nmv pending rolled-back\n${rollback}`;
  await writeWhole(run, `${folder}/rollback`, { mode: 0o700, content: script });
  const wait = `sleep ${seconds}; exec sh ${folder}/rollback ${token}`;
  await mustRun(run, ['sh', '-c', DETACH, wait]);
  await writeWhole(run, `${folder}/pending`, { mode: 0o600, content: token });
}

/** Outlives the program and its ssh session. systemd would leave a network namespace, so it is asked outside of one only. */
const DETACH = `if [ -d /run/systemd/system ] && [ "$(readlink /proc/self/ns/net)" = "$(readlink /proc/1/ns/net)" ] &&
  systemd-run --quiet --collect sh -c "$0"
then :; else setsid -f sh -c "$0" </dev/null >/dev/null 2>&1; fi`;

/**
 * Keeps what was applied.
 *
 * @throws FirewallError `not-pending` when nothing waits: it was rolled back, or confirmed, or applied without a time
 */
export async function confirmPolicy(policy: ResolvedPolicy, options: ApplyOptions): Promise<void> {
  const { run, folder = FOLDER } = options;
  const { exitCode } = await run(['mv', `${folder}/pending`, `${folder}/confirmed`]);
  if (exitCode !== 0) throw notPending();
  if (options.backEnd === 'iptables') await destroyStaleSets(policy, run);
}

/**
 * Restores at once what was there before an apply that waits for its confirmation.
 *
 * @throws FirewallError `not-pending` when nothing waits
 */
export async function rollbackPolicy({ run, folder = FOLDER }: Pick<ApplyOptions, 'run' | 'folder'>): Promise<void> {
  const { exitCode } = await run(['test', '-e', `${folder}/pending`]);
  if (exitCode !== 0) throw notPending();
  await mustRun(run, ['sh', '-c', `exec sh ${folder}/rollback "$(cat ${folder}/pending)"`]);
}

const notPending = (): FirewallError =>
  new FirewallError('not-pending', 'no apply waits for its confirmation: it has been confirmed or rolled back already');
