import type { LeftOut, Plan, Step, StepChange, StepEffect, Waiting } from '@kvm/host';
import type { Paint } from './paint.ts';
import { counted, listNames } from './words.ts';

/** How a plan is shown. */
export interface PlanView {
  readonly paint: Paint;
  /** Say of each step why it is to be done. */
  readonly why?: boolean | undefined;
}

const effectPaint: Record<StepEffect, (paint: Paint) => (text: string) => string> = {
  live: (paint) => paint.dim,
  'next boot': (paint) => paint.yellow,
  restart: (paint) => paint.magenta,
  'destroys data': (paint) => (text) => paint.bold(paint.red(text)),
};

const signPaint: Record<Step['sign'], (paint: Paint) => (text: string) => string> = {
  '+': (paint) => paint.green,
  '~': (paint) => paint.yellow,
  '-': (paint) => paint.red,
  '>': (paint) => paint.cyan,
};

/** A plan's steps by guest, and what it leaves alone; empty for an empty plan. */
export function renderPlan({ steps, waiting, leftOut }: Plan, view: PlanView): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const step of steps) {
    const name = step.guest ?? 'host';
    groups.set(name, [...(groups.get(name) ?? []), ...renderStep(step, view)]);
  }
  const shown = [...groups].map(([name, lines]) => [view.paint.bold(name), ...lines]);
  if (waiting.length > 0)
    shown.push([view.paint.bold('left alone'), ...waiting.flatMap((each) => renderWaiting(each, view))]);
  if (leftOut && countLeftOut(leftOut) > 0) shown.push([view.paint.bold('left out'), ...renderLeftOut(leftOut)]);
  return shown.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

function renderStep({ sign, title, effect, changes, reason }: Step, view: PlanView): string[] {
  const { paint } = view;
  const head = `  ${signPaint[sign](paint)(sign)} ${title}`;
  const label = effect === 'live' ? '' : `  ${effectPaint[effect](paint)(effect)}`;
  return [
    `${head}${label}`,
    ...(view.why ? [`      ${paint.dim(`because ${reason}`)}`] : []),
    ...renderChanges(changes, effect, view),
  ];
}

/** More of a text than anybody reads in a plan. */
const longest = 90;

const short = (text: string): string => {
  const line = text.replace(/[\n\t]/g, ' ');
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
};

/** What becomes what, a line each. @param around what the changes mean when they do not say so themselves */
export function renderChanges(
  changes: readonly StepChange[],
  around: StepEffect | undefined,
  { paint }: PlanView,
): string[] {
  const width = Math.max(0, ...changes.map(({ what }) => what.length));
  return changes.map(({ what, before, after, effect }) => {
    const label = effect === undefined || effect === around ? '' : `  ${effectPaint[effect](paint)(effect)}`;
    return `      ${paint.dim(what.padEnd(width))}  ${values(before, after, paint)}${label}`.trimEnd();
  });
}

function values(before: string | undefined, after: string | undefined, paint: Paint): string {
  if (before === undefined && after === undefined) return '';
  if (before === undefined) return paint.green(`+ ${short(after ?? '')}`);
  if (after === undefined) return paint.red(`- ${short(before)}`);
  return `${paint.red(short(before))} ${paint.dim('->')} ${paint.green(short(after))}`;
}

function renderWaiting({ what, remedy, changes }: Waiting, view: PlanView): string[] {
  return [`  ! ${what}`, ...renderChanges(changes, 'next boot', view), `      ${view.paint.cyan(remedy)}`];
}

/** More of what is not done than a person reads. */
const mostLeftOut = 8;

const countLeftOut = ({ steps, waiting, dependents }: LeftOut): number =>
  steps.length + waiting.length + dependents.length;

function renderLeftOut({ steps, waiting, dependents }: LeftOut): string[] {
  const owners = [...new Set([...steps, ...waiting].map(({ guest = 'host' }) => guest))];
  const counts = [
    ...(steps.length > 0 ? [counted(steps.length, 'step')] : []),
    ...(waiting.length > 0 ? [`${waiting.length} left alone`] : []),
  ];
  const more = dependents.length - mostLeftOut;
  return [
    ...(owners.length > 0 ? [`  ${counts.join(', ')}: ${listNames(owners)}`] : []),
    ...dependents
      .slice(0, mostLeftOut)
      .map(({ step, needs }) => `  ! not done: ${step.id}, which needs what is left out: ${needs}`),
    ...(more > 0 ? [`  ! and ${counted(more, 'more step')} that need what is left out`] : []),
  ];
}

/** `5 steps: 3 live, 1 at the next boot, 1 restart; 2 left alone` */
export function summarisePlan({ steps, waiting, leftOut }: Plan): string {
  const effects = (['live', 'next boot', 'restart', 'destroys data'] as const).flatMap((effect) => {
    const count = steps.filter((step) => step.effect === effect).length;
    return count > 0 ? [`${count} ${effect}`] : [];
  });
  const parts = steps.length > 0 ? [`${counted(steps.length, 'step')}: ${effects.join(', ')}`] : ['nothing to do'];
  if (waiting.length > 0) parts.push(`${waiting.length} left alone`);
  if (leftOut && countLeftOut(leftOut) > 0) parts.push(`${countLeftOut(leftOut)} left out`);
  return parts.join('; ');
}

/** A plan for a program, version 1. What steps are done with (rendered files, domains) is left out. */
export function planJson({ steps, waiting, leftOut }: Plan): object {
  const shown = (all: readonly Step[]) => all.map(({ action, ...step }) => ({ ...step, action: action.kind }));
  return {
    ...{ version: 1, steps: shown(steps), waiting },
    ...(leftOut && {
      leftOut: {
        ...{ steps: shown(leftOut.steps), waiting: leftOut.waiting },
        dependents: leftOut.dependents.map(({ step, needs }) => ({ id: step.id, needs })),
      },
    }),
  };
}

/**
 * What `--detailed-exitcode` ends with: 2 there are steps to do; else 3 something is blocked, or left to a person; else 4 something
 * is put off, to a restart or to a plan of all; else 0.
 */
export function detailedExitCode({ steps, waiting, leftOut }: Plan): 0 | 2 | 3 | 4 {
  if (steps.length > 0) return 2;
  if (waiting.some(({ kind }) => kind !== 'restart')) return 3;
  return waiting.length > 0 || (leftOut && countLeftOut(leftOut) > 0) ? 4 : 0;
}
