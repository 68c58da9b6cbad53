import type { Cause, LeftOut, Plan, Step, StepChange, StepEffect } from '@kvm/host';
import { aroundPlan, renderBriefly, type Screen } from './brief-plan.ts';
import { cellWidth } from './cell-width.ts';
import { type Entry, type FoldedPlan, foldPlan } from './fold-plan.ts';
import { renderLeftOut } from './left-out.ts';
import { type Paint, plain } from './paint.ts';
import { causeText, effectPaint, isPlain, othersThan, saysAll } from './plan-entry.ts';
import { counted, listNames } from './words.ts';

/** How a plan is shown. */
export interface PlanView {
  readonly paint: Paint;
  /** Say of each step why it is to be done; of those of one guest, or of `host`, when it is a name. */
  readonly why?: boolean | string | undefined;
  /** Of the terminal that the plan is to fit into; absent where nobody looks, and it is as long as it is. */
  readonly screen?: Screen | undefined;
}

const signPaint: Record<Step['sign'], (paint: Paint) => (text: string) => string> = {
  '+': (paint) => paint.green,
  '~': (paint) => paint.yellow,
  '-': (paint) => paint.red,
  '>': (paint) => paint.cyan,
};

/**
 * A plan's steps: what several guests share once, the rest by guest; and what it leaves alone. Empty for an empty plan. What is
 * longer than the screen is told in a line for each, the gravest first.
 */
export function renderPlan(plan: Plan, view: PlanView): readonly string[] {
  if (typeof view.why === 'string') return renderGuest(plan, view.why, view);
  const folded = foldPlan(plan);
  const lines = renderAll(folded, plan.leftOut, view);
  const { screen } = view;
  if (screen === undefined || view.why) return lines;
  const bare = renderAll(folded, plan.leftOut, { ...view, paint: plain });
  if (heightOf(bare, screen) <= screen.height - aroundPlan) return lines;
  return renderBriefly(folded, plan.leftOut, { paint: view.paint, screen });
}

/** How many rows of a screen lines take. */
const heightOf = (lines: readonly string[], { width }: Screen): number =>
  lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(cellWidth(line) / width)), 0);

function renderAll(plan: FoldedPlan, leftOut: LeftOut | undefined, view: PlanView): string[] {
  const waiting = [
    ...plan.waitingFolded.flatMap(({ entry, guests }) => renderEntry(entry, view, guests)),
    ...plan.waiting.flatMap((entry) => renderEntry(entry, view)),
  ];
  const parts = [
    { title: 'host', lines: (plan.single.get('host') ?? []).flatMap((entry) => renderEntry(entry, view)) },
    { title: 'several guests', lines: plan.folded.flatMap(({ entry, guests }) => renderEntry(entry, view, guests)) },
    ...[...plan.single]
      .filter(([owner]) => owner !== 'host')
      .map(([title, entries]) => ({ title, lines: entries.flatMap((entry) => renderEntry(entry, view)) })),
    { title: 'left alone', lines: waiting },
    { title: 'left out', lines: leftOut ? renderLeftOut(leftOut) : [] },
  ];
  return parts
    .filter(({ lines }) => lines.length > 0)
    .flatMap(({ title, lines }, index) => [...(index === 0 ? [] : ['']), view.paint.bold(title), ...lines]);
}

/** All of one guest, nothing of it folded. */
function renderGuest({ steps, waiting }: Plan, name: string, view: PlanView): string[] {
  const isOf = ({ guest = 'host' }: { readonly guest?: string }): boolean => guest === name;
  const own = { steps: steps.filter(isOf), waiting: waiting.filter(isOf) };
  return renderAll(foldPlan(own), undefined, { ...view, why: true });
}

const paintSign = (sign: Entry['sign'], paint: Paint): string => (sign === '!' ? sign : signPaint[sign](paint)(sign));

/** @param guests whose it is, when it is that of several */
function renderEntry(entry: Entry, view: PlanView, guests?: readonly string[]): string[] {
  const { paint } = view;
  const { sign, title, effect, reason, remedy, changes, causes } = entry;
  const isTold = guests !== undefined && saysAll(entry);
  const what = isTold ? causes.map(causeText).join(', ') : title;
  const whose = guests ? `: ${counted(guests.length, 'guest')} (${listNames(guests)})` : '';
  const label = effect === 'live' || sign === '!' ? '' : `  ${effectPaint[effect](paint)(effect)}`;
  return [
    `  ${paintSign(sign, paint)} ${what}${whose}${label}`,
    ...(view.why && reason !== '' ? [`      ${paint.dim(`because ${reason}`)}`] : []),
    ...(isTold ? [] : renderCauses(causes, changes, { effect, paint })),
    ...(remedy === undefined ? [] : [`      ${paint.cyan(remedy)}`]),
  ];
}

/** The inventory's words first, what follows from them beneath, and what has no such word last. */
function renderCauses(
  causes: readonly Cause[],
  changes: readonly StepChange[],
  { effect, paint }: { readonly effect: StepEffect; readonly paint: Paint },
): string[] {
  const told = causes.flatMap((cause) => {
    const follow = changes.filter(({ what }) => cause.follows.includes(what));
    const worst = follow.map((each) => each.effect).find((each) => each !== undefined && each !== effect);
    const label = isPlain(cause) && worst ? `  ${effectPaint[worst](paint)(worst)}` : '';
    return [
      `      ${causeText(cause)}${label}`,
      ...(isPlain(cause) ? [] : renderChanges(follow, effect, { paint }).map((line) => `  ${line}`)),
    ];
  });
  return [...told, ...renderChanges(othersThan(causes, changes), effect, { paint })];
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
  { paint }: { readonly paint: Paint },
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
