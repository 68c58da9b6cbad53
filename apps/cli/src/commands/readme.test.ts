import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { capturedRun } from '../../test/captured-run.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { createProgram } from '../program.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** What a block of the README says to type, and what it says is printed then; `...` stands for lines that it leaves out. */
const consoles = [...readme.matchAll(/^```console\n(.*?)^```$/gms)].map(([, block = '']) =>
  block
    .split(/^\$ kvmctl /m)
    .slice(1)
    .map((entry) => {
      const [words = '', ...lines] = entry.trimEnd().split('\n');
      return { words: words.split(' '), lines };
    }),
);

test('what the README types, prints what it says', async () => {
  expect(consoles).not.toEqual([]);
  for (const block of consoles) {
    const cwd = temporaryFolder();
    for (const { words, lines } of block) {
      const { exitCode, stdout, stderr } = await capturedRun(words, { cwd });
      expect({ words, exitCode }).toEqual({ words, exitCode: 0 });
      const printed = `${stdout}${stderr}`.trimEnd().split('\n');
      const shown = lines.at(-1)?.trim() === '...' ? lines.slice(0, -1) : lines;
      expect(shown.length < lines.length ? printed.slice(0, shown.length) : printed).toEqual(shown);
    }
  }
});

test('every command is in the README, and nothing is that is none', () => {
  const { program } = createProgram({
    ...{ stdout: { write: () => true }, stderr: { write: () => true }, stdin: process.stdin, cwd: '/', env: {} },
  });
  type Commands = (typeof program)['commands'];
  const names = (commands: Commands): string[] =>
    commands.flatMap((each) =>
      each.commands.length === 0 ? [each.name()] : names(each.commands).map((name) => `${each.name()} ${name}`),
    );
  const known = names(program.commands).filter((name) => !name.startsWith('__') && name !== 'help');
  const rows = readme.split('\n').filter((line) => line.startsWith('| `'));
  const untold = known.filter((name) => {
    const [noun = '', verb = ''] = name.split(' ');
    return (
      !readme.includes(`\`${name}`) && !rows.some((row) => row.startsWith(`| \`${noun} `) && row.includes(`\`${verb}`))
    );
  });
  expect(untold).toEqual([]);
  const unknown = rows.filter((row) => !known.some((name) => row.startsWith(`| \`${name}`)));
  expect(unknown).toEqual([]);
});
