import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '@kvm/ci/needs';
import { PrivateLvm } from '@kvm/ci/private-lvm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle, userEnvironment } from './bundled.ts';

const inventory = `host: { name: management, address: 192.168.100.1/24 }
defaults: { disks: { root: 8 MiB, var: none, swap: none } }
guests:
  public: { vmid: 65, disks: { data: { size: 10 MiB, type: striped }, root: { on: '@ssd' } } }
  db: { vmid: 61, disks: { root: 1 TiB } }
`;

/** With a /run and a /var/log of its own, so that the lock and log of this machine's host are left alone. */
function diskCommand(lvm: PrivateLvm, words: readonly string[], more: NodeJS.ProcessEnv = {}) {
  const own = 'mount -t tmpfs tmpfs /run; mount -t tmpfs tmpfs /var/log; exec "$@"';
  const command = ['--mount', 'sh', '-euc', own, 'sh', process.execPath, bundle, 'disk', ...words];
  const env = { ...userEnvironment(), ...lvm.environment, ...more };
  return spawnSync('unshare', command, { cwd: lvm.folder, env, encoding: 'utf8' });
}

describe.skipIf(needs('root', 'lvm', 'losetup', 'unshare'))('kvmctl disk', () => {
  let lvm: PrivateLvm;
  beforeAll(async () => {
    lvm = await PrivateLvm.start(3);
    await lvm.must('pvchange', '--addtag', 'ssd', lvm.disks[1] ?? '');
    writeFileSync(join(lvm.folder, 'inventory.yaml'), inventory);
  });
  afterAll(() => lvm[Symbol.asyncDispose]());

  const disk = (...words: string[]) => diskCommand(lvm, words);

  test('makes what the inventory has, once', async () => {
    const [a, b] = lvm.disks;
    expect(disk('list')).toMatchObject({ status: 0, stdout: '', stderr: 'vg is empty\n' });
    const steps = [
      `create vg/public.root, 8 MiB, linear, on ${b}`,
      `create vg/public.data, 10 MiB, striped over 2, on ${a} and ${b}`,
    ];
    const dry = disk('create', 'public', '--dry-run');
    expect(dry).toMatchObject({ status: 0, stderr: steps.map((step) => `would ${step}\n`).join('') });
    expect(disk('create', 'public')).toMatchObject({ status: 0, stderr: steps.map((step) => `${step}\n`).join('') });
    expect(disk('create', 'public').stderr).toBe('all disks of public are there\n');
    expect(JSON.parse(disk('list', '--json').stdout)).toMatchObject({
      ...{ version: 1, vg: 'vg' },
      volumes: [
        { name: 'public.data', bytes: 10 * 2 ** 20, layout: 'striped over 2', on: [a, b], owner: 'public/data' },
        { name: 'public.root', bytes: 8 * 2 ** 20, layout: 'linear', on: [b], owner: 'public/root', open: false },
      ],
    });
    expect(disk('list', 'db').stderr).toBe('db has no volumes in vg\n');
  });

  test('finds LVM with the PATH of a user who has become root by su', () => {
    const { status, stdout, stderr } = diskCommand(lvm, ['list', '--json'], {
      PATH: '/usr/local/bin:/usr/bin:/bin:/usr/games',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ vg: 'vg' });
  });

  test('refuses what cannot be, says why, and does nothing', () => {
    const before = disk('list', '--json').stdout;
    expect(disk('create', 'db').stderr).toMatch(/^kvmctl: vg\/db\.root: It needs 16777216 extents \(1 TiB\) more; /);
    expect(disk('create', 'nobody').stderr).toBe('kvmctl: the inventory has no guest nobody with disks.\n');
    expect(disk('grow', 'public', 'root', '4MiB').stderr).toContain('volumes are never shrunk. Write 8 MiB,');
    expect(disk('grow', 'public', 'root', '8GB').stderr).toContain('may mean powers of 1000 or of 1024');
    expect(disk('grow', 'public', 'nope', '8GiB').stderr).toContain(
      'public has no disk nope in vg. It has data, root.',
    );
    expect(disk('move', 'public', 'root')).toMatchObject({ status: 64 });
    expect(disk('remove', 'public', 'root')).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('for good. If you mean it: --confirm=public; -n shows what would be done.\n'),
    });
    expect(disk('remove', 'public', 'root', '--confirm=db').status).toBe(64);
    expect(disk('rollback', 'public', 'before').status).toBe(64);
    expect(disk('backup', 'public', 'root', '-', '--json')).toMatchObject({ status: 64, stdout: '' });
    expect(disk('restore', '-', 'public', 'more')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('The stream does not say how large the volume was.'),
    });
    expect(disk('list', '--json').stdout).toBe(before);
  });

  test('lets a disk grow, and removes it', () => {
    expect(disk('grow', 'public', 'root', '+4MiB')).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('grow vg/public.root from 8 MiB to 12 MiB'),
    });
    expect(disk('remove', 'public', 'root', '--confirm=public', '--json')).toMatchObject({
      status: 0,
      stdout: '{"version":1,"event":"done","vg":"vg","volume":"public.root"}\n',
    });
    expect(JSON.parse(disk('list', '--json').stdout).volumes).toHaveLength(1);
  });

  test('never removes what is not ours', async () => {
    await lvm.must('lvcreate', '--name', 'db.root', '--extents', '1', 'vg');
    expect(disk('remove', 'db', 'root', '--confirm=db')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("vg/db.root does not bear the tag of db/root: it is somebody else's."),
    });
  });
});
