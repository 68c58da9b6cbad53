import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { roster, serverRoom } from '@kvm/ci/server-room';
import { expect, test } from 'vitest';
import { capturedRun } from '../../test/captured-run.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';

const recording = [{ version: 1, kind: 'kvmctl top', roster }, ...[0, 3, 6].map(serverRoom)]
  .map((line) => `${JSON.stringify(line)}\n`)
  .join('');
const replay = (...argv: string[]) => capturedRun(['top', '--replay', '-', ...argv], { stdin: recording });

test('a recording as JSON, a line a sample', async () => {
  const { exitCode, stdout, stderr } = await replay('--json');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const samples = stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  expect(samples.map(({ version, time, bottleneck }) => [version, time, bottleneck.guest])).toEqual([
    [1, '2009-10-27T12:00:03.000Z', 'db'],
    [1, '2009-10-27T12:00:06.000Z', 'db'],
  ]);
  expect((await replay('--json', '--once')).stdout).toBe(`${stdout.split('\n')[1]}\n`);
});

test('a recording as text, a page a sample, or only the last', async () => {
  const { stdout } = await replay();
  expect(stdout.match(/^BOTTLENECK {2}db\.root writes 29\.85 kB\/s, 83 % of all guests$/gm)).toHaveLength(2);
  expect(stdout).not.toContain('\x1b');
  const last = (await replay('--once')).stdout;
  expect(stdout.endsWith(`\n\n${last}`)).toBe(true);
  expect(last).toMatch(/^ {4}61 db .* 29\.9K .*##$/m);
});

test.each([
  [['--interval', '0.5'], 'a number of seconds from 1 to 86400'],
  [['--interval', 'often'], 'a number of seconds from 1 to 86400'],
  [['--prometheus', 'http://x'], 'It is a port, or HOST:PORT.'],
  [['--prometheus', '9177', '--json'], "cannot be used with option '--json'"],
  [['--record', 'a', '--replay', 'b'], "cannot be used with option '--record"],
])('%j is a wrong use', async (argv, message) => {
  const { exitCode, stdout, stderr } = await capturedRun(['top', ...argv]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' });
  expect(stderr).toContain(message);
});

test('a recording that cannot be read, and one that is none', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'iostat.txt'), 'Linux 6.1 (host)\n');
  const stderr = async (file: string) => (await capturedRun(['top', '--replay', file], { cwd })).stderr;
  expect(await stderr('gone')).toBe('kvmctl: gone cannot be read: no such file or directory.\n');
  expect(await stderr('iostat.txt')).toBe(
    'kvmctl: iostat.txt:1: this is no recording of kvmctl top. Take a file that `kvmctl top --record` wrote.\n',
  );
});

test('an inventory may be missing, but not one that was named, nor may it be wrong', async () => {
  const cwd = temporaryFolder();
  const argv = ['top', '--once', '--interval', '1', '--connect', `qemu+unix:///system?socket=${cwd}/none`];
  const missing = await capturedRun(argv, { cwd });
  expect(missing).toMatchObject({ exitCode: 0, stderr: '' });
  expect(missing.stdout).toContain("! no inventory.yaml: guests are libvirt's, and volumes named GUEST.DISK\n");
  expect(missing.stdout).toContain(`! no libvirt: there is no socket ${cwd}/none`.slice(0, 60));
  expect(await capturedRun([...argv, '-i', 'inventory.yaml'], { cwd })).toMatchObject({ exitCode: 1, stdout: '' });
  writeFileSync(join(cwd, 'inventory.yaml'), 'guests: 3\n');
  expect(await capturedRun(argv, { cwd })).toMatchObject({ exitCode: 1, stdout: '' });
});
