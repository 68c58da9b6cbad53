import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { programEnvironment, withFixedEnvironment } from './environment.ts';
import { runHere, runThrough } from './run-here.ts';

let trap: string;
const { PATH } = process.env;
const cwd = process.cwd();

beforeEach(() => {
  trap = mkdtempSync(join(tmpdir(), 'kvm-command-'));
  for (const folder of ['id', 'sh', 'kvm-trap']) {
    writeFileSync(join(trap, folder), '#!/bin/sh\necho trapped\n');
    chmodSync(join(trap, folder), 0o755);
  }
  process.chdir(trap);
});

afterEach(() => {
  process.chdir(cwd);
  process.env.PATH = PATH;
  rmSync(trap, { recursive: true });
});

test.each([undefined, '', ':', '.', '/nowhere::/usr/bin', 'undefined:/usr/bin', './', '..'])(
  'with PATH %j, nothing of the working folder is run',
  async (path) => {
    if (path === undefined) delete process.env.PATH;
    else process.env.PATH = path;
    expect((await runHere(['id', '-u'])).stdout).not.toContain('trapped');
    expect((await runHere(['sh', '-c', 'id -u; echo "$PATH"'])).stdout).toMatch(/^\d+\n\/usr\/local\/sbin:/);
    expect((await runHere(['kvm-trap'])).exitCode).toBe(127);
    const far = runThrough((command) => ['env', '-i', ...(path === undefined ? [] : [`PATH=${path}`]), ...command]);
    expect((await far(['kvm-trap'])).exitCode).toBe(127);
    expect((await far(['sh', '-c', 'id -u'])).stdout).toMatch(/^\d+\n$/);
  },
);

test('what could name code to load is not passed on, and of paths only absolute ones', () => {
  const dangerous = { LD_PRELOAD: './x.so', BASH_ENV: './x', ENV: './x', PERL5LIB: '.', IFS: '/', LC_ALL: 'de_DE' };
  const own = {
    HOME: '/root',
    TMPDIR: '.',
    SSH_AUTH_SOCK: '/run/agent',
    LVM_SYSTEM_DIR: 'etc',
    TERM: 'xterm',
    DM_DISABLE_UDEV: '1',
  };
  expect(programEnvironment({ ...dangerous, ...own, PATH: '.' })).toEqual({
    HOME: '/root',
    SSH_AUTH_SOCK: '/run/agent',
    TERM: 'xterm',
    DM_DISABLE_UDEV: '1',
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    LC_ALL: 'C',
    TZ: 'UTC',
    LVM_SUPPRESS_FD_WARNINGS: '1',
  });
});

test('the far side is given the whole of it by env, found by its path', () => {
  expect(withFixedEnvironment(['lvs'])).toEqual([
    '/usr/bin/env',
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'LC_ALL=C',
    'TZ=UTC',
    'LVM_SUPPRESS_FD_WARNINGS=1',
    'lvs',
  ]);
});
