import { expect, test } from 'vitest';
import { formatProblem, type InventoryError, parseInventory } from './index.ts';
import { ProblemList } from './problem-list.ts';
import { closest } from './suggest.ts';

const many = 3000;
const host = 'host: { name: management, address: 192.168.100.1/24 }\n';
const each = (line: (index: number) => string, between: string): string =>
  Array.from({ length: many }, (_, index) => line(index)).join(between);

function refusal(text: string): InventoryError {
  try {
    parseInventory(text);
  } catch (error) {
    return error as InventoryError;
  }
  throw new Error('it was taken');
}

test.each([
  ['bad guests', many, `${host}guests:\n${each((index) => `  g${index}: { vmid: x }`, '\n')}\n`],
  ['bad guests in one line', many, `${host}guests: { ${each((index) => `g${index}: { vmid: x }`, ', ')} }\n`],
  ['unknown keys', many, `${host}${each((index) => `key${index}: 1`, '\n')}\n`],
  ['one name again and again', many - 1, `${host}guests:\n${each(() => '  g: { vmid: 1 }', '\n')}\n`],
  ['one VMID again and again', many - 1, `${host}guests:\n${each((index) => `  g${index}: { vmid: 1 }`, '\n')}\n`],
  [
    'long names',
    many,
    `${host}machines:\n${each((index) => `  ${'M'.repeat(500)}${index}: 10.0.0.${index % 250}`, '\n')}\n`,
  ],
  [
    'names of nobody',
    many,
    `${host}guests: { a: { vmid: 1 } }\ngroups:\n${each((index) => `  gr${index}: [no${index}]`, '\n')}\n`,
  ],
])('%s: the first hundred are told, the others counted', (_what, count, text) => {
  const { problems, unshown, message } = refusal(text);
  expect(problems).toHaveLength(100);
  expect(problems.length + unshown).toBeGreaterThanOrEqual(count);
  expect(problems.map(({ line }) => line)).toEqual(problems.map(({ line }) => line).toSorted((a, b) => a - b));
  expect(message).toContain(`${problems.length + unshown - 20} more problems not shown.`);
  // However long the lines and names of the file are.
  for (const problem of problems) {
    expect(formatProblem(problem).length).toBeLessThan(2000);
    expect(JSON.stringify(problem).length).toBeLessThan(4000);
  }
});

test('the count is true', () => {
  const { problems, unshown } = refusal(`${host}guests: {}\n${each((index) => `key${index}: 1`, '\n')}\n`);
  expect(problems.length + unshown).toBe(many);
});

test('a hundred are a hundred, and none is left', () => {
  const keys = (count: number) => Array.from({ length: count }, (_, index) => `key${index}: 1`).join('\n');
  expect(refusal(`${host}guests: {}\n${keys(100)}\n`)).toMatchObject({ unshown: 0, problems: { length: 100 } });
  expect(refusal(`${host}guests: {}\n${keys(101)}\n`)).toMatchObject({ unshown: 1, problems: { length: 100 } });
});

test('what is not shown is not worked out', () => {
  const list = new ProblemList();
  const told: number[] = [];
  for (let index = many; index > 0; index--)
    list.add(index, () => {
      told.push(index);
      const place = { file: 'f', line: index, column: 1, excerpt: '', length: 1 };
      return { code: 'c', path: [], message: '', remedy: '', ...place };
    });
  expect(list.error().unshown).toBe(many - 100);
  expect(told).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
});

test('of many names that may be meant, a bounded number is looked at', () => {
  let looked = 0;
  const names = function* (): Generator<string> {
    for (;;) {
      looked += 1;
      yield 'another';
    }
  };
  expect(closest('wrong', names())).toBe(undefined);
  expect(looked).toBeLessThan(3000);
});

test('a problem in a long line shows what is around it', () => {
  const before = each((index) => `g${index}: { vmid: ${index + 1} }`, ', ')
    .slice(0, 20_000)
    .replace(/, [^,]*$/, '');
  const [problem] = refusal(`${host}guests: { ${before}, web: { vmid: sixty }, b: {} }\n`).problems.filter(
    ({ path }) => path[1] === 'web',
  );
  expect(problem && formatProblem(problem)).toMatch(/web: \{ vmid: sixty \}.*\n.*\| +\^\^\^\^\^\n/);
  expect(problem?.excerpt.length).toBeLessThanOrEqual(1000);
});

test('a key as long as the file is refused, and not repeated', () => {
  const { problems } = refusal(`${host}guests: {}\n? ${'k'.repeat(100_000)}\n: { a: 1 }\n`);
  expect(problems.map(({ code }) => code)).toContain('bad-key');
  expect(JSON.stringify(problems).length).toBeLessThan(5000);
});

test('a message repeats no name that is longer than anybody reads', () => {
  const name = 'n'.repeat(1000);
  const { problems } = refusal(`${host}guests: { ${name}: { vmid: 1 } }\nmachines: { ${name}: 10.0.0.1 }\n`);
  expect(problems.map(({ code }) => code)).toContain('duplicate-name');
  for (const { message, remedy } of problems) {
    expect(message.length).toBeLessThanOrEqual(601);
    expect(remedy.length).toBeLessThanOrEqual(601);
  }
});
