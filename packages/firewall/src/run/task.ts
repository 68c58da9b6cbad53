import type { RunProgram } from '@kvm/command';
import { FirewallError } from '../index.ts';
import { mustRun } from './must-run.ts';

/** Where what is under way lies; lost at a restart, as the rules are. */
export const FOLDER = '/run/kvm-firewall';

/** One of those that change rules or boot files is at work at a time. */
export const LOCK = `${FOLDER}/lock`;

const LAST_LINE = '# whole';

/**
 * Runs a script in a session of its own, so that it comes to its end when whoever asked is killed: it and what it was started by
 * share no process group and no pipe. A text that broke off is not run.
 */
const RUN_APART = `set -eu
umask 077
mkdir -p ${FOLDER}
task=$(mktemp -d ${FOLDER}/task.XXXXXX)
cat >"$task/script"
[ "$(tail -n 1 "$task/script")" = '${LAST_LINE}' ] || { rm -r "$task"; echo 'the script broke off' >&2; exit 1; }
setsid -w flock ${LOCK} sh -c 'trap "" HUP INT TERM
  code=0
  sh -eu "$1/script" >"$1/output" 2>&1 || code=$?
  echo "$code" >"$1/code"' task "$task" </dev/null >/dev/null 2>&1
cat "$task/output" >&2
code=$(cat "$task/code")
rm -r "$task"
exit "$code"`;

/**
 * Runs a shell script to its end, alone among those of this package on the host.
 *
 * @throws FirewallError `apply-failed` with what it said
 */
export async function runTask(run: RunProgram, script: string): Promise<void> {
  const { exitCode, stderr } = await run(['sh', '-c', RUN_APART], `export TZ=UTC LC_ALL=C\n${script}${LAST_LINE}\n`);
  if (exitCode !== 0) throw new FirewallError('apply-failed', stderr.trim() || `exit status ${exitCode}`);
}

/** Returns when nothing is at work, as what somebody began who was killed. What they left lying about goes. */
export async function awaitTasks(run: RunProgram): Promise<void> {
  const script = `mkdir -p -m 700 ${FOLDER}; flock ${LOCK} true; find ${FOLDER} -maxdepth 1 -name '*.??????' -mmin +60 -exec rm -r {} +`;
  await mustRun(run, ['sh', '-c', script]);
}
