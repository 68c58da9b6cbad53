import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  beginPassword,
  finishPassword,
  hasNext,
  makePassword,
  movePassword,
  passwordHashes,
} from './bind-passwords.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'kvm-bind-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

/** Whether the directory takes a password. */
async function isTaken(path: string, password: string): Promise<boolean> {
  const { hash = '', other = '' } = (await passwordHashes(path)) ?? {};
  return [hash, other].some((each) => {
    const bytes = Buffer.from(each.replace('{SSHA}', ''), 'base64');
    const digest = createHash('sha1').update(password).update(bytes.subarray(20)).digest();
    return digest.equals(bytes.subarray(0, 20));
  });
}

test('a password is made once, changes in stages, and the one before is taken until the end', async () => {
  const path = join(folder(), 'web');
  await makePassword(path);
  const before = readFileSync(path, 'utf8');
  await makePassword(path);
  expect(readFileSync(path, 'utf8')).toBe(before);
  await beginPassword(path);
  await beginPassword(path);
  const next = readFileSync(`${path}.next`, 'utf8');
  expect([await isTaken(path, before), await isTaken(path, next), await isTaken(path, 'x')]).toEqual([
    true,
    true,
    false,
  ]);
  await movePassword(path);
  await movePassword(path);
  await beginPassword(path);
  expect(await hasNext(path)).toBe(false);
  expect(readFileSync(path, 'utf8')).toBe(next);
  expect([await isTaken(path, before), await isTaken(path, next)]).toEqual([true, true]);
  await finishPassword(path);
  expect([await isTaken(path, before), await isTaken(path, next)]).toEqual([false, true]);
});

test.each([
  ['before the old hash was kept', (path: string) => rmSync(`${path}.old.hash`)],
  ['before the hash was moved', () => undefined],
  ['before the password was moved', (path: string) => cpSync(`${path}.next.hash`, `${path}.hash`)],
])('a move that was interrupted %s goes on, and what the guest has is taken at each moment', async (_, spoil) => {
  const path = join(folder(), 'web');
  await makePassword(path);
  const before = readFileSync(path, 'utf8');
  await beginPassword(path);
  cpSync(`${path}.hash`, `${path}.old.hash`);
  spoil(path);
  if (readFileSync(`${path}.hash`, 'utf8') === readFileSync(`${path}.next.hash`, 'utf8')) rmSync(`${path}.next.hash`);
  expect(await isTaken(path, before)).toBe(true);
  await movePassword(path);
  expect(await hasNext(path)).toBe(false);
  expect([await isTaken(path, before), await isTaken(path, readFileSync(path, 'utf8'))]).toEqual([true, true]);
  expect(readFileSync(path, 'utf8')).not.toBe(before);
});

test('a beginning that was interrupted between the password and its hash goes on with the move, too', async () => {
  const path = join(folder(), 'web');
  await makePassword(path);
  const before = readFileSync(path, 'utf8');
  await beginPassword(path);
  rmSync(`${path}.next.hash`);
  await movePassword(path);
  const after = readFileSync(path, 'utf8');
  expect(after).not.toBe(before);
  expect([await isTaken(path, before), await isTaken(path, after)]).toEqual([true, true]);
});
