import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needs } from '@kvm/ci/needs';
import { PrivateLvm } from '@kvm/ci/private-lvm';
import type { RunProgram } from '@kvm/command';
import { ownerTag } from '@kvm/lvm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { installingTag, renderIdentity } from '../src/index.ts';
import { type Installation, installSystem, readContents } from '../src/run/index.ts';
import { makeTinySystem, readSystem, sh } from './tiny-system.ts';

const disks = { root: 24, var: 24, swap: 4 } as const;
type Disk = keyof typeof disks;
const names = Object.keys(disks) as Disk[];

/**
 * LVM's own volumes, which have no devices without device-mapper, and loop devices in their place: what is read from and written to
 * LVM is real, and what is read from and written to the devices, too.
 */
describe.skipIf(needs('root', 'losetup', 'lvm', 'mkfs.ext4', 'unshare', 'ssh-keygen', 'zstd', 'tar'))(
  'a system',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'kvm-install-'));
    const file = join(folder, 'known_hosts');
    let lvm: PrivateLvm;
    let devices: Readonly<Record<Disk, string>>;
    let tarball: string;
    let uuids: ReadonlyMap<string, string>;
    const runner: { run: RunProgram } = { run: (argv, input) => lvm.run(argv, input) };

    beforeAll(async () => {
      tarball = makeTinySystem(folder);
      lvm = await PrivateLvm.start(2);
      const [root = '', vars = '', swap = ''] = names.map((name) =>
        sh('truncate -s "$2" "$1" && losetup --find --show "$1"', join(folder, name), `${disks[name]}M`),
      );
      devices = { root, var: vars, swap };
    });
    afterAll(async () => {
      for (const device of Object.values(devices)) sh('losetup --detach "$1"', device);
      await lvm[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    });
    beforeEach(async () => {
      await lvm.run(['lvremove', '--yes', '--force', 'vg']);
      for (const name of names) {
        const tag = ['--addtag', ownerTag(`web/${name}`)];
        await lvm.must('lvcreate', '--yes', '-Zn', '-Wn', '--name', `web.${name}`, '--size', '4m', ...tag, 'vg');
        sh('head -c "$2" /dev/zero >"$1"', devices[name], String(disks[name] * 2 ** 20));
      }
      uuids = await readUuids();
      rmSync(file, { force: true });
    });

    const readUuids = async (): Promise<ReadonlyMap<string, string>> => {
      const { stdout } = await lvm.must('lvs', '--noheadings', '-o', 'lv_name,lv_uuid', 'vg');
      return new Map(
        stdout
          .trim()
          .split('\n')
          .map((line) => line.trim().split(/ +/) as [string, string]),
      );
    };
    const uuidOf = (name: Disk): string => uuids.get(`web.${name}`) ?? '';
    const tagsOf = async (name: Disk): Promise<string> =>
      (await lvm.must('lvs', '--noheadings', '-o', 'lv_tags', `vg/web.${name}`)).stdout.trim();
    const addTag = (name: Disk, tag: string) => lvm.must('lvchange', '--addtag', tag, `vg/web.${name}`);
    const contents = (): Promise<ReadonlyMap<string, string>> => readContents(Object.values(devices), { run: lvm.run });
    const hash = (device: string): string => sh('sha256sum <"$1"', device);

    const mounts = { root: '/', var: '/var', swap: 'swap' } as const;
    function installation(): Installation {
      const fileSystems = names.map((name, index) => ({
        mount: mounts[name],
        uuid: `${index}1111111-1111-4111-8111-111111111111`,
      }));
      const identity = renderIdentity({
        ...{ name: 'web', domain: 'home.example', uuid: '4dea22b3-1d52-d8f3-2516-782e98ab3fa0', fileSystems },
        ...{ hosts: [], nameservers: ['172.16.60.1'], keys: ['ssh-ed25519 AAAA alice'], files: [] },
      });
      return {
        ...{ name: 'web', tarball, isGolden: false, identity, knownHost: { file, names: ['web', '172.16.65.1'] } },
        volumes: fileSystems.map((each, index) => {
          const name = names[index] ?? 'root';
          const owner = `web/${name}`;
          return { ...each, vg: 'vg', owner, device: devices[name], volumeUuid: uuidOf(name) };
        }),
      };
    }
    const install = (change: Partial<Installation> = {}) => installSystem({ ...installation(), ...change }, runner);
    const code = (expected: string, text = '') =>
      expect.objectContaining({ code: expected, message: expect.stringContaining(text) });

    test('lies on its volumes, with its identity, and nothing of another machine', async () => {
      await install();
      const system = readSystem(devices.root, devices.var);
      expect(system).toMatch(/^f 4755 0:0 .\/usr\/bin\/su $/m);
      expect(system).toMatch(/^f 600 0:0 .\/root\/.ssh\/authorized_keys $/m);
      expect(system).toMatch(/^f 600 0:0 .\/etc\/ssh\/ssh_host_ed25519_key $/m);
      expect(system).toMatch(/^d 1777 0:0 .\/tmp $/m);
      expect(system).not.toMatch(/ssh_host_rsa_key|leases|dev\/console/);
      expect(sh('blkid -p -o value -s TYPE "$1"', devices.swap)).toBe('swap');
      expect(sh('blkid -p -o value -s UUID "$1"', devices.root)).toBe('01111111-1111-4111-8111-111111111111');
      for (const [path, text] of [
        ['/etc/hostname', 'web'],
        ['/etc/resolv.conf', 'search home.example\nnameserver 172.16.60.1'],
      ])
        expect(sh('debugfs -R "cat $2" "$1" 2>/dev/null', devices.root, path ?? '')).toBe(text);
      const key = sh('debugfs -R "cat /etc/ssh/ssh_host_ed25519_key.pub" "$1" 2>/dev/null', devices.root);
      expect(readFileSync(file, 'utf8')).toBe(`web,172.16.65.1 ${key.split(' ').slice(0, 2).join(' ')}\n`);
      expect(await Promise.all(names.map(tagsOf))).toEqual(['kvm:web/root', 'kvm:web/var', 'kvm:web/swap']);
      expect(sh('grep -c "^$1 " /proc/mounts || :', devices.root)).toBe('0');
    });

    test('that is there is never touched again', async () => {
      await install();
      const before = names.map((name) => hash(devices[name]));
      await expect(install()).rejects.toEqual(code('not-blank', devices.root));
      expect(names.map((name) => hash(devices[name]))).toEqual(before);
    });

    test.each([
      ['a file system', 'var', 'mkfs.ext4 -q "$1"'],
      ['a swap area', 'swap', 'mkswap -q "$1"'],
      [
        'a partition table',
        'root',
        'printf "\\200\\0\\0\\0\\203\\0\\0\\0\\0\\10\\0\\0\\0\\20\\0\\0" | dd of="$1" bs=1 seek=446 conv=notrunc status=none; printf "\\125\\252" | dd of="$1" bs=1 seek=510 conv=notrunc status=none; blkid -p "$1" | grep -q dos',
      ],
      [
        'a signature far from its start',
        'root',
        'mkfs.btrfs -q -f "$1" 2>/dev/null || printf _BHRfS_M | dd of="$1" bs=1 seek=65600 conv=notrunc status=none',
      ],
      ['data without a signature', 'root', 'printf x | dd of="$1" bs=1 seek=4095 conv=notrunc status=none'],
    ] as const)('is never put over %s', async (_, name, script) => {
      sh(script, devices[name]);
      const before = names.map((each) => hash(devices[each]));
      await expect(install()).rejects.toEqual(code('not-blank', devices[name]));
      expect(names.map((each) => hash(devices[each]))).toEqual(before);
      expect(await tagsOf('root')).toBe('kvm:web/root');
    });

    test('is never put over data because of a mark that another installation has left', async () => {
      sh('mkfs.ext4 -q "$1"', devices.var);
      const before = hash(devices.var);
      // The root volume of that one is gone; then this one's, which says nothing itself.
      for (const tag of [installingTag('abcdef-0000-0000-0000-0000-0000-abcdef'), installingTag(uuidOf('root'))]) {
        await addTag('var', tag);
        await expect(install()).rejects.toEqual(code('not-blank', devices.var));
      }
      // Of the root volume, too, but not of this installation.
      await addTag('root', installingTag('abcdef-0000-0000-0000-0000-0000-abcdef'));
      await expect(install()).rejects.toEqual(code('not-blank', devices.var));
      expect(hash(devices.var)).toBe(before);
    });

    test('that is finished but for marks of other volumes loses only these', async () => {
      await install();
      const before = names.map((name) => hash(devices[name]));
      await addTag('var', installingTag(uuidOf('root')));
      await install();
      expect(await tagsOf('var')).toBe('kvm:web/var');
      expect(names.map((name) => hash(devices[name]))).toEqual(before);
    });

    test('goes only onto the volumes that it was planned for, and that are ours', async () => {
      const other = installation().volumes.map((each) => ({ ...each, volumeUuid: 'another' }));
      await expect(install({ volumes: other })).rejects.toEqual(code('changed-meanwhile'));
      await lvm.must('lvchange', '--deltag', ownerTag('web/var'), 'vg/web.var');
      await expect(install()).rejects.toEqual(code('changed-meanwhile', devices.var));
      expect([...(await contents()).values()]).toEqual(['blank', 'blank', 'blank']);
    });

    test('of a bad tarball is not begun', async () => {
      sh('cd "$1" && mkdir -p sbin && : >sbin/init && tar -Pcf bad.tar sbin/init ../"$(basename "$1")"/sbin', folder);
      await expect(install({ tarball: join(folder, 'bad.tar') })).rejects.toEqual(code('bad-tarball'));
      expect(await tagsOf('root')).toBe('kvm:web/root');
      expect([...(await contents()).values()]).toEqual(['blank', 'blank', 'blank']);
    });

    test('writes to no file of the host, whatever links its tarball has', async () => {
      const outside = join(folder, 'outside');
      sh(
        `mkdir -p "$2" && cd "$1" && rm -rf links && mkdir -p links/sbin && cd links && : >sbin/init
      ln -s "$2" etc && ln -s "$2" root && ln -s "$2" run && tar -cf ../links.tar .`,
        folder,
        outside,
      );
      await install({ tarball: join(folder, 'links.tar') });
      expect(sh('ls -A "$1"', outside)).toBe('');
      // Past the look at the tarball: what would follow a link out finds a host that it cannot write to.
      sh(
        `cd "$1" && rm -rf first && mkdir -p first/sbin second/etc && : >first/sbin/init && ln -s "$2" first/etc
      printf evil >second/etc/evil && tar -C first -cf through.tar . && tar -C second -rf through.tar ./etc/evil`,
        folder,
        outside,
      );
      for (const name of names) sh('head -c 1M /dev/zero >"$1"', devices[name]);
      await install({ tarball: join(folder, 'through.tar'), isGolden: true }).catch(() => undefined);
      expect(sh('ls -A "$1"', outside)).toBe('');
    });

    test('that does not fit is begun afresh by the next run', async () => {
      sh(
        'cd "$1" && mkdir -p big/sbin && : >big/sbin/init && head -c 40M /dev/urandom >big/data && tar -C big -cf big.tar .',
        folder,
      );
      await expect(install({ tarball: join(folder, 'big.tar'), isGolden: true })).rejects.toEqual(code('failed'));
      expect(await tagsOf('root')).toBe(`kvm.installing:${uuidOf('root')},kvm:web/root`);
      await install();
      expect(await tagsOf('root')).toBe('kvm:web/root');
    });

    test('killed at any moment, it is the same after the next run, and nothing stays mounted', {
      timeout: 120_000,
    }, async () => {
      await install();
      const whole = readSystem(devices.root, devices.var);
      for (const name of names) sh('head -c 1M /dev/zero >"$1"', devices[name]);
      let finished = 0;
      for (let round = 0; round < 12; round++) {
        const gate = new AbortController();
        const killing: RunProgram = async (command, input = '') => {
          if (gate.signal.aborted) throw new Error('killed');
          const [program, ...words] = command;
          const child = spawn(program, words, { env: { ...process.env, ...lvm.environment }, stdio: 'pipe' });
          const kill = (): boolean => child.kill('SIGKILL');
          gate.signal.addEventListener('abort', kill);
          child.stdin.on('error', () => undefined);
          child.stdin.end(input);
          let stdout = '';
          let stderr = '';
          child.stdout.on('data', (chunk) => (stdout += chunk));
          child.stderr.on('data', (chunk) => (stderr += chunk));
          const [exitCode] = await once(child, 'close');
          gate.signal.removeEventListener('abort', kill);
          if (gate.signal.aborted) throw new Error('killed');
          return { exitCode: exitCode ?? 128, stdout, stderr };
        };
        const timer = setTimeout(() => gate.abort(), 60 + 110 * round);
        const killed = await installSystem(installation(), { run: killing }).then(
          () => false,
          () => true,
        );
        clearTimeout(timer);
        if (!killed) finished += 1;
        expect(sh('grep -c "^$1 " /proc/mounts || :', devices.root)).toBe('0');
        // What was finished stays; what was not is done by this run.
        const begun = (await tagsOf('root')).includes('installing');
        const isThere = (await contents()).get(devices.root) === 'used' && !begun;
        if (!isThere) await retry(install);
        expect(readSystem(devices.root, devices.var)).toBe(whole);
        for (const name of names) {
          await lvm.run(['lvchange', '--deltag', installingTag(uuidOf('root')), `vg/web.${name}`]);
          sh('head -c 1M /dev/zero >"$1"', devices[name]);
        }
      }
      expect(finished).toBeLessThan(12);
    });

    /** Processes that were killed hold their devices a moment longer. */
    async function retry(work: () => Promise<void>): Promise<void> {
      for (let attempt = 0; ; attempt++) {
        try {
          return await work();
        } catch (error) {
          if (attempt === 50 || !(error instanceof Error && 'code' in error && error.code === 'in-use')) throw error;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
    }

    test('two of one guest at once are one', async () => {
      const both = await Promise.allSettled([install(), install()]);
      expect(both.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
      expect(readSystem(devices.root, devices.var)).toContain('./usr/sbin/init');
      expect(existsSync(file)).toBe(true);
    });
  },
);
