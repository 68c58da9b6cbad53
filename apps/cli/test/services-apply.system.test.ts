import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect, Namespace } from '@kvm/ci/namespace';
import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle } from './bundled.ts';

const inventory = `
host: { name: management, address: 192.168.100.1/24 }
machines: { common: 192.168.100.5 }
guests: { public: { vmid: 65 } }
shared: { server: common, auth: false, logs: false, files: false, mail: false, time: false }
`;
const programs = ['unshare', 'nsenter', 'ip', 'openssl', 'ssh', 'sshd', 'ssh-keygen', 'dpkg-query'];

/** nsenter and what it started, unless they have ended. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // They have.
  }
}

describe.skipIf(needs('root', ...programs))("the services' files on machines that are reached by ssh", () => {
  const folder = mkdtempSync(join(tmpdir(), 'kvmctl-services-'));
  const file = (name: string): string => join(folder, name);
  const machines = new Map<string, Namespace>();
  const daemons: ChildProcess[] = [];
  const at = (name: string): Namespace => machines.get(name) as Namespace;

  /** A machine at the other end of a cable from the one where kvmctl runs. */
  async function addMachine(name: string, address: string): Promise<void> {
    const machine = await Namespace.open();
    machines.set(name, machine);
    connect({ namespace: at('laptop'), device: name }, { namespace: machine, device: 'eth0' });
    at('laptop').sh(
      `ip address add 10.0.0.1/32 dev ${name}; ip link set ${name} up; ip route add ${address} dev ${name}`,
    );
    machine.sh(
      `ip address add ${address}/32 dev eth0; ip link set eth0 up; ip route add 10.0.0.1 dev eth0; mkdir /run/sshd; rm -f /etc/resolv.conf; echo nameserver 10.9.9.9 >/etc/resolv.conf`,
    );
    const settings = [
      `ListenAddress ${address}`,
      `HostKey ${file('hostkey')}`,
      `AuthorizedKeysFile ${file('userkey.pub')}`,
      'PidFile none',
      'UsePAM no',
      'StrictModes no',
    ];
    writeFileSync(file(`${name}.sshd`), settings.join('\n'));
    const [program, words] = machine.enter('/usr/sbin/sshd', '-D', '-e', '-f', file(`${name}.sshd`));
    const daemon = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    daemons.push(daemon);
    await once(createInterface({ input: daemon.stderr }), 'line');
  }

  beforeAll(async () => {
    for (const name of ['hostkey', 'userkey'])
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(name)]);
    writeFileSync(file('inventory.yaml'), inventory);
    const laptop = await Namespace.open();
    machines.set('laptop', laptop);
    const choices = [`IdentityFile ${file('userkey')}`, 'UserKnownHostsFile /dev/null', 'StrictHostKeyChecking no'];
    laptop.sh('cat >/etc/ssh/ssh_config', `${choices.join('\n')}\nLogLevel ERROR\n`);
    await addMachine('common', '192.168.100.5');
    await addMachine('public', '172.16.65.1');
  });
  afterAll(async () => {
    for (const { pid } of daemons) if (pid !== undefined) killGroup(pid);
    for (const machine of machines.values()) await machine.close();
    rmSync(folder, { recursive: true });
  });

  const bundled = (...words: string[]): [string, ...string[]] => [bundle, '-i', file('inventory.yaml'), ...words];
  const services = (...words: string[]) =>
    at('laptop').attempt(...bundled('services', ...words, '--secrets', file('secrets'), '--ssh'));

  /** How a file that was there differs, shown behind it. */
  const resolvDiff = (server: string): string =>
    ['--- /etc/resolv.conf', '+++ /etc/resolv.conf', '@@ -1,1 +1,3 @@', '-nameserver 10.9.9.9', '+search home.arpa']
      .concat(`+nameserver ${server}`, '+options timeout:2 attempts:3 edns0')
      .map((line) => `    ${line}\n`)
      .join('');

  test('they are put there once; what then differs is shown and mended; a server without its packages holds back nobody', () => {
    const first = services('apply', '--yes');
    expect(first).toMatchObject({ status: 1 });
    expect(first.stdout).toBe(`common:
  packages missing: dnsmasq
  /etc/dnsmasq.d/kvm.conf: is not there
  /etc/resolv.conf: is not listed as ours
${resolvDiff('127.0.0.1')}public:
  /etc/kvm/names/hosts: is not there
  /etc/kvm/names/put: is not there
  /etc/resolv.conf: is not listed as ours
${resolvDiff('192.168.100.5')}`);
    expect(
      first.stderr,
    ).toBe(`${file('secrets')}: a new folder of secrets, with a new certificate authority, which no machine trusts yet
common: common lacks packages: run there \`apt-get install --no-install-recommends dnsmasq\`.
public: done; nothing is to be restarted
  a copy of what was there: /etc/kvm/replaced/etc/resolv.conf.1
`);
    expect(at('common').attempt('test', '-e', '/etc/dnsmasq.d/kvm.conf').status).toBe(1);
    expect(at('public').sh('cat /etc/resolv.conf')).toContain('nameserver 192.168.100.5\n');
    expect(at('public').sh('cat /etc/hosts')).toContain('\n192.168.100.5 common.home.arpa common\n');
    const publics = (...found: string[]) => [
      ...(found.length > 0 ? ['public:', ...found] : ['public: up to date']),
      '',
    ];
    expect(services('drift', 'public').stdout.split('\n')).toEqual(publics());

    at('public').sh(
      "chmod 666 /etc/resolv.conf; sed -i 's/ common$/ commn/' /etc/hosts; : >/etc/kvm/services-unfinished",
    );
    const drift = services('drift', 'public');
    expect(drift).toMatchObject({ status: 1, stderr: '' });
    expect(drift.stdout.split('\n')).toEqual(
      publics(
        '  /etc/resolv.conf: mode 0666',
        "  /etc/hosts: somebody has changed or removed kvmctl's part",
        '  an apply was interrupted before all programs were told',
      ),
    );
    expect(services('apply', 'public', '--yes')).toMatchObject({ status: 0 });
    expect(services('drift', 'public')).toMatchObject({ status: 0 });
  });

  test('a machine that is not reached is told; nobody is asked where nobody is', () => {
    at('public').sh('rm /etc/resolv.conf');
    expect(services('apply', 'public')).toMatchObject({ status: 64, stderr: expect.stringContaining('--yes') });
    expect(services('apply', 'nobody').stderr).toContain('no guest or machine nobody');
    at('laptop').sh('ip link set common down');
    const applied = services('apply', '--yes', '--json');
    at('laptop').sh('ip link set common up; ip route add 192.168.100.5 dev common');
    expect(applied).toMatchObject({ status: 1 });
    const [plan, ...outcomes] = applied.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(plan).toMatchObject({
      version: 1,
      machines: [
        { machine: 'common', error: expect.stringContaining('192.168.100.5 cannot be reached') },
        { machine: 'public', files: [{ path: '/etc/resolv.conf', found: ['is not there'] }] },
      ],
    });
    expect(outcomes).toMatchObject([{ event: 'machine', machine: 'public', restarted: [], copies: [] }]);
  });

  test('what leaves the inventory is shown, asked for and taken back, also where nothing of the services is left', () => {
    const none = inventory.replace(/^shared:.*$/m, '');
    const own = () => at('public').sh('cat /etc/resolv.conf');
    at('public').sh('echo 10.1.1.1 mine >>/etc/hosts');
    const names = () => at('public').sh('grep -e common -e mine /etc/hosts');
    expect(own()).toContain('nameserver 192.168.100.5\n');
    try {
      for (const without of [none, inventory.replace('time: false', 'time: false, dns: false')]) {
        writeFileSync(file('inventory.yaml'), without);
        const drift = services('drift');
        expect(drift, drift.stderr).toMatchObject({ status: 1, stdout: expect.stringMatching(/^public:$/m) });
        expect(drift.stdout).toContain(
          '  /etc/resolv.conf: no longer wanted; what was there before is to be put back\n',
        );
        expect(services('apply').status).toBe(64);
        expect(own()).toContain('nameserver 192.168.100.5\n');
        expect(services('apply', 'public', '--yes')).toMatchObject({ status: 0 });
        expect(own()).toBe('nameserver 10.9.9.9\n');
        expect(names()).toBe('10.1.1.1 mine\n');
        const again = services('apply', 'public', '--yes');
        expect(again, again.stderr).toMatchObject({ status: 0, stdout: 'public: up to date\n' });
        writeFileSync(file('inventory.yaml'), inventory);
        expect(services('apply', 'public', '--yes')).toMatchObject({ status: 0 });
      }
    } finally {
      writeFileSync(file('inventory.yaml'), inventory);
    }
  });

  test('a mistyped folder of secrets does not take a machine from its authority, though --yes is said', () => {
    writeFileSync(file('inventory.yaml'), inventory.replace('mail: false', 'mail: true'));
    at('public').sh(
      `cp /var/lib/dpkg/status /run/status; mount --bind /run/status /var/lib/dpkg/status
      for name in msmtp msmtp-mta; do printf '\\nPackage: %s\\nStatus: install ok installed\\nMaintainer: room\\nArchitecture: all\\nVersion: 1\\nDescription: room\\n' $name; done >>/run/status`,
    );
    const put = (secrets: string) =>
      at('laptop').attempt(...bundled('services', 'apply', 'public', '--yes', '--secrets', file(secrets), '--ssh'));
    const authority = () => at('public').sh('cat /etc/kvm/tls/ca.crt');
    try {
      const first = put('secrets');
      expect(first, first.stdout + first.stderr).toMatchObject({ status: 0 });
      const before = authority();
      const typo = put('secretz');
      expect(typo.stdout).toContain('  trusts another certificate authority than that of this folder of secrets\n');
      expect(typo).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(/secretz: a new folder of secrets, .*\npublic: left as it is, because /),
      });
      expect(authority()).toBe(before);
      expect(put('secrets')).toMatchObject({ status: 0, stdout: 'public: up to date\n' });
    } finally {
      writeFileSync(file('inventory.yaml'), inventory);
    }
    expect(services('apply', 'public', '--yes')).toMatchObject({ status: 0 });
    expect(at('public').attempt('ls', '/etc/kvm/tls/ca.crt').status).not.toBe(0);
  });

  test('the doctor tries on a guest, by ssh, what the server gives it', async () => {
    expect(
      at('laptop').attempt(...bundled('services', 'render', '-o', file('tree'), '--secrets', file('secrets'))),
    ).toMatchObject({ status: 0 });
    expect(services('apply', 'public', '--yes').status).toBe(0);
    const doctor = (): { status: number | null; verdicts: string[] } => {
      const words = ['doctor', 'public', '--ssh', 'root@172.16.65.1', '--json'];
      const { status, stdout, stderr } = at('laptop').attempt(...bundled(...words));
      expect(stderr).toBe('');
      return { status, verdicts: JSON.parse(stdout).probes.map(({ verdict }: { verdict: string }) => verdict) };
    };
    // The server reaches the guest by the machine between them.
    at('laptop').sh('echo 1 >/proc/sys/net/ipv4/ip_forward');
    at('common').sh('ip route add default via 10.0.0.1 dev eth0');
    at('public').sh('ip route add default via 10.0.0.1 dev eth0');
    const [program, words] = at('common').enter(
      'dnsmasq',
      '-k',
      '-C',
      file('tree/common/root/etc/dnsmasq.d/kvm.conf'),
      '--user=root',
      '--pid-file=/run/dnsmasq.pid',
    );
    const dnsmasq = spawn(program, words, { stdio: 'inherit', detached: true });
    daemons.push(dnsmasq);
    at('common').sh('for i in $(seq 100); do [ -e /run/dnsmasq.pid ] && exit; sleep 0.1; done; exit 1');
    const well = doctor();
    expect(well).toEqual({ status: 0, verdicts: well.verdicts.map(() => 'good') });
    expect(well.verdicts.length).toBeGreaterThan(1);
    at('common').sh('kill "$(cat /run/dnsmasq.pid)"');
    expect(doctor().verdicts).not.toContain('good');
  });
});
