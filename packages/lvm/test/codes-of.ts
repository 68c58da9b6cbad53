import { expect } from 'vitest';
import { LvmError } from '../src/index.ts';

/** The code of what is thrown, which must say what to do, and of what a plan was refused for. */
export async function codesOf(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(
    () => 'nothing was thrown',
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof LvmError)) throw error;
  expect(error.remedy).toMatch(/\S/);
  return [error.code, ...error.problems.map(({ code }) => code)].join(': ');
}
