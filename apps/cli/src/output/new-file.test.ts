import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { fileNameOf, writePrivateFile } from './new-file.ts';

test.each([
  ['public', 'public'],
  ['web-2.example.org', 'web-2.example.org'],
  ['größe', 'größe'],
  ['../../etc/logrotate.d/x', '_.._etc_logrotate.d_x'],
  ['/etc/cron.d/x', '_etc_cron.d_x'],
  ['..', 'guest'],
  ['', 'guest'],
  ['.bashrc', 'bashrc'],
  ['--checkpoint-action=exec=sh', 'checkpoint-action=exec=sh'],
  ['a\n\u009b$(id) `;\u202e*', 'a____id______'],
  ['a'.repeat(1000), 'a'.repeat(60)],
])('a file for a guest named %j', (word, name) => expect(fileNameOf(word, 'guest')).toBe(name));

test('whatever the word, the file is in the folder, seen, and no option', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('.', '/', '-', 'a') })),
      (word) => {
        const name = fileNameOf(word, 'guest');
        expect(basename(name)).toBe(name);
        expect(dirname(resolve('/folder', `${name}.png`))).toBe('/folder');
        expect(name).toMatch(/^[\p{L}\p{N}_+=@][\p{L}\p{N}_.+=@-]*$/u);
        expect(Buffer.byteLength(name)).toBeLessThan(250);
      },
    ),
  );
});

test("a new file is its owner's alone", async () => {
  const path = join(temporaryFolder(), 'picture');
  await writePrivateFile(path, Readable.from(['abc']));
  expect(readFileSync(path, 'utf8')).toBe('abc');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test.each(['a file', 'a link to a file', 'a link to nothing'])('%s that is there stays as it is', async (what) => {
  const folder = temporaryFolder();
  const [path, target] = [join(folder, 'picture'), join(folder, 'target')];
  if (what === 'a file') writeFileSync(path, 'mine');
  else symlinkSync(target, path);
  if (what === 'a link to a file') writeFileSync(target, 'mine');
  await expect(writePrivateFile(path, Readable.from(['abc']))).rejects.toMatchObject({ code: 'EEXIST' });
  if (what === 'a link to nothing') expect(existsSync(target)).toBe(false);
  else expect(readFileSync(path, 'utf8')).toBe('mine');
});

test('one whose content breaks off is removed', async () => {
  const path = join(temporaryFolder(), 'picture');
  const broken = Readable.from(
    (function* () {
      yield 'abc';
      throw new Error('lost');
    })(),
  );
  await expect(writePrivateFile(path, broken)).rejects.toThrow('lost');
  expect(existsSync(path)).toBe(false);
});
