import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { compareTree } from './compare-tree.ts';
import { writeTree } from './write-tree.ts';

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
