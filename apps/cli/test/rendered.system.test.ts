import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '@kvm/ci/needs';
import { describe, expect, test } from 'vitest';
import { exampleFolder, kvmctl, userEnvironment } from './bundled.ts';
import { readCommitted, readTree } from './read-tree.ts';
import { temporaryFolder } from './temporary-folder.ts';

const expected = join(exampleFolder, 'expected');
const paths = readdirSync(expected, { recursive: true, encoding: 'utf8' }).sort();
const matching = (pattern: RegExp): string[] => paths.filter((path) => pattern.test(path));

function judge(program: string, ...argv: string[]) {
  const { status, stdout, stderr } = spawnSync(program, argv, {
    cwd: expected,
    env: userEnvironment(),
    encoding: 'utf8',
  });
  return { status, output: `${stdout}${stderr}` };
}

test('the example renders to its tree, twice', () => {
  const out = temporaryFolder();
  const all = readTree(expected).size;
  for (const counts of [`${all} created, 0 changed, 0 unchanged`, `0 created, 0 changed, ${all} unchanged`]) {
    expect(kvmctl(['render', '--out', out])).toMatchObject({ status: 0, stderr: `${out}: ${counts}\n` });
    expect(readCommitted(out)).toEqual(readCommitted(expected));
  }
});

describe.skipIf(needs('virt-xml-validate'))('libvirt takes the domain', () => {
  test.each(matching(/domains\/.*\.xml$/))('%s', (path) => {
    expect(judge('virt-xml-validate', path, 'domain')).toMatchObject({ status: 0 });
  });
});

test.skipIf(needs('groff'))('groff takes the manual page without a warning', () => {
  const page = join(temporaryFolder(), 'kvmctl.1');
  writeFileSync(page, kvmctl(['man']).stdout);
  const { status, output } = judge('groff', '-man', '-Tutf8', '-P-cbou', '-ww', page);
  expect(status).toBe(0);
  expect(output).not.toMatch(/: (warning|error|fatal error):/);
  expect(output).toContain('EXIT STATUS');
});

describe.skipIf(needs('shellcheck'))('sh takes the script', () => {
  test.each(matching(/\/tun-|boot-guests$|\.sh$/))('%s', (path) => {
    expect(judge('sh', '-n', path)).toEqual({ status: 0, output: '' });
    expect(judge('shellcheck', '--shell=sh', path)).toEqual({ status: 0, output: '' });
  });
});

describe.skipIf(needs('ifquery'))('ifupdown takes the interfaces', () => {
  test.each(matching(/\/interfaces$/))('%s', (path) => {
    const { status, output } = judge('ifquery', '-i', path, 'eth0');
    expect(status).toBe(0);
    expect(output).toMatch(/^address: 172\.16\.6\d\.1$/m);
  });
});
