import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addRelations, thickSnapshot, thinPool, thinVolume } from '@kvm/ci/lvm-relations';
import { needs } from '@kvm/ci/needs';
import { PrivateLvm } from '@kvm/ci/private-lvm';
import { accessNamespaces, lockHost } from '@kvm/host/run';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bundle, userEnvironment } from './bundled.ts';

const inventory = `host: { name: management, address: 192.168.100.1/24 }
defaults: { disks: { root: 4 MiB, var: none, swap: none } }
guests:
  a: { vmid: 65 }
  b: { vmid: 66 }
`;

/** Every verb that changes something, on the guest `a`. */
const verbs: readonly (readonly string[])[] = [
  ['create', 'a'],
  ['grow', 'a', 'root', '+1MiB'],
  ['snapshot', 'a', 'mon'],
  ['snapshot', 'a', 'mon', '--renew'],
  ['rollback', 'a', 'mon', '--confirm=a'],
  ['clone', 'a', 'b'],
  ['backup', 'a', 'root', 'file.zst'],
  ['move', 'a', '--abort', '--confirm=a'],
  ['remove', 'a', 'root.mon', '--confirm=a'],
  ['remove', 'a', 'root', '--confirm=a'],
];

/** What metadata can show: LVM refuses the rest without device-mapper. The soak has all of it, and what is on the volumes. */
describe.skipIf(needs('root', 'lvm', 'losetup', 'unshare', 'zstd'))("somebody else's volumes", () => {
  let lvm: PrivateLvm;
  beforeEach(async () => {
    lvm = await PrivateLvm.start(3);
    writeFileSync(join(lvm.folder, 'inventory.yaml'), inventory);
  });
  afterEach(() => lvm[Symbol.asyncDispose]());

  const own = 'mount -t tmpfs tmpfs /run; mount -t tmpfs tmpfs /var/log; exec "$@"';
  const disk = (...words: readonly string[]) =>
    spawnSync('unshare', ['--mount', 'sh', '-euc', own, 'sh', bundle, 'disk', ...words], {
      ...{ cwd: lvm.folder, env: { ...userEnvironment(), ...lvm.environment }, encoding: 'utf8' as const },
    });
  const make = (name: string, ...tags: readonly string[]) =>
    lvm.must(
      'lvcreate',
      '--name',
      name,
      '--extents',
      '16',
      ...tags.flatMap((tag) => ['--addtag', tag]),
      'vg',
      lvm.disks[0] ?? '',
    );
  /** Every change of a group's metadata counts up. */
  const changes = async (): Promise<string> => (await lvm.must('vgs', '--noheadings', '-o', 'vg_uuid,vg_seqno')).stdout;

  async function expectUntouched(refused: readonly (readonly string[])[], why: RegExp): Promise<void> {
    const before = await changes();
    for (const words of refused) {
      const { status, stderr } = disk(...words);
      expect({ words, status }).toEqual({ words, status: 1 });
      expect(stderr, words.join(' ')).toMatch(why);
      expect(await changes(), words.join(' ')).toBe(before);
    }
  }
  const but = (...names: readonly string[]) => verbs.filter(([name = '']) => !names.includes(name));

  test.each([[[]], [['kvm:b/root']], [['kvm:a/root', 'kvm:b/root']], [['other:a/root']]])(
    'that bear the tags %j and the name of a disk of ours: no verb changes them',
    async (tags) => {
      await make('a.root', ...tags);
      await make('a.root.mon', ...tags.map((tag) => tag.replace('kvm:', 'kvm.snapshot:')));
      const whose = /not ours|else's|marked as|no disks in vg|does not bear the tag|taken by|not marked as its disks/;
      await expectUntouched(but('move'), whose);
      expect(disk('move', 'a', '--abort', '--confirm=a').stderr).toBe('no disk of a is being moved\n');
    },
  );

  test('a thin volume whose external origin is ours: the origin is not removed, nor rolled back', async () => {
    await make('a.root', 'kvm:a/root');
    await addRelations(
      lvm,
      [...thinPool, thinVolume('other.clone', undefined, 'external_origin = "a.root"')],
      ['a.root'],
    );
    await expectUntouched([['remove', 'a', 'root', '--confirm=a']], /other\.clone reads from it, its external origin/);
    await expectUntouched([['remove', 'a', 'root', '--confirm=a', '-n']], /other\.clone reads from it/);
  });

  test('snapshots of ours, thick and thin: what they are of is neither removed nor rolled back', async () => {
    await make('a.root', 'kvm:a/root');
    await addRelations(lvm, [
      ...thickSnapshot('other', 'a.root', { first: 520 }),
      ...thickSnapshot('a.root.mon', 'a.root', { tag: 'kvm.snapshot:a/root#mon', first: 530 }),
    ]);
    const refused = [
      ['remove', 'a', 'root', '--confirm=a'],
      ['rollback', 'a', 'mon', '--confirm=a'],
    ];
    await expectUntouched(refused, /other is a snapshot of it/);
  });

  test('of a thin sibling that has lost its origin, the tag tells what it is: no verb takes it for half made', async () => {
    await make('x');
    await addRelations(lvm, [
      ...thinPool,
      thinVolume('a.root', 'kvm:a/root'),
      thinVolume('a.root.mon', 'kvm.snapshot:a/root'),
    ]);
    await expectUntouched([['snapshot', 'a', 'mon']], /vg\/a\.root\.mon: There is this snapshot already/);
    expect(disk('rollback', 'a', 'mon', '-n').stderr).toMatch(/^would make a\.root what it was at mon/);
  });

  test('two groups of one name: every verb names both, and changes neither', async () => {
    await make('a.root', 'kvm:a/root');
    await lvm.see(lvm.disks.slice(-1));
    await lvm.must('vgcreate', 'vg', lvm.disks.at(-1) ?? '');
    await lvm.must('lvcreate', '--name', 'a.root', '--extents', '1', '--addtag', 'kvm:a/root', 'vg');
    await lvm.see(lvm.disks);
    const uuids = (await lvm.must('vgs', '--noheadings', '-o', 'vg_uuid')).stdout.trim().split(/\s+/);
    expect(uuids).toHaveLength(2);
    const [first = '', second = ''] = uuids;
    const both = new RegExp(`2 volume groups vg, with the UUIDs (${first} and ${second}|${second} and ${first})`);
    const evacuate = ['evacuate', lvm.disks[0] ?? '', `--confirm=${lvm.disks[0]}`];
    await expectUntouched([...verbs, evacuate, ['list'], ['move', 'a', '--to', lvm.disks[1] ?? '']], both);
  });

  test('a disk of another group, and one with a volume that is not ours, are not emptied', async () => {
    const [a = '', b = '', c = ''] = lvm.disks;
    await make('a.root', 'kvm:a/root');
    await make('x');
    await lvm.must('vgcreate', 'system', c);
    const emptying = (device: string, ...more: readonly string[]) => [
      'evacuate',
      device,
      `--confirm=${device}`,
      ...more,
    ];
    await expectUntouched([emptying(c)], /is a physical volume of system; a physical volume of vg is wanted/);
    await expectUntouched([emptying(a)], /vg\/x: It lies on \S+ and does not bear our tag/);
    await expectUntouched([emptying(a, '--to', c), emptying(a, '--to', a)], /of system|cannot be emptied to itself/);
    expect(disk('evacuate', a)).toMatchObject({ status: 64 });
    expect(disk('evacuate', a, '-n', '--foreign').stderr).toContain(`would move a.root from ${a} to ${b}\n`);
  });

  test('what keeps one disk from being moved is said of a link as of the disk itself', async () => {
    const [a = '', b = ''] = lvm.disks;
    await make('a.root', 'kvm:a/root');
    const links = [join(lvm.folder, 'link-a'), join(lvm.folder, 'link-b'), join(lvm.folder, 'second-b')];
    for (const [index, target] of [a, b, b].entries()) symlinkSync(target, links[index] ?? '');
    const [linkA = '', linkB = '', secondB = ''] = links;
    await expectUntouched(
      [['move', 'a', '--from', linkB, '--to', linkA]],
      new RegExp(`does not lie on ${b}, but on ${a}`),
    );
    await expectUntouched([['move', 'a', '--to', '/dev/nowhere']], /\/dev\/nowhere is no block device/);
    const dry = disk('move', 'a', '--from', linkA, '--to', `${linkB},${secondB}`, '-n');
    expect(dry).toMatchObject({ status: 0, stderr: `would move a.root to ${b}\n` });
  });
});

