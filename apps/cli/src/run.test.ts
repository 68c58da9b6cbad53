import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { inventoryJsonSchema } from '@kvm/inventory';
import { describe, expect, test } from 'vitest';
import { capturedRun, smallInventory } from '../test/captured-run.ts';
import { temporaryFolder } from '../test/temporary-folder.ts';
import { run } from './run.ts';

describe('wrong use ends with 64 and says what was meant', () => {
  test.each([
    [['shwo'], "unknown command 'shwo'\n(Did you mean show?)"],
    [['show', '--jsn'], "unknown option '--jsn'\n(Did you mean --json?)"],
    [['show', 'a', 'b'], "too many arguments for 'show'. Expected 1 argument but got 2."],
    [['render'], "required option '-o, --out <dir>' not specified"],
    [['render', '--out'], "option '-o, --out <dir>' argument missing"],
    [['routes', '--json', '--for', 'linux'], "option '--for <kind>' cannot be used with option '--json'"],
    [['lab', 'exec', 'hoge'], "missing required argument 'command'"],
    [['lab', 'exec', 'hoge', 'ping', '-c', '1'], 'The command comes after --'],
    [['completion', 'tcsh'], 'Allowed choices are bash, zsh, fish.'],
    [['\x1b[2Jshow'], "unknown command '\uFFFD[2Jshow'"],
  ])('%j', async (argv, message) => {
    const { exitCode, stdout, stderr } = await capturedRun(argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' });
    expect(stderr).toMatch(/^kvmctl: /);
    expect(stderr).toContain(message);
  });

  test.each([[[]], [['lab']]])('%j shows help', async (argv) => {
    const { exitCode, stdout, stderr } = await capturedRun(argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' });
    expect(stderr).toMatch(/^Usage: kvmctl/);
  });
});

test('help names every command, and is as wide as the terminal', async () => {
  const { exitCode, stdout, stderr } = await capturedRun(['--help'], { terminal: 80 });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  for (const name of ['init', 'validate', 'render', 'show', 'routes', 'lab', 'schema', 'completion'])
    expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
  expect(stdout).not.toContain('__complete');
  expect(
    Math.max(
      ...stripVTControlCharacters(stdout)
        .split('\n')
        .map(({ length }) => length),
    ),
  ).toBeLessThanOrEqual(80);
  expect((await capturedRun(['help', 'show'])).stdout).toBe((await capturedRun(['show', '-h'])).stdout);
});

describe('an inventory that cannot be read', () => {
  test('is not there: says how to come by one', async () => {
    expect(await capturedRun(['-i', 'home.yaml', 'show'])).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `kvmctl: there is no file home.yaml.
\`kvmctl init\` writes an inventory to begin with; -i FILE names another file.
`,
    });
  });

  test('is a folder, no text, too large', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'binary'), Buffer.from([0x68, 0xff, 0xfe]));
    const stderr = async (...argv: string[]) => (await capturedRun([...argv, 'validate'], { cwd })).stderr;
    expect(await stderr('-i', '.')).toContain('. cannot be read: illegal operation on a directory.');
    expect(await stderr('-i', 'binary')).toBe('kvmctl: binary is not UTF-8 text. Save it as UTF-8.\n');
    expect(await stderr('-i', '/dev/zero')).toBe('kvmctl: /dev/zero is too large to be an inventory.\n');
  });
});

test('options may stand before and after the command', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'home.yaml'), smallInventory);
  const expected = await capturedRun(['-i', 'home.yaml', 'show', 'db', '--json'], { cwd });
  expect(expected.exitCode).toBe(0);
  expect(await capturedRun(['show', '--json', 'db', '--inventory', 'home.yaml'], { cwd })).toEqual(expected);
  expect(await capturedRun(['show', '--json', '--inventory=home.yaml', '--', 'db'], { cwd })).toEqual(expected);
});

test('the schema is the one that the inventory package publishes', async () => {
  expect(JSON.parse((await capturedRun(['schema'])).stdout)).toEqual(inventoryJsonSchema());
});

test('a mistake of kvmctl itself shows a stack only on demand', async () => {
  const stderr = async (env: Partial<Record<string, string>>) => {
    let text = '';
    const exitCode = await run(['init', '-'], {
      stdout: {
        write() {
          throw new TypeError('broken');
        },
      },
      stderr: { write: (more) => (text += more) },
      stdin: Readable.from([]),
      cwd: '/',
      env,
    });
    expect(exitCode).toBe(1);
    return text;
  };
  expect(await stderr({})).toBe(
    'kvmctl: this is a mistake in kvmctl itself: broken\nKVMCTL_DEBUG=1 shows where it happened.\n',
  );
  expect(await stderr({ KVMCTL_DEBUG: '1' })).toContain('run.test.ts');
});
