import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { compareTree } from './compare-tree.ts';
import { writeTree } from './write-tree.ts';

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tree-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

const file = (path: string) => ({ path, mode: 0o644, content: 'x' });

test.each(['/../x', '/etc/../../x', '/a//b', '/./x', 'x', '', '/', '/a\0b'])('a file at %j is refused', (path) => {
  const out = temporaryFolder();
  expect(() => writeTree(compareTree(out, [file('/etc/good'), file(path)]))).toThrow('leads out of');
  expect(readdirSync(out)).toEqual([]);
});

test('a name that only looks so is written', () => {
  const out = temporaryFolder();
  writeTree(compareTree(out, [file('/etc/..good'), file('/etc/...')]));
  expect(readdirSync(`${out}/etc`)).toEqual(['...', '..good']);
});
