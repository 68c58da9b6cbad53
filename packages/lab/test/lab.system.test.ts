import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { needs } from '@kvm/ci/needs';
import { type Desired, deriveDesired } from '@kvm/host';
import { parseInventory } from '@kvm/inventory';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isRight, type Lab, labDown, labExec, labTest, labUp, openLab } from '../src/index.ts';
import { connectLibvirtd } from '../src/libvirtd.ts';
import { findHolders, findKeeper, processNamespace } from '../src/state.ts';

const skip = needs('root', 'libvirtd', 'qemu-system-x86_64', 'tcpdump', 'virsh');

/** Names of its own, so that a person's lab of the example may run meanwhile. */
const inventory = (host: string): Desired =>
  deriveDesired(
    parseInventory(`
host: { name: ${host}, address: 192.168.100.1/24, address6: "fd00:100::1/64", gateway: 192.168.100.254 }
ranges: { ipv6: "fd00:61::/48" }
machines:
  hoge: [192.168.100.2, "fd00:100::2"]
  away: 10.1.2.3
guests:
  public: { vmid: 65 }
  db: { vmid: 300 }
  spare: { vmid: 3, state: stopped }
`),
  );

/** What a lab could leave on this machine or change there; not what other programs do there meanwhile. */
async function machineState(): Promise<string> {
  const commands = [
    "ip -o link | grep -E 'tun[0-9]|port[0-9]|lan'",
    "ip -o addr | grep -E '192.168.100|172.1[67]|fd00:'",
    "ip route | grep -E '192.168.100|172.1[67]|169.254.77'",
    'losetup --list --noheadings --output BACK-FILE | grep -E "/lab(test|signal|kill)/"',
    'grep -E "kvm-lab|overlay" /proc/self/mountinfo',
    'ps -eo args | grep -E "[k]vm-lab:lab(test|signal|kill)"',
    'cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding /etc/hosts',
    'ls /etc/kvm /etc/libvirt/qemu /var/lib/libvirt /run/libvirt /boot; ls /tmp | grep kvm-lab',
  ];
  const outputs = commands.map((command) => execa('sh', ['-c', `exec 2>&1; ${command}`], { reject: false }));
  return (await Promise.all(outputs)).map(({ stdout }, index) => `$ ${commands[index]}\n${stdout}`).join('\n');
}

describe.skipIf(skip)('a lab', () => {
  const desired = inventory('labtest');
  let before = '';
  let lab: Lab;
  const run = (machine: string, ...argv: string[]) => labExec(lab, machine, argv);

  beforeAll(async () => {
    before = await machineState();
    ({ lab } = await labUp(desired));
  });
  afterAll(async () => {
    await labDown('labtest');
    expect(await machineState()).toBe(before);
  });

  test('real packets pass every way between machines and guests, over IPv4 and IPv6, on the path that routing means', async () => {
    const reach = await labTest(lab);
    expect(reach.filter(({ trials }) => trials.length !== 2 || !trials.every(isRight))).toEqual([]);
    expect(reach).toHaveLength(
      2 * 2 * 2 + // hoge and away with two guests, IPv4, both ways
        2 * 2 + // hoge with two guests, IPv6
        2 * 2, // the guests with each other
    );
    const path = ['192.168.100.2', '192.168.100.1', '172.16.65.254', '172.16.65.1'];
    const hoge = reach.find(({ source, to }) => source === '192.168.100.2' && to === 'public');
    expect(hoge).toMatchObject({ there: path, back: path.toReversed() });
    expect(hoge?.trials[1]).toMatchObject({ service: 'tcp/22', answer: '"public"' });
    const guests = reach.find(({ from, to, source }) => from === 'public' && to === 'db' && source.includes(':'));
    expect(guests?.there).toEqual(['fd00:61:0:65::1', 'fd00:61:0:65::254', 'fd00:61:0:300::254', 'fd00:61:0:300::1']);
  });

  test('the guest has the MAC, address and disks that follow from its VMID, and runs from its own disk', async () => {
    const { stdout } = await run(
      'db',
      'sh',
      '-c',
      'cat /sys/class/net/eth0/address; ip -4 -o addr show eth0; mount; cat /proc/partitions',
    );
    expect(stdout).toContain('52:54:00:64:00:01');
    expect(stdout).toContain('172.17.44.1/24');
    expect(stdout).toMatch(/^\/dev\/vda on \/ type ext4/m);
    expect([...stdout.matchAll(/(\d+) (vd[abc])$/gm)].map(([, kib, name]) => [name, Number(kib)])).toEqual([
      ['vda', 8 * 1024 * 1024],
      ['vdb', 4 * 1024 * 1024],
      ['vdc', 512 * 1024],
    ]);
  });

  test('exec gives the exit code, output and error of the command apart, and passes words unchanged', async () => {
    const words = ['a b', `it's`, '$HOME', '"', '\\', '; reboot', '*', ''];
    const script = 'printf "[%s]" "$@"; echo oops >&2; exit 7';
    const expected = { exitCode: 7, stdout: words.map((word) => `[${word}]`).join(''), stderr: 'oops' };
    for (const machine of ['hoge', 'labtest', 'public']) {
      const { exitCode, stdout, stderr } = await run(machine, 'sh', '-c', script, 'x', ...words);
      expect({ exitCode, stdout, stderr: stderr.trim() }).toEqual(expected);
    }
    expect((await run('hoge', 'sh', '-c', 'kill -TERM $$')).exitCode).toBe(128 + 15);
    await expect(run('web', 'true')).rejects.toThrow('no "web" runs in the lab. There are: ');
  });

  test('several commands in one guest at once each get their own answer', async () => {
    const answers = await Promise.all([1, 2, 3, 4, 5].map((number) => run('public', 'echo', String(number))));
    expect(answers.map(({ stdout }) => stdout.trim())).toEqual(['1', '2', '3', '4', '5']);
  });

  test('a machine of the lab can write to no file of this machine', async () => {
    await run('hoge', 'sh', '-c', 'echo lab >/etc/kvm-lab-was-here; echo lab >>/etc/hosts');
    expect(existsSync('/etc/kvm-lab-was-here')).toBe(false);
    expect((await run('hoge', 'cat', '/etc/kvm-lab-was-here')).stdout).toBe('lab');
  });

  test('a guest that the inventory wants stopped is defined and not running; virsh agrees', async () => {
    const { stdout } = await run('labtest', 'virsh', 'list', '--all');
    expect(stdout).toMatch(/^ -\s+spare\s+shut off$/m);
    expect(stdout).toMatch(/public\s+running$/m);
    expect((await openLab(desired)).plan.guests.map(({ guest }) => guest.name)).toEqual(['public', 'db']);
  });

  test('a guest shuts down when libvirt presses its power button, its tap is gone, and it starts again', async () => {
    const connection = await connectLibvirtd(lab.host);
    try {
      const domain = await connection.domain('db');
      await domain.shutdown();
      for (let wait = 0; wait < 300 && (await domain.state()) !== 'shutoff'; wait++) await sleep(100);
      expect(await domain.state()).toBe('shutoff');
      expect((await run('labtest', 'ip', 'link', 'show', 'tun300')).exitCode).toBe(1);
      await domain.start();
      expect((await run('db', 'hostname')).stdout.trim()).toBe('db');
    } finally {
      await connection.close();
    }
  });

  test('a lab that is up is not started twice', async () => {
    await expect(labUp(desired)).rejects.toMatchObject({ code: 'already-up' });
  });
});

