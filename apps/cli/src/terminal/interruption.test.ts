import { expect, test } from 'vitest';
import { interruption } from './interruption.ts';

test.each(['SIGINT', 'SIGTERM'] as const)('%s aborts the signal, and no longer once it is released', (name) => {
  const before = process.listenerCount(name);
  const { signal, release } = interruption();
  expect(signal.aborted).toBe(false);
  process.emit(name, name);
  expect(signal.aborted).toBe(true);
  release();
  expect(process.listenerCount(name)).toBe(before);
});
