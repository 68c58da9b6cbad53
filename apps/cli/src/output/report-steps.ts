import type { Session } from '../session.ts';

/** Tells each step of something long on standard error, in a terminal with the seconds gone by. */
export function reportSteps(session: Session): (step: string) => void {
  const { err } = session;
  const start = performance.now();
  const elapsed = (): string => `${((performance.now() - start) / 1000).toFixed(1).padStart(6)} s  `;
  return (step) => session.say(`${err.isTerminal ? session.paintError.dim(elapsed()) : ''}${step}`);
}
