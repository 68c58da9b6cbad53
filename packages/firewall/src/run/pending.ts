import { randomUUID } from 'node:crypto';
import type { RunProgram } from '@kvm/command';
import { FirewallError } from '../index.ts';
import { mustRun } from './must-run.ts';
import { awaitTasks, FOLDER, LOCK } from './task.ts';

/** Both ways on, as shell scripts. */
export interface Pending {
  readonly rollback: string;
  readonly keep: string;
}

/** Whoever renames `pending` first, decides. What was then interrupted is done by whoever comes next. */
const ROLL_BACK = `cd ${FOLDER} || exit 3
trap '' HUP INT TERM
token=$1
[ -n "$token" ] || exit 3
if [ "$(cat pending/token 2>/dev/null)" = "$token" ]; then mv -T pending rolling-back || :; fi
[ "$(cat rolling-back/token 2>/dev/null)" = "$token" ] || exit 3
flock ${LOCK} sh -eu rolling-back/rollback >rolling-back/output 2>&1 || { cat rolling-back/output >&2; exit 1; }
rm -r rolling-back
`;
const CONFIRM = `cd ${FOLDER} 2>/dev/null || exit 3
trap '' HUP INT TERM
mv -T pending confirmed 2>/dev/null || [ -e confirmed ] || exit 3
flock ${LOCK} sh -eu confirmed/keep >confirmed/output 2>&1 || { cat confirmed/output >&2; exit 1; }
rm -r confirmed
`;

/** Outlives the program and its ssh session. systemd would leave a network namespace, so it is asked outside of one only. */
const DETACH = `if [ -d /run/systemd/system ] && [ "$(readlink /proc/self/ns/net)" = "$(readlink /proc/1/ns/net)" ] &&
  systemd-run --quiet --collect sh -c "$0"
then :; else setsid -f sh -c "$0" </dev/null >/dev/null 2>&1; fi`;

/**
 * To be asked before every apply, which a rollback would otherwise undo. What is left of a confirmation that was interrupted
 * is of no use any more.
 *
 * @throws FirewallError `apply-failed` when another apply waits
 */
export async function assertNoneWaits(run: RunProgram): Promise<void> {
  await awaitTasks(run);
  const script = `cd ${FOLDER} 2>/dev/null || exit 0; rm -rf confirmed; [ ! -e pending ] && [ ! -e rolling-back ]`;
  const { exitCode } = await run(['sh', '-c', script]);
  if (exitCode !== 0)
    throw new FirewallError(
      'apply-failed',
      'another apply waits for its confirmation: confirm it or roll it back first',
    );
}

/** Starts the clock, and only then lets it be known that something waits: from then on, the rules may change. @returns its token */
export async function publishPending(
  { rollback, keep }: Pending,
  { run, seconds }: { run: RunProgram; seconds: number },
): Promise<string> {
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 86_400)
    throw new FirewallError('apply-failed', `${seconds} is not a whole number of seconds from 1 to 86400`);
  const token = randomUUID();
  const write = `set -eu; umask 077; mkdir -p ${FOLDER}; next=$(mktemp -d ${FOLDER}/next.XXXXXX); printf %s "$0" >"$next/token"
cat >"$next/rollback"; printf %s "$next"`;
  const next = await mustRun(run, ['sh', '-c', write, token], rollback);
  await mustRun(run, ['sh', '-c', 'umask 077; cat >"$0/keep"', next], keep);
  await mustRun(
    run,
    ['sh', '-c', 'umask 077; cat >"$0.new"; mv -T "$0.new" "$1"', next, `${FOLDER}/roll-back`],
    ROLL_BACK,
  );
  await mustRun(run, ['sh', '-c', DETACH, `sleep ${seconds}; exec sh ${FOLDER}/roll-back ${token}`]);
  await mustRun(run, ['mv', '-T', next, `${FOLDER}/pending`]);
  return token;
}

/** Whether an apply still waits: its time may have run out while it was being loaded. */
export async function stillWaits(run: RunProgram, token: string): Promise<boolean> {
  return (await run(['cat', `${FOLDER}/pending/token`])).stdout === token;
}

/**
 * Keeps what was applied, also at the next boot.
 *
 * @throws FirewallError `not-pending` when nothing waits: it was rolled back, or confirmed, or applied without a time
 */
export async function confirmPolicy(run: RunProgram): Promise<void> {
  await decide(run, ['setsid', '-w', 'sh', '-c', CONFIRM]);
}

/**
 * Restores at once what was there before an apply that waits for its confirmation.
 *
 * @throws FirewallError `not-pending` when nothing waits
 */
export async function rollbackPolicy(run: RunProgram): Promise<void> {
  const token = `$(cat ${FOLDER}/pending/token ${FOLDER}/rolling-back/token 2>/dev/null)`;
  await decide(run, ['setsid', '-w', 'sh', '-c', `exec sh ${FOLDER}/roll-back "${token}" 2>/dev/null`]);
}

async function decide(run: RunProgram, command: readonly [string, ...string[]]): Promise<void> {
  const { exitCode, stderr } = await run(command);
  if (exitCode === 0) return;
  if (exitCode === 1) throw new FirewallError('apply-failed', stderr.trim());
  throw new FirewallError(
    'not-pending',
    'no apply waits for its confirmation: it has been confirmed or rolled back already',
  );
}
