import type { LeftOut } from '@kvm/host';
import { counted, listNames } from './words.ts';

/** More of what is not done than a person reads. */
const mostLeftOut = 8;

/** How much a plan leaves out. */
export const countLeftOut = ({ steps, waiting, dependents }: LeftOut): number =>
  steps.length + waiting.length + dependents.length;

/** What a plan leaves out, counted, and what is not done because of it. */
export function renderLeftOut({ steps, waiting, dependents }: LeftOut): string[] {
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
