import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needs } from '@kvm/ci/needs';
import { type Desired, deriveDesired } from '@kvm/host';
import { parseInventory } from '@kvm/inventory';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lab, labDown, labExec, labUp } from '../src/index.ts';
import { findHolders, findKeeper } from '../src/state.ts';
import { attempts, Canary, harmless, machineState } from './fence-attempts.ts';
import { hostileDomains, tryDomains } from './hostile-domains.ts';

const skip = needs('root', 'libvirtd', 'qemu-system-x86_64', 'virsh', 'perl');

const desiredOf = (name: string): Desired =>
  deriveDesired(
    parseInventory(`
host: { name: ${name}, address: 192.168.100.1/24 }
machines: { hoge: 192.168.100.2 }
guests: { public: { vmid: 65 } }
`),
  );

describe.skipIf(skip)('the fence of a lab', () => {
  let canary: Canary;
  let lab: Lab;
  let before = '';
  let share = '';
  const run = (script: string, machine = 'labfence') =>
    labExec(lab, machine, ['timeout', '-k', '1', '30', 'sh', '-c', script]);
  const expectSame = async (): Promise<void> => expect(await machineState(canary)).toBe(before);

  beforeAll(async () => {
    await labDown('labfence');
    canary = new Canary();
    await canary.listen();
    share = mkdtempSync(join(tmpdir(), 'labfence-share-'));
    writeFileSync(join(share, 'word'), 'shared');
    chmodSync(share, 0o755);
    await execa('mkfifo', ['-m', '666', join(share, 'pipe')]);
    // Folders of others that come and go are in nobody's way.
    const churn = execa(
      'bash',
      ['-c', 'cd /var/tmp; while :; do mkdir labfence-{1..99}; rmdir labfence-{1..99}; done'],
      {
        reject: false,
      },
    );
    try {
      ({ lab } = await labUp(desiredOf('labfence'), { bare: true, share: [share] }));
    } finally {
      churn.kill();
      await churn;
      await execa('sh', ['-c', 'rmdir /var/tmp/labfence-*'], { reject: false });
    }
    before = await machineState(canary);
  });
  afterAll(async () => {
    await labDown('labfence');
    canary.close();
    rmSync(share, { recursive: true, force: true });
  });

  test('a folder of /tmp that is shared is there, read-only, and nothing of the lab has it open', async () => {
    expect(await run(`cat ${share}/word`)).toMatchObject({ exitCode: 0, stdout: 'shared' });
    expect(await run(`echo other >${share}/word`)).toMatchObject({ exitCode: 2 });
    const open = 'for each in /proc/[0-9]*/fd/*; do [ ! -d "$each/" ] || [ ! -e "$each/word" ] || echo "$each"; done';
    for (const machine of ['labfence', 'lan']) expect(await run(open, machine)).toMatchObject({ stdout: '' });
  });

  test('what is no file in a shared folder, and a lock of a file there, lead to nobody outside', async () => {
    const socket = join(share, 'daemon.sock');
    const server = createServer((each) => each.destroy()).listen(socket);
    await once(server, 'listening');
    chmodSync(socket, 0o777);
    const reader = execa('timeout', ['20', 'cat', join(share, 'pipe')], { reject: false });
    const attempts = [
      `timeout 2 sh -c 'echo out >${share}/pipe'`,
      `perl -MIO::Socket::UNIX -e 'exit(IO::Socket::UNIX->new(Peer => shift) ? 0 : 1)' ${socket}`,
    ];
    for (const each of attempts) expect((await run(each)).exitCode).not.toBe(0);
    const locks = run(`flock ${share}/word sh -c 'echo locked >/tmp/locked; sleep 5'`);
    await expect.poll(async () => (await run('cat /tmp/locked')).stdout).toBe('locked');
    expect((await execa('flock', ['--nonblock', join(share, 'word'), 'true'], { reject: false })).exitCode).toBe(0);
    expect((await locks).exitCode).toBe(0);
    for (const each of attempts.slice(1)) expect((await execa('sh', ['-c', each], { reject: false })).exitCode).toBe(0);
    writeFileSync(join(share, 'pipe'), 'from outside');
    expect((await reader).stdout).toBe('from outside');
    server.close();
  });

  test.each(['socket(my $s, 40, 1, 0)', 'syscall(425, 1, my $parameters = "\\0" x 120) >= 0'])(
    'a socket of virtual machines, which no namespace holds, is not made: %s',
    async (made) => {
      expect((await run(`perl -e 'exit(${made} ? 0 : 1)'`)).exitCode).toBe(1);
    },
  );

  test.each(['labfence', 'hoge', 'lan'])("root on %s gets at nothing of the machine's", async (machine) => {
    const through: string[] = [];
    for (const [title, script] of attempts(canary)) {
      const { exitCode, stdout } = await run(script, machine);
      if (exitCode === 0) through.push(`${title}: ${stdout}`);
    }
    expect(through).toEqual([]);
    await expectSame();
  });

  test('the attempts could get through: without the fence they do', async () => {
    const able =
      /a file of root$|a folder of root$|fence-\d+\/daemon|daemon.sock|abstract|port of the machine|a process of/;
    for (const [title, script] of attempts(canary).filter(([title]) => able.test(title) && !/takes/.test(title)))
      expect({ title, ...(await execa('sh', ['-c', script], { reject: false })) }).toMatchObject({
        title,
        exitCode: 0,
      });
    expect(canary.guests.splice(0)).toHaveLength(3);
    await execa('rm', ['-f', '/var/tmp/fence']);
  });

  test('what it may change, it changes for itself', async () => {
    for (const [title, script] of harmless(canary))
      expect({ title, ...(await run(script, 'hoge')) }).toMatchObject({ title, exitCode: 0 });
    await expectSame();
  });

  test('its loop devices stay its own, whatever it does to them', async () => {
    const loops = async (): Promise<string> =>
      (await execa('sh', ['-c', 'losetup --list --noheadings --output NAME,BACK-FILE | grep /labfence'])).stdout;
    const own = await loops();
    expect(own.split('\n')).toHaveLength(3);
    await run('for volume in /dev/vg/*; do losetup -d "$volume"; done; kill -9 $(pgrep libvirtd)');
    expect(await loops()).toBe(own);
    expect((await run('libvirtd --daemon')).exitCode).toBe(0);
    // udevd leaves alone what is locked.
    for (const row of own.split('\n'))
      expect((await execa('flock', ['--nonblock', row.split(' ')[0] ?? '', 'true'], { reject: false })).exitCode).toBe(
        1,
      );
  });

  test('QEMU with the XML of a stranger harms nothing: some of the list, and a program in its place', async () => {
    const all = hostileDomains(canary);
    const some = all.filter((_, index) => index % 9 === 0 || index >= all.length - 6);
    expect(await tryDomains(lab, canary, some)).toBeGreaterThan(10);
  });

  test('an inventory whose guest writes a kernel setting does not come up', async () => {
    const desired = desiredOf('labhostile');
    const guests = desired.guests.map((guest) => ({
      ...guest,
      domain: {
        ...guest.domain,
        devices: {
          ...guest.domain.devices,
          serial: [{ '@type': 'file' as const, source: { '@path': '/proc/sys/kernel/poweroff_cmd' } }],
        },
      },
    }));
    await expect(labUp({ ...desired, guests })).rejects.toThrow(/Permission denied|poweroff_cmd/);
    expect(findKeeper('labhostile')).toBeUndefined();
    await expectSame();
  });

  test('a program that is started on a terminal has another one, and else none', async () => {
    const script = `import { labExec } from '@kvm/lab';
      const lab = JSON.parse(process.argv[1], (key, value) => (key === 'machines' ? new Map(value) : value));
      process.exit((await labExec(lab, 'hoge', ['sh', '-c', process.argv[2]], true)).exitCode);`;
    const text = JSON.stringify({ ...lab, plan: { guests: [] }, machines: [...lab.machines] });
    const words = (inside: string) => [process.execPath, '--input-type=module', '-e', script, text, inside];
    const which = 'for each in 0 1 2; do stat -L -c "terminal %t:%T" /proc/self/fd/$each; done';
    const quoted = (inside: string): string =>
      words(inside)
        .map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
        .join(' ');
    const onTerminal = await execa('script', ['-qec', `${which}; ${quoted(`${which}; exit 7`)}`, '/dev/null'], {
      cwd: import.meta.dirname,
      reject: false,
      stdin: 'ignore',
    });
    const terminals = [...onTerminal.stdout.matchAll(/terminal (\S+)/g)].map(([, numbers]) => numbers);
    expect(onTerminal.exitCode).toBe(7);
    expect(terminals).toHaveLength(6);
    expect(terminals.slice(3)).not.toContain(terminals[0]);
    const closed = [
      `${quoted(which)} </dev/null`,
      `${quoted(`{ ${which}; } >&2`)} >/dev/null`,
      `${quoted(which)} 2>/dev/null`,
    ];
    const partly = await execa('script', ['-qec', `${which}; ${closed.join('; ')}`, '/dev/null'], {
      cwd: import.meta.dirname,
      reject: false,
      stdin: 'ignore',
    });
    const all = [...partly.stdout.matchAll(/terminal (\S+)/g)].map(([, numbers]) => numbers);
    expect(all).toHaveLength(12);
    expect(all.slice(3)).not.toContain(all[0]);
    const [node = '', ...rest] = words('exec 3</dev/tty');
    expect((await execa(node, rest, { cwd: import.meta.dirname, reject: false })).exitCode).not.toBe(0);
  });

  test('keys of the session from which a program is started stay outside', async () => {
    const find = 'exit(syscall(250, 10, -3, my $t = "user", my $n = "fence-key", 0) > 0 ? 0 : 1)';
    const script = `import { labExec } from '@kvm/lab';
      const lab = JSON.parse(process.argv[1], (key, value) => (key === 'machines' ? new Map(value) : value));
      process.exit((await labExec(lab, 'hoge', ['perl', '-e', process.argv[2]])).exitCode);`;
    const withKey =
      'syscall(250, 1, 0); syscall(248, my $t = "user", my $n = "fence-key", my $v = "secret", 6, -3) > 0 or die; exec @ARGV';
    const text = JSON.stringify({ ...lab, plan: { guests: [] }, machines: [...lab.machines] });
    const runWithKey = async (...argv: string[]) =>
      (await execa('perl', ['-e', withKey, '--', ...argv], { cwd: import.meta.dirname, reject: false })).exitCode;
    expect(await runWithKey('perl', '-e', find)).toBe(0);
    expect(await runWithKey(process.execPath, '--input-type=module', '-e', script, text, find)).toBe(1);
  });

  test('descriptors and variables of the caller stay outside', async () => {
    const find = '[ ! -e /proc/self/fd/200 ] && [ -z "$http_proxy$SSH_AUTH_SOCK$XDG_RUNTIME_DIR$KRB5CCNAME" ]';
    const script = `import { labExec } from '@kvm/lab';
      const lab = JSON.parse(process.argv[1], (key, value) => (key === 'machines' ? new Map(value) : value));
      process.exit((await labExec(lab, 'hoge', ['sh', '-c', process.argv[2]])).exitCode);`;
    const text = JSON.stringify({ ...lab, plan: { guests: [] }, machines: [...lab.machines] });
    const env = {
      http_proxy: 'http://me:secret@proxy',
      SSH_AUTH_SOCK: '/run/a',
      XDG_RUNTIME_DIR: '/run',
      KRB5CCNAME: 'k',
    };
    const withMore = async (...argv: string[]) =>
      (
        await execa('bash', ['-c', 'exec 200</; exec "$@"', 'more', ...argv], {
          cwd: import.meta.dirname,
          env,
          reject: false,
        })
      ).exitCode;
    expect(await withMore('sh', '-c', find)).toBe(1);
    expect(await withMore(process.execPath, '--input-type=module', '-e', script, text, find)).toBe(0);
  });

  test('a process that only calls itself a lab is not entered and not ended', async () => {
    const name = 'kvm-lab:labfake:lan';
    const fake = execa('unshare', ['--pid', '--fork', '--kill-child', 'bash', '-c', `exec -a ${name} sleep 1000`], {
      reject: false,
    });
    try {
      expect(findHolders('labfake').size).toBe(0);
      expect(await labDown('labfake')).toBe(false);
      expect(fake.exitCode).toBe(null);
    } finally {
      fake.kill('SIGKILL');
      await fake;
    }
  });
});
