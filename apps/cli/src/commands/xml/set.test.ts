import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { capturedRun } from '../../../test/captured-run.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';

const domain = `\uFEFF<domain type="kvm">\r
  <name>a</name>\r
  <memory unit='MiB'>1</memory>\r
  <os><type>hvm</type></os>\r
</domain>\r
`;

/** Runs `kvmctl xml set` with two equal files, and reads them again. */
async function set(words: readonly string[], prepare = (_cwd: string): void => undefined) {
  const cwd = temporaryFolder();
  for (const name of ['a.xml', 'b.xml']) writeFileSync(join(cwd, name), domain);
  prepare(cwd);
  const run = await capturedRun(['xml', 'set', ...words], { cwd, stdin: domain });
  // Whether libvirt's schema is on this machine is not what these tests are about.
  const stderr = run.stderr.replace(/^not checked: .*\n/, '');
  return { ...run, stderr, cwd, files: ['a.xml', 'b.xml'].map((name) => readFileSync(join(cwd, name), 'utf8')) };
}

const larger = domain.replace('>1<', '>2<');

test('one value of several files is changed, every other byte stays', async () => {
  expect(await set(['a.xml', 'b.xml', '/domain/memory', '2'])).toMatchObject({
    exitCode: 0,
    stdout: '',
    stderr: 'a.xml: changed\nb.xml: changed\n',
    files: [larger, larger],
  });
  expect(await set(['a.xml', '/domain/memory', '1'])).toMatchObject({
    stderr: 'a.xml: unchanged\n',
    files: [domain, domain],
  });
  expect((await set(['--remove', 'a.xml', '/domain/memory/@unit'])).files[0]).toBe(domain.replace(" unit='MiB'", ''));
  expect((await set(['a.xml', '/domain/vcpu', '2'])).files[0]).toBe(
    domain.replace('</memory>', '</memory>\r\n  <vcpu>2</vcpu>'),
  );
});

test('standard input goes to standard output', async () => {
  expect(await set(['-', '/domain/memory', '2'])).toMatchObject({ stdout: larger, stderr: 'stdin: changed\n' });
});

test('--dry-run shows the change and writes nothing', async () => {
  const { stdout, stderr, files } = await set(['-n', 'a.xml', '/domain/memory', '2']);
  expect(stdout).toBe(`--- a.xml
+++ a.xml
@@ -1,5 +1,5 @@
 \uFFFD<domain type="kvm">\r
   <name>a</name>\r
-  <memory unit='MiB'>1</memory>\r
+  <memory unit='MiB'>2</memory>\r
   <os><type>hvm</type></os>\r
 </domain>\r
`);
  expect([stderr, files[0]]).toEqual(['a.xml: to change\n', domain]);
});

test('a file keeps its mode, and a symbolic link stays one', async () => {
  const { cwd, files } = await set(['link.xml', '/domain/memory', '2'], (folder) => {
    chmodSync(join(folder, 'a.xml'), 0o640);
    symlinkSync('a.xml', join(folder, 'link.xml'));
  });
  expect(files[0]).toBe(larger);
  expect(statSync(join(cwd, 'a.xml')).mode & 0o777).toBe(0o640);
  expect(lstatSync(join(cwd, 'link.xml')).isSymbolicLink()).toBe(true);
  expect(readdirSync(cwd).sort()).toEqual(['a.xml', 'b.xml', 'link.xml']);
});

test.each([
  [['a.xml', 'no.xml', '/domain/memory', '2'], 1, 'kvmctl: no.xml cannot be read: no such file or directory.\n'],
  [
    ['a.xml', 'b.xml', '/domain/memory/@unit/x', '2'],
    1,
    expect.stringContaining('a.xml: /domain/memory/@unit/x: this path cannot be understood'),
  ],
  [
    ['a.xml', '/domain', '2'],
    1,
    'kvmctl: a.xml: /domain: <domain> has elements in it and no value; set what is in it, such as /domain/name\n',
  ],
  [
    ['a.xml', '/domain/memory'],
    64,
    'kvmctl: a file, a path and a value are needed: kvmctl xml set guest.xml /domain/memory 1048576\n',
  ],
  [
    ['--remove', '/domain/memory'],
    64,
    'kvmctl: a file and a path are needed: kvmctl xml set --remove guest.xml /domain/title\n',
  ],
])('when there is something wrong, no file is written: %j', async (words, exitCode, stderr) => {
  expect(await set(words)).toMatchObject({ exitCode, stdout: '', stderr, files: [domain, domain] });
});
