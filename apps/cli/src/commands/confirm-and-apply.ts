import type { Exposure, Plan } from '@kvm/host';
import type { Applied, HostLock, StepOutcome } from '@kvm/host/run';
import type { OpenHost } from '../hosts/open-host.ts';
import { assertTrusted, listExposures, type TrustOptions } from '../input/trust.ts';
import { detailedExitCode, planJson, summarisePlan } from '../output/plan-summary.ts';
import { renderPlan } from '../output/render-plan.ts';
import { reportSteps } from '../output/report-steps.ts';
import { counted } from '../output/words.ts';
import type { Session } from '../session.ts';
import { askYes } from '../terminal/ask.ts';
import { interruption } from '../terminal/interruption.ts';

interface CarryOutOptions extends TrustOptions {
  readonly why?: boolean | string | undefined;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly detailedExitcode?: boolean;
}

interface Applying {
  readonly host: OpenHost;
  readonly lock: HostLock;
  readonly options: CarryOutOptions;
  /** What the plan's guests get of the host, which a person must agree to. */
  readonly exposures?: readonly Exposure[];
  /** What goes on after a failure, where that is not the command itself. */
  readonly goesOn?: string;
}

/** Shows a plan, asks, and carries it out; the command's exit code is 1 when a step failed. */
export async function carryOut(
  session: Session,
  plan: Plan,
  { host, lock, options, exposures = [], goesOn = 'the same command' }: Applying,
): Promise<void> {
  if (options.json) session.out.jsonLine({ ...planJson(plan), event: 'plan' });
  else showPlan(session, plan, options.why);
  if (options.detailedExitcode) session.exitCode = detailedExitCode({ ...plan, steps: [] });
  else if (plan.waiting.some(({ kind }) => kind === 'blocked')) session.exitCode = 1;
  if (plan.steps.length === 0) return;
  if (options.yes) assertTrusted(exposures, options);
  else if (!(await askFor(session, plan, exposures))) {
    session.say('nothing was done');
    session.exitCode = 1;
    return;
  }
  const tell = reportSteps(session);
  const { applyPlan } = await import('@kvm/host/run');
  const { signal, release } = interruption();
  const report = (outcome: StepOutcome): void => {
    const entry = { event: 'step', id: outcome.step.id, outcome: outcome.outcome, ...errorOf(outcome) };
    lock.log(entry);
    if (options.json) session.out.jsonLine({ version: 1, ...entry });
    else if (outcome.outcome !== 'started')
      tell(`${outcome.outcome === 'done' ? 'done  ' : 'FAILED'}  ${outcome.step.id}`);
  };
  const applied = await applyPlan(
    plan,
    { ...host, run: lock.guard(host.run) },
    { report, signal: AbortSignal.any([signal, lock.lost]) },
  ).finally(release);
  summarise(session, applied, goesOn);
  if (lock.lost.aborted) throw lock.lost.reason;
}

function askFor(session: Session, plan: Plan, exposures: readonly Exposure[]): Promise<boolean> {
  const steps = counted(plan.steps.length, 'step');
  if (exposures.length === 0) return askYes(session, `Do these ${steps}?`);
  session.err.lines([session.paintError.bold('reaches the host beyond the guests'), ...listExposures(exposures)]);
  return askYes(session, `Do these ${steps}, and let the guests have that of the host?`);
}

function showPlan(session: Session, plan: Plan, why: boolean | string | undefined): void {
  const shown = renderPlan(plan, { paint: session.paint, why, screen: session.out.screen });
  if (shown.length > 0) session.out.lines([...shown, '']);
  session.say(summarisePlan(plan));
}

const errorOf = (outcome: StepOutcome): { error?: string } =>
  outcome.outcome === 'failed' ? { error: messageOf(outcome.error) } : {};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function summarise(session: Session, { done, failed, left }: Applied, goesOn: string): void {
  for (const { step, error } of failed)
    session.err.message(`${session.paintError.red(`${step.id}:`)} ${messageOf(error)}`);
  for (const { id } of left) session.say(`left    ${id}`);
  const counts = [`${done.length} done`, `${failed.length} failed`, `${left.length} left`];
  session.say(counts.join(', '));
  if (failed.length + left.length === 0) return;
  session.say(`Mend that and go on with ${goesOn}: what is done stays done.`);
  session.exitCode = 1;
}
