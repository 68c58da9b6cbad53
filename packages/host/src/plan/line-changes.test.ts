import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineChanges } from './line-changes.ts';

test('a line that came moves no other', () => {
  expect(lineChanges('a\nb\nc\nd\n', 'a\nnew\nb\nc\nD\n')).toEqual([
    { what: 'line 2', after: 'new' },
    { what: 'line 4', before: 'd', after: 'D' },
  ]);
  expect(lineChanges('a\nb\nc\n', 'b\nc\n')).toEqual([{ what: 'line 1', before: 'a' }]);
  expect(lineChanges('a\nb\nc\n', 'a\nx\ny\nc\n')).toEqual([
    { what: 'line 2', before: 'b' },
    { what: 'line 2', after: 'x' },
    { what: 'line 3', after: 'y' },
  ]);
});

test('more lines than a person reads are counted', () => {
  const many = Array.from({ length: 20 }, (_, index) => `${index}\n`).join('');
  expect(lineChanges('', many).at(-1)).toEqual({ what: 'and 12 more lines' });
});

test('what is said leads from the one text to the other, and never from a line to itself', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 5 });
  fc.assert(
    fc.property(text, text, (old, wanted) => {
      const changes = lineChanges(old.join('\n'), wanted.join('\n'));
      fc.pre(changes.length <= 8);
      const numbered = (side: 'before' | 'after') =>
        changes.filter((change) => change[side] !== undefined).map((change) => [change.what, change[side]]);
      expect(changes.filter(({ before, after }) => before === after)).toEqual([]);
      const kept = (lines: readonly string[], gone: number) => lines.length - gone;
      const [oldLines, newLines] = [old.join('\n').split('\n'), wanted.join('\n').split('\n')];
      expect(kept(oldLines, numbered('before').length)).toBe(kept(newLines, numbered('after').length));
      for (const [what, line] of numbered('before')) expect(oldLines).toContain(line ?? what);
      for (const [what, line] of numbered('after')) expect(newLines).toContain(line ?? what);
    }),
  );
});

test('texts that share nothing take no longer than they are long', () => {
  const lines = (word: string) => Array.from({ length: 5000 }, (_, index) => `${word}${index}`).join('\n');
  expect(lineChanges(lines('a'), lines('b')).at(-1)).toEqual({ what: 'and 4992 more lines' });
});
