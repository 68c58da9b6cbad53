import type { Plan, Step } from '@kvm/host';
import { countLeftOut } from './left-out.ts';
import { counted } from './words.ts';

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