describe.skipIf(skip)('a lab that was stopped in the middle of its start', () => {
  test.each(['makes the LAN', 'starts public'])('by a signal as it %s: is taken down again', async (step) => {
    const before = await machineState();
    const interrupt = new AbortController();
    const report = (message: string): void => {
      if (message.startsWith(step)) interrupt.abort();
    };
    const start = labUp(inventory('labsignal'), { report, signal: interrupt.signal });
    await expect(start).rejects.toMatchObject({ code: 'interrupted' });
    await sleep(1000); // for what might still begin
    expect(findKeeper('labsignal')).toBeUndefined();
    expect(await machineState()).toBe(before);
  });

  test('between attaching a loop device and its keeping: the device is freed', async () => {
    const folder = `/tmp/kvm-lab-volumes/labkill.${processNamespace()}`;
    await execa('sh', ['-c', `mkdir -p ${folder} && truncate -s 1M ${folder}/left.root`]);
    const { stdout: loop } = await execa('losetup', ['--find', '--show', `${folder}/left.root`]);
    await labDown('labkill');
    await execa('rm', ['-r', '/tmp/kvm-lab-volumes']);
    expect((await execa('losetup', ['--list', '--output', 'NAME'])).stdout.split('\n')).not.toContain(loop);
  });

  const delays = process.env.KVM_SOAK ? Array.from({ length: 67 }, (_, index) => 20 * index) : [0];
  const steps = ['makes the LAN', 'sets up the KVM host', 'starts public'].slice(process.env.KVM_SOAK ? 0 : 2);
  test.each(steps)(
    'by SIGKILL as it %s, and after: leaves nothing that `down` does not remove',
    async (step) => {
      const before = await machineState();
      for (const delay of delays) {
        await killedAfter(step, delay);
        if (step === 'starts public') expect(findHolders('labkill').size).toBe(2); // the LAN and the host
        await labDown('labkill');
        expect(findKeeper('labkill')).toBeUndefined();
        expect(await machineState()).toBe(before);
      }
    },
    1_200_000,
  );
});

/** A start of a lab in a process of its own, which is killed `delay` ms after it told a step. */
async function killedAfter(step: string, delay: number): Promise<void> {
  const script = `
    import { deriveDesired } from '@kvm/host'; import { parseInventory } from '@kvm/inventory'; import { labUp } from '@kvm/lab';
    await labUp(deriveDesired(parseInventory('{ host: { name: labkill, address: 192.168.100.1/24 }, guests: { public: { vmid: 65 } } }')), { report: console.log });`;
  const child = execa(process.execPath, ['--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
    reject: false,
    buffer: false,
  });
  for await (const line of child) if (line.startsWith(step)) break;
  await sleep(delay);
  child.kill('SIGKILL');
  await child;
}
