import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { countPrograms, readExamples, runExample } from './readme.ts';

const top = fileURLToPath(new URL('..', import.meta.url));
const folders = ['packages', 'apps'].flatMap((root) => readdirSync(join(top, root)).map((name) => join(root, name)));

describe.each(['.', ...folders])('%s/README.md', (folder) => {
  const file = join(top, folder, 'README.md');

  test('every program in it is followed by what it prints', () => {
    for (const fence of ['ts', 'ts system'] as const) {
      expect(readExamples(file, fence)).toHaveLength(countPrograms(file, fence));
    }
  });

  test('no program in it needs a compiler with Node 20', () => {
    const programs = (['ts', 'ts system'] as const).flatMap((fence) => readExamples(file, fence));
    expect(programs.filter(({ code }) => /^\s*(?:await )?using /m.test(code))).toEqual([]);
  });

  test.each(readExamples(file, 'ts'))('example %$', async ({ code, output }) => {
    expect(await runExample(code, file)).toBe(output);
  });
});
