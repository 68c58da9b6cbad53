import { createHash } from 'node:crypto';
import type { Desired, Plan, PlanDifference, PlanOptions, SavedPlan } from '@kvm/host';
import { CliError } from '../output/cli-error.ts';
import { putPrivateFile } from '../output/replace-file.ts';
import { counted } from '../output/words.ts';
import type { Session } from '../session.ts';
import { inputName, readWhole } from './read-input.ts';

/** Well over what a plan for thousands of guests has. */
const mostBytes = 64 * 1024 * 1024;
/** More differences than a person reads before they plan again. */
const mostShown = 15;

/** A plan, of what, and how it was asked for. */
export interface MadePlan {
  readonly plan: Plan;
  readonly desired: Desired;
  readonly options: PlanOptions;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Keeps a plan in a file of its own, in the place of another plan if one is there.
 *
 * @throws CliError `file-exists`, `cannot-write`
 */
export async function writePlanFile(session: Session, file: string, made: MadePlan): Promise<void> {
  const { isSavedPlan, renderSavedPlan, savePlan } = await import('@kvm/host');
  putPrivateFile(session, file, { content: renderSavedPlan(savePlan(made, digest)), mayGo: isSavedPlan });
}

/** Reads a plan that was kept. @throws CliError `unreadable-file`, `bad-input` */
export async function readPlanFile(session: Session, file: string): Promise<SavedPlan> {
  const text = (await readWhole(session, file, { mostBytes, kind: 'a plan' })).toString();
  const { HostError, parseSavedPlan } = await import('@kvm/host');
  try {
    return parseSavedPlan(text);
  } catch (cause) {
    if (!(cause instanceof HostError)) throw cause;
    throw new CliError('bad-input', `${inputName(file)} ${cause.message}`, { cause });
  }
}

/**
 * Refuses to go on when what would be done now is not what was confirmed.
 *
 * @throws CliError `stale-plan`, with the difference
 */
export async function assertAsKept(file: string, kept: SavedPlan, made: MadePlan): Promise<void> {
  const { comparePlans, savePlan } = await import('@kvm/host');
  const differences = comparePlans(kept, savePlan(made, digest));
  if (differences.length === 0) return;
  const name = inputName(file);
  const more = differences.length - mostShown;
  throw new CliError('stale-plan', [
    `the host or the inventory is no longer as it was when ${name} was made: nothing was done.`,
    ...differences.slice(0, mostShown).flatMap(renderDifference),
    ...(more > 0 ? [`  and ${counted(more, 'more difference')}`] : []),
    `Look at what would be done now: kvmctl plan --out ${name}`,
  ]);
}

const words: Record<PlanDifference['kind'], string> = {
  more: '+ new:     ',
  gone: '- no more: ',
  changed: '~ other:   ',
};

function renderDifference({ kind, what, changes }: PlanDifference): string[] {
  if (what === undefined) return ['  ~ the inventory says something else'];
  // What is new is shown by a plan; only what was confirmed otherwise is told apart here.
  const shown = kind === 'changed' ? changes : [];
  return [
    `  ${words[kind]}${what}`,
    ...shown.map(({ what: of, before = 'nothing', after = 'nothing' }) => `      ${of}: was ${before}; now ${after}`),
  ];
}
