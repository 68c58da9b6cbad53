import type { Cause, StepChange, StepEffect } from '@kvm/host';
import type { Entry } from './fold-plan.ts';
import type { Paint } from './paint.ts';

/** How an effect stands out. */
export const effectPaint: Record<StepEffect, (paint: Paint) => (text: string) => string> = {
  live: (paint) => paint.dim,
  'next boot': (paint) => paint.yellow,
  restart: (paint) => paint.magenta,
  'destroys data': (paint) => (text) => paint.bold(paint.red(text)),
};

/** Of an inventory's key that is one place of the domain, or two, there is nothing more to tell. */
export const isPlain = ({ what, before, after }: Cause): boolean =>
  what !== 'vmid' && (before !== undefined || after !== undefined);

/** Whether the inventory's words tell all that a step changes. */
export const saysAll = ({ sign, causes, changes }: Entry): boolean =>
  sign !== '!' && causes.length > 0 && causes.every(isPlain) && othersThan(causes, changes).length === 0;

/** Changes that follow from none of the causes. */
export const othersThan = (causes: readonly Cause[], changes: readonly StepChange[]): readonly StepChange[] => {
  const told = new Set(causes.flatMap(({ follows }) => follows));
  return changes.filter(({ what }) => !told.has(what));
};

/** `memory 96 -> 112 MiB` */
export function causeText({ what, before, after }: Cause): string {
  const [, unit] = / (\w+)$/.exec(after ?? '') ?? [];
  const from = unit !== undefined && before?.endsWith(` ${unit}`) ? before.slice(0, -unit.length - 1) : before;
  return [what, ...(from === undefined ? [] : [from, '->']), ...(after === undefined ? [] : [after])].join(' ');
}
