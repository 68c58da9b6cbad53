import { expect, test } from 'vitest';
import { shellCommand } from './quote.ts';
import { runHere } from './run-here.ts';

test('a shell takes quoted words as they are', async () => {
  const words = [
    '',
    "it's",
    '$(id)',
    '`id`',
    'a b',
    '"',
    '\\',
    '-n',
    '*',
    'line\nfeed',
    "'\\''",
    '!',
    '~',
    '#',
    '\u{1f600}',
  ];
  const { stdout } = await runHere(['sh', '-c', shellCommand(['printf', '%s\\0', ...words])]);
  expect(stdout.split('\0').slice(0, -1)).toEqual(words);
});
