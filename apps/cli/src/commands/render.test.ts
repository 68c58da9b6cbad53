import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { capturedRun, smallInventory } from '../../test/captured-run.ts';
import { readCommitted, readTree } from '../../test/read-tree.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';

const render = (cwd: string, argv: readonly string[] = [], stdin = smallInventory) =>
  capturedRun(['-i', '-', 'render', '--out', 'tree', ...argv], { stdin, cwd });

const withoutDb = smallInventory.replace(/ {2}db:.*\n/, '');

test("the example's tree is what its inventory gives, byte for byte", async () => {
  const example = fileURLToPath(new URL('../../../../examples/home-lab/', import.meta.url));
  const out = temporaryFolder();
  const { exitCode } = await capturedRun(['render', '-q', '--out', out], { cwd: example });
  expect(exitCode).toBe(0);
  expect(readCommitted(out)).toEqual(readCommitted(join(example, 'expected')));
});

test('writes what is missing or different, and touches nothing else', async () => {
  const cwd = temporaryFolder();
  expect(await render(cwd)).toEqual({ exitCode: 0, stdout: '', stderr: 'tree: 25 created, 0 changed, 0 unchanged\n' });
  const first = readTree(join(cwd, 'tree'));
  const [script, domain] = ['tree/etc/kvm/tun-start', 'tree/etc/kvm/domains/db.xml'].map((path) => join(cwd, path));
  if (script === undefined || domain === undefined) throw new Error('unreachable');
  for (const path of first.keys()) utimesSync(join(cwd, 'tree', path), 1, 1);
  chmodSync(script, 0o600);
  writeFileSync(domain, 'mine');
  expect(await render(cwd, ['-v'])).toEqual({
    exitCode: 0,
    stdout: 'change etc/kvm/domains/db.xml\nchange etc/kvm/tun-start\n',
    stderr: 'tree: 0 created, 2 changed, 23 unchanged\n',
  });
  expect(readTree(join(cwd, 'tree'))).toEqual(first);
  const touched = [...first.keys()].filter((path) => statSync(join(cwd, 'tree', path)).mtimeMs > 1000);
  expect(touched).toEqual(['etc/kvm/domains/db.xml', 'etc/kvm/tun-start']);
});

test('modes do not depend on the umask', async () => {
  const before = process.umask(0o077);
  try {
    const cwd = temporaryFolder();
    await render(cwd);
    expect(statSync(join(cwd, 'tree/etc/kvm/tun-start')).mode & 0o777).toBe(0o755);
    expect(statSync(join(cwd, 'tree/etc/kvm/domains/db.xml')).mode & 0o777).toBe(0o600);
  } finally {
    process.umask(before);
  }
});

test('a dry run tells what would be, and writes nothing', async () => {
  const cwd = temporaryFolder();
  const { stdout, stderr } = await render(cwd, ['-n']);
  expect(stdout).toContain('create etc/kvm/domains/db.xml\n');
  expect(stderr).toBe('tree: 25 to create, 0 to change, 0 unchanged\n');
  expect(readdirSync(cwd)).toEqual([]);
  await render(cwd);
  const before = readTree(cwd);
  expect((await render(cwd, ['--dry-run', '--prune'], withoutDb)).stdout).toContain('remove etc/kvm/domains/db.xml\n');
  expect(readTree(cwd)).toEqual(before);
});

describe('files of a guest that is gone', () => {
  test('are named, and stay', async () => {
    const cwd = temporaryFolder();
    await render(cwd);
    const { exitCode, stderr } = await render(cwd, [], withoutDb);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('  etc/kvm/domains/db.xml\n');
    expect(stderr).toContain('\n5 files there are not from this inventory; --prune removes such files\n');
    expect(readTree(cwd).has('tree/etc/kvm/domains/db.xml')).toBe(true);
  });

  test('go with --prune, with their folders, and nothing of others does', async () => {
    const cwd = temporaryFolder();
    await render(cwd);
    writeFileSync(join(cwd, 'tree/etc/kvm/kvm-ifup'), 'another package');
    symlinkSync('/etc/hostname', join(cwd, 'tree/etc/kvm/guests/link'));
    const { exitCode, stderr } = await render(cwd, ['--prune'], withoutDb);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: 'tree: 0 created, 9 changed, 11 unchanged, 6 removed\n',
    });
    expect(readdirSync(join(cwd, 'tree/etc/kvm/guests'))).toEqual(['public']);
    const fresh = temporaryFolder();
    await render(fresh, [], withoutDb);
    const left = readTree(cwd);
    expect(left.get('tree/etc/kvm/kvm-ifup')).toBe('644 another package');
    left.delete('tree/etc/kvm/kvm-ifup');
    expect(left).toEqual(readTree(fresh));
  });
});

