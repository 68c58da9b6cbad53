import { expect, test } from 'vitest';
import { formatPath, formatProblem } from './format.ts';
import { InventoryError } from './inventory-error.ts';
import type { Problem } from './problem.ts';

const problem: Problem = {
  code: 'wrong-type',
  path: ['guests', 'web', 'vmid'],
  file: 'home.yaml',
  line: 7,
  column: 16,
  excerpt: '  web: { vmid: x }',
  length: 1,
  message: '"x" is not a whole number.',
  remedy: 'Write one.',
};

test('shows the place, the line, what is meant in it, and the remedy last', () => {
  expect(formatProblem(problem)).toBe(`home.yaml:7:16: guests.web.vmid: "x" is not a whole number.
    7 |   web: { vmid: x }
      |                ^
      Write one.`);
});

test('keeps tabs under tabs, and lines with long numbers in one column', () => {
  const excerpt = 'a:\t\tx y';
  expect(formatProblem({ ...problem, path: [], line: 1234567, column: 5, length: 99, excerpt })).toBe(
    `home.yaml:1234567:5: "x" is not a whole number.
1234567 | a:\t\tx y
        |   \t\t^^^
        Write one.`,
  );
});

test('points at what is meant behind and under characters of two cells, and of none', () => {
  const excerpt = '  メモリ: { vmid: e\u0301x, b: 日本 }';
  const shown = (column: number, length: number) =>
    formatProblem({ ...problem, excerpt, column, length })
      .split('\n')[2]
      ?.slice('      | '.length);
  expect(shown(3, 3)).toBe(`  ${'^'.repeat(6)}`);
  expect(shown(16, 3)).toBe(`${' '.repeat(18)}^^`);
  expect(shown(24, 2)).toBe(`${' '.repeat(25)}^^^^`);
});

test('cuts a long line around the place', () => {
  const excerpt = `${'a'.repeat(500)}x${'b'.repeat(500)}`;
  const [, line = '', underline = ''] = formatProblem({ ...problem, column: 501, excerpt }).split('\n');
  expect(line).toHaveLength(128);
  expect(line.charAt(underline.indexOf('^'))).toBe('x');
});

test('lets nothing through that a terminal would act on', () => {
  const hostile = '\u001b[31m\u009b\u202e\r';
  const shown = formatProblem({ ...problem, file: hostile, path: [hostile], excerpt: hostile, column: 1 });
  expect(shown).not.toMatch(/[^\P{C}\n]/u);
});

test('paths quote what is not a plain word', () => {
  expect(formatPath(['guests', 'a b', 'disks', 0, 'x.y'])).toBe('guests."a b".disks.0."x.y"');
});

test("an error's message shows twenty problems at most", () => {
  const error = new InventoryError(Array.from({ length: 22 }, () => problem));
  expect(error.problems).toHaveLength(22);
  expect(error.message.split('\n\n')).toHaveLength(21);
  expect(error.message).toMatch(/\n\n2 more problems not shown\.$/);
  expect(error).toMatchObject({ name: 'InventoryError', code: 'invalid-inventory' });
});