describe.skipIf(needs('root', 'lvm', 'losetup', 'unshare', 'nsenter'))('the lock on the host', () => {
  test('is held by every verb that changes something: while another has it, nothing is changed', async () => {
    await using lvm = await PrivateLvm.start(3);
    writeFileSync(join(lvm.folder, 'inventory.yaml'), inventory);
    await lvm.must('lvcreate', '--name', 'a.root', '--extents', '64', '--addtag', 'kvm:a/root', 'vg');
    const script = 'mount -t tmpfs tmpfs /run; mount -t tmpfs tmpfs /var/log; echo ready; read wait';
    const host = spawn('unshare', ['--mount', 'sh', '-euc', script]);
    await once(host.stdout, 'data');
    const changes = async () => (await lvm.must('vgs', '--noheadings', '-o', 'vg_seqno')).stdout;
    const before = await changes();
    const disk = (...words: readonly string[]) =>
      spawnSync('nsenter', ['--mount', '-t', String(host.pid), `--wdns=${lvm.folder}`, bundle, 'disk', ...words], {
        ...{ env: { ...userEnvironment(), ...lvm.environment }, encoding: 'utf8' as const },
      });
    {
      await using _lock = await lockHost(accessNamespaces(host.pid ?? 0), 'tester');
      const changing = verbs.filter(([verb]) => verb !== 'backup');
      const moves = [
        ['move', 'a', '--to', lvm.disks[1] ?? ''],
        ['evacuate', '/dev/sda', '--confirm=/dev/sda'],
        ['restore', '-', 'b', 'x'],
      ];
      for (const words of [...changing, ...moves]) {
        const { status, stderr } = disk(...words);
        expect({ words, status, stderr }).toEqual({
          words,
          status: 1,
          stderr: expect.stringMatching(/under way .*tester/),
        });
      }
      expect(disk('list')).toMatchObject({ status: 0 });
    }
    expect(await changes()).toBe(before);
    expect(disk('grow', 'a', 'root', '+1MiB')).toMatchObject({ status: 0 });
    host.stdin.end();
    await once(host, 'close');
  });
});
