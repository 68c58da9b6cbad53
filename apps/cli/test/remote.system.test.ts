import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle, exampleFolder, kvmctl, userEnvironment } from './bundled.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.ts';

const programs = [
  'unshare',
  'nsenter',
  'ip',
  'libvirtd',
  'qemu-system-x86_64',
  'openssl',
  'ssh',
  'sshd',
  'ssh-keygen',
  'nc',
];

describe.skipIf(needs('root', ...programs))('a libvirtd over ssh and TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kvmctl-remote-'));
  const file = (name: string) => join(folder, name);
  let libvirtd: PrivateLibvirtd;
  let sshd: ChildProcess;

  /** libvirt's names: an authority, and what it signed for libvirtd and for this side. */
  function makeCertificates(): void {
    const make = (name: string, ...more: string[]) => {
      const key = [
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-keyout',
        file(`${name}key.pem`),
      ];
      const out = ['-subj', `/CN=${name}`, '-days', '2', '-out', file(`${name}cert.pem`)];
      execFileSync('openssl', ['req', '-x509', ...key, ...out, ...more], { stdio: 'pipe' });
    };
    make('ca');
    const signed = ['-CA', file('cacert.pem'), '-CAkey', file('cakey.pem')];
    const use = ['-addext', 'basicConstraints=critical,CA:FALSE', '-addext', 'keyUsage=digitalSignature'];
    make(
      'server',
      ...signed,
      ...use,
      '-addext',
      'extendedKeyUsage=serverAuth',
      '-addext',
      'subjectAltName=IP:127.0.0.1',
    );
    make('client', ...signed, ...use, '-addext', 'extendedKeyUsage=clientAuth');
  }

  /** Inside of libvirtd's namespaces, whose loopback and files of accounts are their own. */
  const inside = (...argv: string[]) => ['--target', libvirtd.namespaces, '--mount', '--net', '--', ...argv];

  async function startSshd(): Promise<ChildProcess> {
    for (const name of ['hostkey', 'userkey'])
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(name)]);
    const settings = {
      Port: '22',
      ListenAddress: '127.0.0.1',
      HostKey: file('hostkey'),
      AuthorizedKeysFile: file('userkey.pub'),
      PidFile: 'none',
      UsePAM: 'no',
      StrictModes: 'no',
      PermitRootLogin: 'yes',
    };
    writeFileSync(
      file('sshd_config'),
      Object.entries(settings)
        .map((pair) => pair.join(' '))
        .join('\n'),
    );
    // A root without this machine's start-up files.
    const account =
      "mkdir -p /run/sshd; sed 's,^root:.*,root:x:0:0:root:/run:/bin/sh,' /etc/passwd >/run/p; cat /run/p >/etc/passwd";
    execFileSync('nsenter', inside('sh', '-c', account));
    const child = spawn('nsenter', inside('/usr/sbin/sshd', '-D', '-e', '-f', file('sshd_config')), {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await once(createInterface({ input: child.stderr }), 'line');
    return child;
  }

  beforeAll(async () => {
    makeCertificates();
    const files = `key_file = "${file('serverkey.pem')}"\ncert_file = "${file('servercert.pem')}"\nca_file = "${file('cacert.pem')}"\n`;
    libvirtd = await startPrivateLibvirtd(`listen_tls = 1\nauth_tls = "none"\n${files}`, '--listen');
    sshd = await startSshd();
    writeFileSync(file('ssh'), '#!/bin/sh\nexec ssh -F none -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR "$@"\n', {
      mode: 0o755,
    });
  });
  afterAll(async () => {
    sshd?.kill();
    await libvirtd?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const ssh = () => `qemu+ssh://root@127.0.0.1/system?command=${file('ssh')}&no_verify=1&keyfile=${file('userkey')}`;
  const tls = (certificates = folder) => `qemu+tls://127.0.0.1/system?pkipath=${certificates}`;
  function remotely(uri: string, ...argv: string[]) {
    const { status, stdout, stderr } = spawnSync('nsenter', inside(bundle, ...argv, '--connect', uri), {
      cwd: exampleFolder,
      env: userEnvironment(),
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  }

  test('guests are listed, started, watched and ended', async () => {
    const definition =
      "<domain type='qemu'><name>far</name><memory unit='MiB'>32</memory><os><type>hvm</type></os></domain>";
    const { connect } = await import('@kvm/libvirt');
    await using connection = await connect({ uri: libvirtd.uri });
    await connection.defineDomain(definition);
    const states = (uri: string) => {
      const { status, stdout, stderr } = remotely(uri, 'list', '--json');
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      return JSON.parse(stdout).domains.map(({ name, state }: { name: string; state: string }) => `${name} ${state}`);
    };
    expect(states(ssh())).toEqual(['far shutoff']);
    expect(states(tls())).toEqual(['far shutoff']);
    expect(remotely(ssh(), 'start', 'far').status).toBe(0);
    expect(states(tls())).toEqual(['far running']);
    expect(JSON.parse(remotely(tls(), 'stats', '--json').stdout)).toMatchObject({ version: 1 });
    const { guests } = JSON.parse(remotely(ssh(), 'top', '--once', '--json', '--interval', '1').stdout);
    expect(guests).toMatchObject([{ name: 'far', state: 'running' }]);
    expect(remotely(tls(), 'kill', 'far').status).toBe(0);
    expect(states(ssh())).toEqual(['far shutoff']);
  });

  test('what is wrong is told, and how to mend it', () => {
    const refused = remotely(tls('/nonexistent'), 'list');
    expect(refused).toMatchObject({ status: 1, stdout: '' });
    expect(refused.stderr).toContain('there is no certificate authority /nonexistent/cacert.pem');
    const unknown = remotely(ssh().replace(file('userkey'), file('hostkey')), 'list');
    expect(unknown).toMatchObject({ status: 1, stdout: '' });
    expect(unknown.stderr).toContain('Permission denied');
    const misdirected = kvmctl(['plan', '--connect', 'qemu+ssh://root@host2/system']);
    expect(misdirected).toMatchObject({ status: 64, stdout: '' });
    expect(misdirected.stderr).toContain('Name the host: --host=ssh://root@HOST');
  });
});
