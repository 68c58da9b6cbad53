import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const sources = join(import.meta.dirname, '../apps/cli/src');

test('at the root of kvmctl are only its start and what a run is; all else is in a folder that says what it does', () => {
  const files = readdirSync(sources, { withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.map(({ name }) => name).filter((name) => !name.endsWith('.test.ts'))).toEqual([
    'main.ts',
    'program.ts',
    'run.ts',
    'session.ts',
  ]);
  const tests = files.map(({ name }) => name).filter((name) => name.endsWith('.test.ts'));
  expect(tests.filter((name) => !files.some((file) => file.name === name.replace('.test.ts', '.ts')))).toEqual([]);
});
