import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { capturedRun } from '../../test/captured-run.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';

test('writes an inventory that has no problems', async () => {
  const cwd = temporaryFolder();
  expect(await capturedRun(['init'], { cwd })).toMatchObject({ exitCode: 0, stdout: 'wrote inventory.yaml\n' });
  expect(await capturedRun(['validate'], { cwd })).toEqual({
    exitCode: 0,
    stdout: 'inventory.yaml: 3 guests, 1 machine, no problems\n',
    stderr: '',
  });
});

test('all keys of the inventory are explained in it', async () => {
  const { stdout: text } = await capturedRun(['init', '-']);
  const uncommented = text.replace(/^( *)# (gateway|ipv6):/gm, '$1$2:');
  expect(uncommented).not.toBe(text);
  const { exitCode, stdout } = await capturedRun(['-i', '-', 'show', 'public', '--json'], { stdin: uncommented });
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout).guest.ipv6.address).toBe('fd00:61:0:65::1');
});

test('leaves a file that is there as it is', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'home.yaml'), 'mine');
  const { exitCode, stderr } = await capturedRun(['init', 'home.yaml'], { cwd });
  expect(exitCode).toBe(1);
  expect(stderr).toBe('kvmctl: home.yaml is there already and stays as it is. Name another file: kvmctl init FILE\n');
  expect(readFileSync(join(cwd, 'home.yaml'), 'utf8')).toBe('mine');
});

test('takes the name from -i, and says why it cannot write', async () => {
  const cwd = temporaryFolder();
  await capturedRun(['-q', '-i', 'a.yaml', 'init'], { cwd });
  expect(existsSync(join(cwd, 'a.yaml'))).toBe(true);
  const { exitCode, stderr } = await capturedRun(['init', 'none/b.yaml'], { cwd });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: 'kvmctl: none/b.yaml cannot be written: no such file or directory.\n',
  });
});
