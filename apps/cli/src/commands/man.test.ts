import { expect, test } from 'vitest';
import { capturedRun } from '../../test/captured-run.ts';
import { createProgram } from '../program.ts';

test('the manual page has every command with all that its help says', async () => {
  const { exitCode, stdout, stderr } = await capturedRun(['man']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const page = stdout.replaceAll('\\-', '-').replaceAll('\\(aq', "'").replaceAll('\\(ga', '`');
  const { program } = createProgram({
    stdout: { write: () => true },
    stderr: { write: () => true },
    stdin: process.stdin,
    cwd: '/',
    env: {},
  });
  const all = (command: typeof program): (typeof program)[] => command.commands.flatMap((each) => [each, ...all(each)]);
  const told = all(program).filter((each) => each.commands.length === 0 && !/^(__complete|help)$/.test(each.name()));
  expect(told.length).toBeGreaterThan(40);
  for (const { options } of told)
    for (const { flags, description } of options) expect(page).toContain(`\\fB${flags}\\fR\n${description}`);
  expect(page).toContain('.SS firewall show\n\\fBkvmctl firewall show\\fR [options]');
  expect(page).not.toContain('__complete');
});
