import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../../..');

/** The sources of all packages, tests aside, with what they say. */
const sources = ['apps', 'packages'].flatMap((kind) =>
  readdirSync(join(root, kind)).flatMap((name) =>
    readdirSync(join(root, kind, name, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => `${kind}/${name}/src/${file}`),
  ),
);

const withText = (pattern: RegExp): readonly string[] =>
  sources.filter((file) => pattern.test(readFileSync(join(root, file), 'utf8'))).sort();

test('who writes bytes as they are: the bytes of a screen, of a console, of a program', () => {
  expect(withText(/\.raw\(\)/)).toEqual([
    'apps/cli/src/commands/guest/screenshot.ts', // a picture
    'apps/cli/src/commands/lab/exec.ts', // a command's own output, as ssh shows it
    'apps/cli/src/terminal/console/guest-screen.ts', // a guest's console
    'apps/cli/src/terminal/console/joined-console.ts', // a line of ours within it, cleaned
  ]);
});

test("nobody else has the process's outputs", () => {
  expect(withText(/process\.(?:stdout|stderr)|\bstd(?:out|err)\b[^;]*\} = process\b/)).toEqual([
    'apps/cli/src/main.ts', // gives them to the one output, and says when they cannot be written to
    'apps/cli/src/terminal/attach-vm.ts', // a command's own output
    'apps/cli/src/terminal/console/run-console.ts', // the terminal's size
    'apps/cli/src/top/live.ts', // a screen, each line of which the output has cleaned
    'packages/lab/src/sandbox.ts', // whether it is a terminal
    'packages/lab/src/vm/vm-host.ts', // not ours: those of a program in a virtual machine
  ]);
  expect(withText(/\bconsole\.(?:log|error|warn|info|debug)\(|writeSync\([12],/)).toEqual([
    'packages/libvirt/src/connection.ts', // an example in a comment
  ]);
});

test('what programs have of our terminal', () => {
  expect(withText(/'inherit'/)).toEqual([
    'apps/cli/src/commands/disk/backup.ts', // writes a backup to standard output, which is no terminal
    'apps/cli/src/terminal/console/raw-terminal.ts', // stty(1): the terminal's settings
    'packages/command/src/program.ts', // for disk/backup.ts
    'packages/command/src/run-here.ts', // the same
    'packages/lab/src/sandbox.ts', // a command in the lab
  ]);
});
