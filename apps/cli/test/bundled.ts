import { type SpawnSyncOptionsWithStringEncoding, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const folder = fileURLToPath(new URL('..', import.meta.url));

/** The bundle, which build-bundle.ts makes of today's sources before the tests. */
export const bundle = join(folder, 'dist/kvmctl.js');

/** A folder for PATH in which the bundle is called kvmctl. Everybody may read it, also when this repository is root's alone. */
export const binFolder = mkdtempSync(join(tmpdir(), 'kvmctl-bin-'));
chmodSync(binFolder, 0o755);
const copy = join(binFolder, 'kvmctl.mjs');
copyFileSync(bundle, copy);
symlinkSync(copy, join(binFolder, 'kvmctl'));
afterAll(() => rmSync(binFolder, { recursive: true, force: true }));

export const exampleFolder = fileURLToPath(new URL('../../../examples/home-lab/', import.meta.url));

/** The environment of a user who has kvmctl on the PATH, and says nothing of colours. */
export function userEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH: `${binFolder}:${PATH}:/usr/sbin:/sbin`, HOME, LANG: 'C.UTF-8', TERM: 'xterm', ...more };
}

/** Runs the bundle as a process of its own and waits for its end. */
export function kvmctl(argv: readonly string[], options: Partial<SpawnSyncOptionsWithStringEncoding> = {}) {
  const { status, signal, stdout, stderr } = spawnSync(copy, argv, {
    cwd: exampleFolder,
    env: userEnvironment(),
    maxBuffer: 2 ** 28,
    ...options,
    encoding: 'utf8',
  });
  return { status, signal, stdout, stderr };
}
