import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { top } from './read-mutations.js';

/** Calls that are returned, and not awaited, behind an `await using` in the same block or inside of it. */
function returnedPastDisposal(text: string): string[] {
  const lines = text.split('\n');
  const indent = (line: string): number => line.length - line.trimStart().length;
  return lines.flatMap((line, index) => {
    if (!/^\s*await using /.test(line)) return [];
    const after = lines.slice(index + 1);
    const end = after.findIndex((each) => each !== '' && indent(each) < indent(line));
    return after
      .slice(0, end < 0 ? undefined : end)
      .filter((each) => /^\s*return [\w.#]+\(/.test(each) && indent(each) <= indent(line) + 2);
  });
}

test('what is disposed of at a return waits for what is returned', () => {
  const wrong = 'async function x() {\n  await using lock = await take();\n  if (y) {\n    return read(lock);\n  }\n}';
  expect(returnedPastDisposal(wrong)).toEqual(['    return read(lock);']);
  expect(returnedPastDisposal(wrong.replace('return', 'return await'))).toEqual([]);
  const folders = ['packages', 'apps'].flatMap((root) =>
    readdirSync(join(top, root)).map((name) => join(root, name, 'src')),
  );
  const sources = folders.flatMap((folder) =>
    readdirSync(join(top, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => join(folder, name)),
  );
  expect(sources.length).toBeGreaterThan(300);
  const found = sources.flatMap((path) =>
    returnedPastDisposal(readFileSync(join(top, path), 'utf8')).map((line) => `${path}: ${line.trim()}`),
  );
  expect(found).toEqual([]);
});
