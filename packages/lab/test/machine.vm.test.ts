import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { needs } from '@kvm/ci/needs';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { firstId, idCount } from '../src/identity.ts';
import { startVmHost, type VmHost } from '../src/index.ts';
import { descendants } from '../src/processes.ts';

const skip = needs('root', 'qemu-system-x86_64', 'unshare', 'vgcreate', 'busybox');

describe.skipIf(skip)('a whole host in a virtual machine', () => {
  let vm: VmHost;
  let folder: string;
  const shell = async (script: string): Promise<string> => {
    const { exitCode, stdout, stderr } = await vm.exec(['sh', '-ec', script]);
    expect({ script, exitCode, stderr }).toMatchObject({ exitCode: 0 });
    return stdout;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join('/var/tmp', 'vm, test-')); // QEMU would take a comma for its own
    await chmod(folder, 0o777);
    await writeFile(join(folder, 'disk.img'), 'bytes that were there before');
    await truncate(join(folder, 'disk.img'), 2 ** 26);
    vm = await startVmHost({
      name: 'host-in-vm',
      share: [join(import.meta.dirname, '../../..')],
      disks: [{ bytes: 2 ** 28 }, { bytes: 2 ** 28 }, { path: join(folder, 'disk.img') }],
    });
  });
  afterAll(async () => {
    await vm[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  test("has a kernel of its own, this machine's files at their paths, and its disks in order", async () => {
    expect(await shell('hostname; uname -r')).toMatch(/^host-in-vm\n.*-cloud-amd64\n$/);
    expect(await shell(`cat '${import.meta.filename}'`)).toBe(await readFile(import.meta.filename, 'utf8'));
    expect(await shell('cat /sys/block/vd[abc]/size')).toBe(`${2 ** 19}\n${2 ** 19}\n${2 ** 17}\n`);
    expect(vm.disks).toEqual(['/dev/vda', '/dev/vdb', '/dev/vdc']);
    expect(await shell('head -c 28 /dev/vdc')).toBe('bytes that were there before');
  });

  test('runs Node, with what is installed here', async () => {
    const program = 'import { parse } from "yaml"; console.log(parse("answer: 42").answer)';
    const { stdout } = await vm.exec([process.execPath, '--input-type=module', '-e', program], {
      cwd: join(import.meta.dirname, '../../inventory'),
    });
    expect(stdout).toBe('42\n');
  });

  test('what is written there is not written here', async () => {
    await shell('echo vm >/etc/kvm-vm-was-here; echo vm >>/etc/fstab');
    expect(existsSync('/etc/kvm-vm-was-here')).toBe(false);
    expect(await shell('cat /etc/kvm-vm-was-here')).toBe('vm\n');
  });

  test('a fence: its root reads and changes nothing that a user of this machine may not', async () => {
    for (const [name, mode] of [
      ['private', 0o600],
      ['open', 0o666],
    ] as const) {
      await writeFile(join(folder, name), 'of the machine');
      await chmod(join(folder, name), mode);
    }
    await shell('mkdir /again; mount -t virtiofs root /again; mount -o remount,rw /again');
    const passwd = await readFile('/etc/passwd', 'utf8');
    await writeFile('/root/.fence-test', 'of the machine');
    const changes = [`/again${folder}/open`, '/again/etc/passwd', '/again/usr/bin/true'].flatMap((path) => [
      `echo vm >>'${path}'`,
      `chmod 777 '${path}'`,
      `chown 1 '${path}'`,
      `rm '${path}'`,
      `mknod '${path}.new' b 254 0`,
    ]);
    const attempts = [
      ...[...changes, `echo vm >'/again${folder}/new'`, `mkdir '/again${folder}/new'`],
      ...['rm /again/dev/null', 'chmod 0 /again/dev/null', 'echo x >/again/proc/sys/kernel/poweroff_cmd'],
      ...[`cat '/again${folder}/private'`, `cat '${folder}/private'`, 'cat /again/etc/ssh/ssh_host_*_key | grep .'],
      ...["grep -v '^[^:]*:[*]:' /etc/shadow", 'cat /again/root/.fence-test', 'cat /root/.fence-test'],
      'ls /again/dev | grep -vE "^(null|urandom|kvm)$"',
    ];
    const through = [];
    for (const script of attempts) if ((await vm.exec(['sh', '-c', script])).exitCode === 0) through.push(script);
    await rm('/root/.fence-test');
    expect(through).toEqual([]);
    expect(await shell(`cat '/again${folder}/open' /again/etc/debian_version`)).toMatch(/^of the machine/);
    expect((await readdir(folder)).sort()).toEqual(['disk.img', 'open', 'private']);
    expect(await readFile(join(folder, 'open'), 'utf8')).toBe('of the machine');
    expect((await stat(join(folder, 'open'))).mode & 0o777).toBe(0o666);
    expect(await readFile('/etc/passwd', 'utf8')).toBe(passwd);
  });

  test('a fence: QEMU and virtiofsd have no rights here, and see nothing that they could write to', async () => {
    const fenced = descendants(process.pid).flatMap((pid) => {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      const field = (name: string) => new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(status)?.[1] ?? '';
      const name = field('Name');
      if (!/^(qemu-system|virtiofsd)/.test(name)) return [];
      const rights = ['CapPrm', 'CapBnd', 'NoNewPrivs', 'Seccomp'].map(field);
      const mounts = readFileSync(`/proc/${pid}/mountinfo`, 'utf8').trim().split('\n');
      const writable = mounts.filter((line) => !/ (ro|rw,.*) - tmpfs kvm-lab-vm |^(\S+ ){5}ro[ ,]/.test(line));
      return [{ name, user: field('Uid').split('\t'), groups: field('Groups').trim(), rights, writable }];
    });
    const nobody = Array.from({ length: 4 }, () => String(firstId + idCount));
    const same = { user: nobody, groups: '', writable: [] };
    const [none, owner] = ['0'.repeat(16), `${'0'.repeat(15)}8`];
    expect(fenced).toContainEqual({ ...same, name: 'qemu-system-x86', rights: [none, none, '1', '2'] });
    expect(fenced).toContainEqual({ ...same, name: 'virtiofsd', rights: [owner, none, '1', '2'] });
  });

  test('a command has its words, input, environment, folder, exit code and both outputs', async () => {
    const words = ['a b', `it's`, '$HOME', '"', '\\', '; reboot', '*', '', 'Grüße\n'];
    const script = 'printf "[%s]" "$@" "$PWD" "$COLOUR"; cat; echo oops >&2; exit 7';
    const options = { cwd: '/usr', env: { COLOUR: 'red' }, input: 'input' };
    expect(await vm.exec(['sh', '-c', script, 'x', ...words], options)).toEqual({
      exitCode: 7,
      stdout: `${[...words, '/usr', 'red'].map((word) => `[${word}]`).join('')}input`,
      stderr: 'oops\n',
    });
    expect((await vm.exec(['sh', '-c', 'kill -TERM $$'])).exitCode).toBe(128 + 15);
    expect(await vm.exec(['no-such-program'])).toMatchObject({
      exitCode: 127,
      stderr: expect.stringContaining('ENOENT'),
    });
  });

  test('a megabyte goes in and out unchanged, while other commands run', async () => {
    const input = Buffer.alloc(2 ** 20, 'twelve bytes');
    const [echo, ...others] = await Promise.all([
      vm.exec(['cat'], { input }),
      ...[1, 2, 3].map((number) => vm.exec(['echo', String(number)])),
    ]);
    expect(echo.stdout === input.toString()).toBe(true);
    expect(others.map(({ stdout }) => stdout)).toEqual(['1\n', '2\n', '3\n']);
  });

  test('a command that takes too long is killed, with all that it started', async () => {
    const slow = vm.exec(['sh', '-c', 'echo begun; sleep 4242 & wait'], { timeoutMs: 3000 });
    await expect(slow).rejects.toMatchObject({ code: 'command-timeout', message: expect.stringContaining('begun') });
    // What is in a session of its own is not killed, and holds its outputs.
    const held = vm.exec(['sh', '-c', 'setsid sleep 4244 & wait'], { timeoutMs: 1000 });
    await expect(held).rejects.toMatchObject({ code: 'command-timeout' });
    expect(await shell('pgrep -f "^sleep 4242" || echo none')).toBe('none\n');
  });

  test('the output of a running command comes as it is written, and it can be ended', async () => {
    const process = vm.spawn(['sh', '-c', 'while read line; do echo "heard $line"; done; sleep 4243']);
    process.stdout.setEncoding('utf8');
    const heard = process.stdout[Symbol.asyncIterator]();
    process.stdin.write('one\n');
    expect((await heard.next()).value).toBe('heard one\n');
    process.stdin.write('two\n');
    expect((await heard.next()).value).toBe('heard two\n');
    process.kill('SIGKILL');
    expect(await process.exitCode).toBe(128 + 9);
  });

  test('device-mapper, NFS and the firewall are real', async () => {
    await shell('vgcreate vg /dev/vda /dev/vdb; lvcreate -qqy -L 32M -n root vg; mkfs.ext4 -q /dev/vg/root');
    await shell(
      'mount /dev/vg/root /mnt; echo kept >/mnt/file; pvmove -qq -i1 -n root /dev/vda /dev/vdb; cat /mnt/file',
    );
    expect(await shell('lvs --noheadings -o devices vg/root')).toContain('/dev/vdb(0)');
    for (const target of ['raid', 'thin-pool', 'flakey', 'delay', 'snapshot', 'mirror'])
      await shell(`modprobe dm-${target}`);
    await shell('mount -t nfsd nfsd /proc/fs/nfsd; nft add table inet test; modprobe xfs; ip tuntap add tap0 mode tap');
    await shell('umount /mnt; vgremove -qqy vg');
  });

  test('a power cut keeps what the disks have acknowledged and nothing else', async () => {
    await shell('mkfs.ext4 -q /dev/vda; mount /dev/vda /mnt; echo synced >/mnt/synced; sync; echo memory >/tmp/memory');
    const running = vm.exec(['sh', '-c', 'echo unsynced >/mnt/unsynced; sleep 1000']);
    running.catch(() => undefined);
    while ((await vm.exec(['test', '-e', '/mnt/unsynced'])).exitCode !== 0) await sleep(50);
    await vm.powerCut();
    await expect(running).rejects.toMatchObject({ code: 'vm-ended' });
    await expect(vm.exec(['true'])).rejects.toMatchObject({ code: 'vm-ended' });
    await vm.start();
    expect(await shell('mount /dev/vda /mnt; cat /mnt/synced; test ! -e /mnt/unsynced -a ! -e /tmp/memory')).toBe(
      'synced\n',
    );
    expect(await shell('head -c 28 /dev/vdc')).toBe('bytes that were there before');
  });
});

describe.skipIf(skip)('a virtual machine that ends otherwise', () => {
  /** Processes and files that a machine could leave behind. */
  const leftovers = async (): Promise<string> =>
    (await execa('sh', ['-c', 'ps -eo args | grep "[k]vm-lab-vm"; ls /tmp | grep kvm-vm-disk'], { reject: false }))
      .stdout;

  test('with the process that started it, even by SIGKILL: nothing is left', async () => {
    const script = `
      import { startVmHost } from '@kvm/lab';
      await startVmHost({ name: 'left-behind', disks: [{ bytes: 2 ** 20 }] }); console.log('up'); setInterval(() => {}, 1000);`;
    const child = execa(process.execPath, ['--input-type=module', '-e', script], {
      cwd: import.meta.dirname,
      reject: false,
    });
    await once(child.stdout, 'data');
    const named = async (): Promise<string> =>
      (await execa('pgrep', ['-f', 'export name=.left-behind.'], { reject: false })).stdout;
    expect(await named()).not.toBe('');
    child.kill('SIGKILL');
    await child;
    for (let wait = 0; wait < 200 && (await named()) !== ''; wait++) await sleep(100);
    expect(await named()).toBe('');
    expect(await leftovers()).not.toContain('left-behind');
  });

  test('by a signal while it starts, or for a disk that is not there: says so', async () => {
    const signal = AbortSignal.timeout(500);
    await expect(startVmHost({ signal })).rejects.toMatchObject({ code: 'interrupted' });
    await expect(startVmHost({ disks: [{ path: '/no/such.img' }] })).rejects.toMatchObject({
      code: 'vm-ended',
      message: expect.stringContaining('/no/such.img'),
    });
    await expect(startVmHost({ memoryMiB: 2 ** 30 })).rejects.toMatchObject({ code: 'no-memory' });
  });

  test('a tap of it joins a network namespace', async () => {
    const holder = execa('unshare', ['--net', 'sh', '-c', 'echo made; exec sleep 1000'], { reject: false });
    await once(holder.stdout, 'data');
    const namespace = `/proc/${holder.pid}/ns/net`;
    const taps = [{ name: 'vmtap0', mac: '52:54:00:61:65:01' }];
    try {
      await using vm = await startVmHost({ network: { namespace, taps } });
      await execa('nsenter', [`--net=${namespace}`, 'ip', 'addr', 'add', '10.9.8.1/24', 'dev', 'vmtap0']);
      await execa('nsenter', [`--net=${namespace}`, 'ip', 'link', 'set', 'vmtap0', 'up']);
      await vm.exec(['sh', '-c', 'ip addr add 10.9.8.2/24 dev eth0; ip link set eth0 up']);
      expect((await vm.exec(['cat', '/sys/class/net/eth0/address'])).stdout).toBe('52:54:00:61:65:01\n');
      const { exitCode } = await vm.exec(['busybox', 'ping', '-c', '1', '-W', '20', '10.9.8.1']);
      expect(exitCode).toBe(0);
    } finally {
      holder.kill('SIGKILL');
      await holder;
    }
  });
});
