import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { needs } from '@kvm/ci/needs';
import { describe, expect, test } from 'vitest';
import { bundle, exampleFolder, kvmctl, userEnvironment } from './bundled.ts';
import { readCommitted, readTree } from './read-tree.ts';
import { temporaryFolder } from './temporary-folder.ts';

const example = readFileSync(join(exampleFolder, 'inventory.yaml'), 'utf8');

/** An inventory of many guests. */
const manyGuests = (count: number): string => {
  const guests = Array.from({ length: count }, (_, index) => `  g${index + 1}: { vmid: ${index + 1} }\n`);
  return `host: { name: management, address: 192.168.100.1/24 }\nguests:\n${guests.join('')}`;
};

/** Runs a line of sh with kvmctl on the PATH. */
function sh(line: string) {
  const env = userEnvironment();
  const { status, stdout, stderr } = spawnSync('bash', ['-c', line], { cwd: exampleFolder, env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('an older Node is named, and nothing else is tried', () => {
  const old = "Object.defineProperty(process.versions, 'node', { value: '18.20.4' })";
  const argv = ['--import', `data:text/javascript,${encodeURIComponent(old)}`, bundle, 'show'];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd: exampleFolder, encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^kvmctl: needs Node 20\.19 or newer; this is Node 18\.20\.4 \(.*\)\..*\n$/);
});

test('exit codes, and which stream says what', () => {
  expect(kvmctl(['--version'])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  expect(kvmctl(['validate'])).toMatchObject({
    status: 0,
    stdout: 'inventory.yaml: 5 guests, 2 machines, no problems\n',
    stderr: '',
  });
  expect(kvmctl(['-i', 'none.yaml', 'validate'])).toMatchObject({ status: 1, stdout: '' });
  expect(kvmctl(['-i', '-', 'validate'], { input: example.replace('vmid: 61', 'vmid: 60') })).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringMatching(/^stdin:\d+:\d+: guests\.db\.vmid: [\s\S]*\n1 problem in stdin\n$/),
  });
  expect(kvmctl(['frobnicate'])).toMatchObject({ status: 64, stdout: '' });
});

test('it needs nothing but its one file', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'kvmctl.mjs'), readFileSync(bundle));
  const run = (...argv: string[]) => spawnSync(process.execPath, ['kvmctl.mjs', ...argv], { cwd: folder });
  expect(run('init').status).toBe(0);
  expect(run('render', '--out', 'tree').status).toBe(0);
  expect(existsSync(join(folder, 'tree/etc/kvm/domains/public.xml'))).toBe(true);
});

test('in pipes: from standard input, to a reader that leaves early', () => {
  expect(sh('kvmctl init - | kvmctl -i - routes -q | wc -l')).toEqual({ status: 0, stdout: '4\n', stderr: '' });
  expect(sh('kvmctl -i <(kvmctl init -) validate')).toMatchObject({ status: 0 });
  const inventory = join(temporaryFolder(), 'many.yaml');
  writeFileSync(inventory, manyGuests(2000));
  const line = `set -o pipefail; kvmctl -i ${inventory} show --json | head -n 1`;
  expect(sh(line)).toEqual({ status: 0, stdout: '{\n', stderr: '' });
  expect(sh('kvmctl show >/dev/full')).toEqual({
    status: 1,
    stdout: '',
    stderr: 'kvmctl: the output cannot be written: no space left on device\n',
  });
});

describe.skipIf(needs('root'))('as a user that is not root', () => {
  /** Nobody, where everybody may read, also when this repository is root's alone. */
  function nobody() {
    const cwd = temporaryFolder();
    chmodSync(cwd, 0o755);
    writeFileSync(join(cwd, 'inventory.yaml'), example);
    return { uid: 65534, gid: 65534, cwd };
  }

  test.each([
    ['lab up', []],
    ['lab test', []],
    ['lab down', []],
    ['lab exec', ['hoge', '--', 'true']],
  ])('%s says that it needs root', (line, more) => {
    const { status, stdout, stderr } = kvmctl([...line.split(' '), ...more], nobody());
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^kvmctl: .*root.*sudo/);
  });

  test('render says what it may not write', () => {
    const out = join(temporaryFolder(), 'out');
    mkdirSync(out);
    chmodSync(join(out, '..'), 0o755);
    const { status, stderr } = kvmctl(['render', '--out', out], nobody());
    expect(status).toBe(1);
    const [, written] = /^kvmctl: (\S+) cannot be written: permission denied\.\n$/.exec(stderr) ?? [stderr];
    expect(written).toContain(`${out}/etc/kvm/`);
    expect(readTree(out)).toEqual(new Map());
  });
});

test('killed while it renders, it leaves whole files; run again, it makes the rest', async () => {
  const folder = temporaryFolder();
  const [inventory, whole, killed] = ['many.yaml', 'whole', 'killed'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(inventory, manyGuests(1500));
  kvmctl(['-i', inventory, 'render', '--out', whole]);
  const expected = readTree(whole);
  const child = spawn(bundle, ['-i', inventory, 'render', '--out', killed], { stdio: 'ignore' });
  while (!existsSync(join(killed, 'etc/kvm/domains/g999.xml'))) await sleep(1);
  child.kill('SIGKILL');
  await once(child, 'close');

  const left = [...readTree(killed)].filter(([path]) => !/\/\.[^/]*\.kvmctl-[0-9a-f]{12}$/.test(path));
  expect(left.length).toBeGreaterThan(100);
  expect(left.length).toBeLessThan(expected.size);
  expect(left.filter(([path, text]) => expected.get(path) !== text)).toEqual([]);
  expect(kvmctl(['-i', inventory, 'render', '--out', killed, '--prune']).status).toBe(0);
  expect(readTree(killed)).toEqual(expected);
});

test('two at once in one folder do not spoil it', async () => {
  const out = temporaryFolder();
  const both = [1, 2].map(() => spawn(bundle, ['render', '-q', '--out', out], { cwd: exampleFolder, stdio: 'ignore' }));
  expect(await Promise.all(both.map(async (child) => (await once(child, 'close'))[0]))).toContain(0);
  expect(readCommitted(out)).toEqual(readCommitted(join(exampleFolder, 'expected')));
});