describe('what leads out of the folder or is in the way is refused, and nothing is written', () => {
  const cases: [what: string, place: (cwd: string, elsewhere: string) => void, message: string][] = [
    [
      'a folder',
      (cwd, elsewhere) => symlinkSync(elsewhere, join(cwd, 'tree/etc')),
      'etc is a symbolic link that leads',
    ],
    [
      'a folder deeper down',
      (cwd, elsewhere) => {
        mkdirSync(join(cwd, 'tree/etc/kvm/guests'), { recursive: true });
        symlinkSync(elsewhere, join(cwd, 'tree/etc/kvm/guests/db'));
      },
      'guests/db is a symbolic link that leads out',
    ],
    [
      'a file',
      (cwd, elsewhere) => {
        mkdirSync(join(cwd, 'tree/etc/kvm'), { recursive: true });
        symlinkSync(join(elsewhere, 'passwd'), join(cwd, 'tree/etc/kvm/tun-start'));
      },
      'tun-start is a symbolic link that leads out',
    ],
    ['a circle', (cwd) => symlinkSync('etc', join(cwd, 'tree/etc')), 'etc is a symbolic link that leads out'],
    ['a file for a folder', (cwd) => writeFileSync(join(cwd, 'tree/etc'), ''), 'etc is in the way: a folder must be'],
    [
      'a folder for a file',
      (cwd) => mkdirSync(join(cwd, 'tree/etc/kvm/tun-start'), { recursive: true }),
      'tun-start is in the way: a file must be there',
    ],
  ];
  test.each(cases)('%s', async (_, place, message) => {
    const cwd = temporaryFolder();
    const elsewhere = temporaryFolder();
    mkdirSync(join(cwd, 'tree'));
    writeFileSync(join(elsewhere, 'passwd'), 'precious');
    place(cwd, elsewhere);
    const before = readTree(cwd);
    const { exitCode, stderr } = await render(cwd, ['--prune']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(message);
    expect(readTree(elsewhere)).toEqual(new Map([['passwd', '644 precious']]));
    expect(readTree(cwd)).toEqual(before);
  });

  test('the folder itself is a file', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'tree'), '');
    const { exitCode, stderr } = await render(cwd);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: `kvmctl: ${cwd}/tree is not a folder. Choose another one.\n`,
    });
  });
});

test('links that stay inside are followed to folders, and replaced where a file belongs', async () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'tree/private'), { recursive: true });
  symlinkSync('private', join(cwd, 'tree/etc'));
  mkdirSync(join(cwd, 'tree/private/kvm'));
  writeFileSync(join(cwd, 'tree/private/mine'), 'mine');
  symlinkSync('../mine', join(cwd, 'tree/private/kvm/tun-start'));
  expect((await render(cwd)).stderr).toBe('tree: 24 created, 1 changed, 0 unchanged\n');
  expect(readFileSync(join(cwd, 'tree/private/mine'), 'utf8')).toBe('mine');
  expect(readFileSync(join(cwd, 'tree/private/kvm/tun-start'), 'utf8')).toMatch(/^#!\/bin\/sh\n/);
  expect((await render(cwd)).stderr).toBe('tree: 0 created, 0 changed, 25 unchanged\n');
});

const badInventories = fileURLToPath(
  new URL('../../../../packages/inventory/src/bad-inventories.txt', import.meta.url),
);
const rows = readFileSync(badInventories, 'utf8')
  .split(/^===== /m)
  .slice(1)
  .map((row) => /^(?<name>.*)\n(?<yaml>[\s\S]*?)-----\n/.exec(row)?.groups as { name: string; yaml: string });

describe('nothing is written for a bad inventory', () => {
  test('there are such', () => expect(rows.length).toBeGreaterThan(50));

  test.each(rows)('$name', async ({ yaml }) => {
    const cwd = temporaryFolder();
    const { exitCode, stdout, stderr } = await render(cwd, [], yaml);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/^stdin:\d+:\d+: /);
    expect(stderr).toMatch(/\n\d+ problems? in stdin\n$/);
    expect(readdirSync(cwd)).toEqual([]);
  });
});
