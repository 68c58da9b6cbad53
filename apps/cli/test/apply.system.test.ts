import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { needs } from '@kvm/ci/needs';
import { deriveDesired } from '@kvm/host';
import { parseInventory } from '@kvm/inventory';
import { type Lab, labDown, labExec, labTest, labUp, openLab } from '@kvm/lab';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { bundle } from './bundled.ts';

/** What makes a guest of the inventory one that boots in the lab, whose machine has no KVM and whose guests an agent. */
const labXml = (guest: string) => `
    xml: |
      <domain type='qemu'><devices>
        <channel type='unix'><source mode='bind' path='/run/kvm-lab/${guest}.sock'/>
          <target type='virtio' name='kvm.lab.agent'/></channel>
      </devices></domain>`;

const inventory = (guests: string) => `
host: { name: applytest, address: 192.168.100.1/24, initrd: /boot/kvm-lab-initrd.img }
machines: { hoge: 192.168.100.2 }
defaults: { memory: 128 MiB }
guests:
${guests}
policy:
  - { from: lan, to: guests, service: [ssh, icmp/echo-request] }
  - { from: public, to: db, service: ssh }
`;
const example = inventory(`
  public:
    vmid: 65
    autostart: { order: 20 }${labXml('public')}
  db:
    vmid: 61
    autostart: { order: 10, delay: 1 s }${labXml('db')}
`);

describe.skipIf(needs('root', 'libvirtd', 'qemu-system-x86_64', 'nft', 'virsh'))('a host without anything', () => {
  const desired = deriveDesired(parseInventory(example));
  let lab: Lab;
  beforeAll(async () => {
    await labDown('applytest');
    ({ lab } = await labUp(desired, { bare: true }));
  });
  afterAll(() => labDown('applytest'));

  const onHost = async (script: string) => labExec(lab, 'applytest', ['sh', '-c', script]);
  const kvmctlScript = (text: string, words: readonly string[]) =>
    `cat >/run/inventory.yaml <<'EOF'\n${text}\nEOF\nexec ${process.execPath} ${bundle} -i /run/inventory.yaml ${words.join(' ')}`;
  /** kvmctl on the host. */
  const kvmctl = (text: string, ...words: string[]) => onHost(kvmctlScript(text, words));
  const isAsDesired = async (text = example) =>
    expect(await kvmctl(text, 'plan', '--detailed-exitcode')).toMatchObject({ exitCode: 0, stdout: '' });

  /** Starts an apply and kills it when it tells that its first step is done, or says nothing more. */
  async function applyKilledAfterOneStep(): Promise<number> {
    const script = `echo $$ >/run/apply.pid; ${kvmctlScript(example, ['apply', '--yes', '--json'])}`;
    const enter = ['--all', '-t', String(lab.host.pid), '--wdns=/', 'sh', '-c', script];
    const { stdout } = spawn('nsenter', enter, { stdio: ['ignore', 'pipe', 'inherit'] });
    let done = 0;
    for await (const line of createInterface({ input: stdout })) {
      if (!line.includes('"outcome":"done"')) continue;
      done += 1;
      await onHost('kill -KILL "$(cat /run/apply.pid)"');
    }
    return done;
  }

  /** No guest runs without the firewall. */
  const isClosed = async () =>
    expect(await onHost('[ -z "$(virsh list --name)" ] || nft list table inet kvm')).toMatchObject({ exitCode: 0 });

  test('killed after each of its steps, apply goes on where it was, and no guest runs without the firewall', async () => {
    let runs = 0;
    while ((await applyKilledAfterOneStep()) > 0) {
      await isClosed();
      runs += 1;
      expect(runs).toBeLessThan(40);
    }
    expect(runs).toBeGreaterThan(3);
    await isAsDesired();
  });

  test('machines of the LAN reach the guests as far as the policy goes, and no further', async () => {
    const up = await openLab(desired);
    const open = async () =>
      (await labTest(up))
        .filter(({ to, trials }) => to !== 'applytest' && trials.some((each) => each.answer === `"${to}"`))
        .map(({ from, to }) => `${from} -> ${to}`);
    await vi.waitFor(async () => expect(await open()).toHaveLength(3), { timeout: 240_000 });
    expect(await open()).toEqual(['hoge -> public', 'hoge -> db', 'public -> db']);
  });

  test('while an apply is under way, another one is refused, and knows whose it is', async () => {
    const first = await onHost('flock -n /run/kvmctl.lock true && echo free');
    expect(first.stdout).toContain('free');
    const [one, other] = await Promise.all([
      onHost(
        'exec 9>>/run/kvmctl.lock; flock 9; echo root@elsewhere >/run/kvmctl.lock; touch /run/held; while [ ! -e /run/over ]; do sleep 0.1; done',
      ),
      onHost(
        `while [ ! -e /run/held ]; do sleep 0.1; done; (${kvmctlScript(example, ['apply', '--yes'])}); status=$?; touch /run/over; exit $status`,
      ),
    ]);
    expect(one.exitCode).toBe(0);
    expect(other).toMatchObject({ exitCode: 1, stdout: '' });
    expect(other.stderr).toContain('another apply is under way (root@elsewhere)');
  });

  test.each([
    ['a rule more', 'nft add rule inet kvm forward accept', 'firewall: the kernel has other rules'],
    ['no rules', 'nft delete table inet kvm', 'firewall: the kernel has other rules'],
    [
      'a script that says something else',
      'echo exit 0 >>/etc/kvm/tun-start',
      'file: /etc/kvm/tun-start says something else',
    ],
    ['a script that cannot be run', 'chmod 644 /etc/kvm/tun-stop', 'mode 0644 -> 0755'],
    ['a file that is gone', 'rm /etc/kvm/firewall/load', 'file: /etc/kvm/firewall/load is not there'],
    ['forwarding off', 'sysctl -qw net.ipv4.ip_forward=0', 'net.ipv4.ip_forward 0 -> 1'],
    [
      'a guest that no longer starts with the host',
      'virsh autostart --disable db',
      'autostart: start it with the host',
    ],
    ['a guest that is paused', 'virsh suspend db', 'state: it is paused'],
    ['a guest whose plug was pulled', 'virsh destroy db', 'state: it does not run'],
    ['a guest without a definition', 'virsh undefine public', 'definition: define the domain'],
    ['another number of processors', 'virsh setvcpus public 2 --maximum --config', 'vcpu 2 -> 1'],
    ['a disk taken out of the definition', 'virsh detach-disk public vdc --config', 'devices.disk[vdc] + <disk'],
  ])('%s is shown as drift, and mended', async (_, script, shown) => {
    expect(await onHost(script)).toMatchObject({ exitCode: 0 });
    const drift = await kvmctl(example, 'drift', '--detailed-exitcode');
    expect(drift).toMatchObject({ exitCode: 2 });
    expect(drift.stdout.replace(/ +/g, ' ')).toContain(shown);
    expect(await kvmctl(example, 'apply', '--yes')).toMatchObject({ exitCode: 0 });
    await isAsDesired();
  });

  test('what was done stands in the log on the host: when, by whom, and what came of it', async () => {
    const { stdout } = await onHost('cat /var/log/kvmctl.jsonl; stat -c %a /var/log/kvmctl.jsonl');
    const lines = stdout.trim().split('\n');
    expect(lines.pop()).toBe('600');
    const entries = lines.map((line) => JSON.parse(line));
    expect(entries).toContainEqual({
      time: expect.any(String),
      user: expect.stringContaining('@'),
      event: 'step',
      id: 'load firewall',
      outcome: 'done',
    });
  });
});
