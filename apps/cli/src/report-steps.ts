import { printable } from './printable.ts';
import type { Session } from './session.ts';

/** Tells each step of something long on standard error, in a terminal with the seconds gone by. */
export function reportSteps(session: Session): (step: string) => void {
  const { stderr } = session.io;
  const start = performance.now();
  const elapsed = (): string => `${((performance.now() - start) / 1000).toFixed(1).padStart(6)} s  `;
  return (step) => session.say(`${stderr.isTTY ? session.paintError.dim(elapsed()) : ''}${printable(step)}`);
}
