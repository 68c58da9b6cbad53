import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Daemon, startDaemon } from '@kvm/ci/libvirt-daemon';
import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run, runBesideDaemon } from './script.ts';

const programs = [
  'root',
  'unshare',
  'nsenter',
  'libvirtd',
  'openssl',
  'ssh',
  'sshd',
  'ssh-keygen',
  'nc',
  'virt-ssh-helper',
  'saslpasswd2',
];
describe.skipIf(needs(...programs))('libvirtd from elsewhere', () => {
  let daemon: Daemon;
  let sshd: ChildProcess;
  let folder: string;

  const must = async (file: string, args: string[], input?: string): Promise<void> => {
    const { exitCode, stderr } = await run(file, args, input);
    if (exitCode !== 0) throw new Error(`${file} ${args.join(' ')}: ${stderr}`);
  };

  /** A certificate authority, and what it or another signed: server, client and stranger. */
  async function makeCertificates(): Promise<void> {
    const key = (name: string) => [
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      join(folder, `${name}key.pem`),
    ];
    for (const authority of ['ca', 'otherca']) {
      const out = join(folder, authority === 'ca' ? 'cacert.pem' : 'othercacert.pem');
      await must('openssl', [
        'req',
        '-x509',
        ...key(authority),
        '-subj',
        `/CN=${authority}`,
        '-days',
        '2',
        '-out',
        out,
      ]);
    }
    for (const [name, authority, usage] of [
      ['server', 'ca', 'serverAuth'],
      ['client', 'ca', 'clientAuth'],
      ['stranger', 'otherca', 'clientAuth'],
    ] as const) {
      const request = join(folder, `${name}.csr`);
      await must('openssl', ['req', '-new', ...key(name), '-subj', `/CN=${name}`, '-out', request]);
      const extensions = join(folder, `${name}.ext`);
      await writeFile(
        extensions,
        `subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=${usage}\nkeyUsage=digitalSignature\n`,
      );
      await must('openssl', [
        ...[
          'x509',
          '-req',
          '-in',
          request,
          '-days',
          '2',
          '-extfile',
          extensions,
          '-out',
          join(folder, `${name}cert.pem`),
        ],
        ...[
          '-CA',
          join(folder, authority === 'ca' ? 'cacert.pem' : 'othercacert.pem'),
          '-CAkey',
          join(folder, `${authority}key.pem`),
        ],
      ]);
    }
    await mkdir(join(folder, 'stranger'));
    for (const [from, to] of [
      ['cacert', 'cacert'],
      ['strangercert', 'clientcert'],
      ['strangerkey', 'clientkey'],
    ])
      await writeFile(join(folder, 'stranger', `${to}.pem`), await readFile(join(folder, `${from}.pem`)));
  }

  async function startSshd(): Promise<void> {
    for (const name of ['hostkey', 'userkey', "it's a key"])
      await must('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
    const config = join(folder, 'sshd_config');
    const settings = {
      Port: '2222',
      ListenAddress: '127.0.0.1',
      HostKey: join(folder, 'hostkey'),
      AuthorizedKeysFile: join(folder, 'userkey.pub'),
      PidFile: 'none',
      UsePAM: 'no',
      StrictModes: 'no',
      PermitRootLogin: 'yes',
    };
    await writeFile(
      config,
      Object.entries(settings)
        .map((pair) => pair.join(' '))
        .join('\n'),
    );
    // Without the user's own known_hosts file, which a test has no business with.
    await writeFile(
      join(folder, 'ssh'),
      '#!/bin/sh\nexec ssh -F none -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR "$@"\n',
    );
    await chmod(join(folder, 'ssh'), 0o755);
    await mkdir(`/proc/${daemon.namespaces}/root/run/sshd`);
    sshd = spawn(
      'nsenter',
      ['--target', `${daemon.namespaces}`, '--mount', '--net', '/usr/sbin/sshd', '-D', '-e', '-f', config],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    if (sshd.stderr) await once(sshd.stderr, 'data');
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'transports-'));
    await makeCertificates();
    await writeFile(
      join(folder, 'libvirt.conf'),
      `mech_list: scram-sha-256 plain\nauxprop_plugin: sasldb\nsasldb_path: ${join(folder, 'passwd.db')}\n`,
    );
    await must('saslpasswd2', ['-p', '-c', '-f', join(folder, 'passwd.db'), '-a', 'libvirt', 'admin'], 'geheim');
    daemon = await startDaemon(
      `listen_tls = 1\nauth_tls = "none"\nkey_file = "${folder}/serverkey.pem"\ncert_file = "${folder}/servercert.pem"\nca_file = "${folder}/cacert.pem"\n`,
      { LIBVIRTD_ARGS: '--listen' },
    );
    await startSshd();
  });
  afterAll(async () => {
    sshd?.kill();
    await daemon?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  /** What a program prints that connects beside the daemon. */
  async function outcome(options: object, beside = daemon): Promise<string> {
    const program = `
      import { connect } from '@kvm/libvirt';
      const outcome = connect(${JSON.stringify(options)}).then(async (connection) => {
        const [version, { length }] = await Promise.all([connection.libVersion(), await connection.listDomains()]);
        await connection.close();
        return 'connected ' + (version.length > 0) + ' ' + length;
      });
      console.log(await outcome.catch(({ code, message }) => code + ' ' + message));`;
    const { stdout, stderr } = await runBesideDaemon(beside, program);
    return stdout.trim() + stderr;
  }

  describe('over TLS', () => {
    test.each(['127.0.0.1', 'localhost'])('with certificates, by the name %s', async (host) => {
      expect(await outcome({ uri: `qemu+tls://${host}/system?pkipath=${folder}` })).toBe('connected true 0');
    });

    test("a client of another authority's is refused", async () => {
      expect(await outcome({ uri: `qemu+tls://127.0.0.1/system?pkipath=${folder}/stranger` })).toMatch(/^TLS_REFUSED /);
    });

    test('a server of another name is not trusted, unless nobody looks', async () => {
      await writeFile(`/proc/${daemon.namespaces}/root/run/hosts`, '127.0.0.1 other.example\n');
      expect(await outcome({ uri: `qemu+tls://127.0.0.2/system?pkipath=${folder}` })).toMatch(
        /^TLS_REFUSED .*127\.0\.0\.2/,
      );
      expect(await outcome({ uri: `qemu+tls://127.0.0.2/system?pkipath=${folder}&no_verify=1` })).toBe(
        'connected true 0',
      );
    });

    test('a libvirtd whose certificate was revoked is refused, as by virsh', async () => {
      const revoked = join(folder, 'revoking');
      await mkdir(revoked);
      for (const name of ['cacert', 'clientcert', 'clientkey'])
        await writeFile(join(revoked, `${name}.pem`), await readFile(join(folder, `${name}.pem`)));
      await writeFile(join(revoked, 'index'), '');
      await writeFile(
        join(revoked, 'ca.conf'),
        `[ca]\ndefault_ca=d\n[d]\ndatabase=${revoked}/index\ndefault_md=sha256\n`,
      );
      const ca = [
        'ca',
        '-config',
        join(revoked, 'ca.conf'),
        '-cert',
        join(folder, 'cacert.pem'),
        '-keyfile',
        join(folder, 'cakey.pem'),
      ];
      const list = () => must('openssl', [...ca, '-gencrl', '-crldays', '2', '-out', join(revoked, 'cacrl.pem')]);
      const uri = `qemu+tls://127.0.0.1/system?pkipath=${revoked}`;
      const virsh = () =>
        run('nsenter', ['--target', `${daemon.namespaces}`, '--mount', '--net', 'virsh', '-c', uri, 'uri']);
      await list();
      expect(await outcome({ uri })).toBe('connected true 0');
      expect((await virsh()).exitCode).toBe(0);
      await must('openssl', [...ca, '-revoke', join(folder, 'servercert.pem')]);
      await list();
      expect(await outcome({ uri })).toMatch(/^TLS_REFUSED .*certificate revoked/);
      expect((await virsh()).stderr).toContain('revoked');
      await writeFile(join(revoked, 'cacrl.pem'), 'no list');
      expect(await outcome({ uri })).toMatch(/^TLS_REFUSED .*holds no list of revoked certificates/);
    });

    test('without an authority, or a libvirtd', async () => {
      expect(await outcome({ uri: 'qemu+tls://127.0.0.1/system?pkipath=/none' })).toMatch(
        /^TLS_REFUSED there is no certificate authority \/none\/cacert.pem/,
      );
      expect(await outcome({ uri: `qemu+tls://127.0.0.1:1/system?pkipath=${folder}` })).toMatch(
        /^CONNECT_FAILED nothing answers at 127.0.0.1:1/,
      );
    });
  });

  describe('over ssh', () => {
    const uri = (parameters = '', key = 'userkey') =>
      `qemu+ssh://root@127.0.0.1:2222/system?command=${folder}/ssh&no_verify=1&keyfile=${encodeURIComponent(join(folder, key))}${parameters}`;

    test.each([
      ['virt-ssh-helper where it is', ''],
      ['virt-ssh-helper alone', '&proxy=native'],
      ['netcat', '&proxy=netcat'],
      ['netcat and a socket named', '&netcat=/usr/bin/nc&socket=/run/libvirt/libvirt-sock'],
    ])('by %s', async (_what, parameters) => {
      expect(await outcome({ uri: uri(parameters) })).toBe('connected true 0');
    });

    test('what goes wrong there is told', async () => {
      expect(await outcome({ uri: uri('&socket=/run/none') })).toMatch(
        /^CONNECT_FAILED no libvirtd over ssh on 127.0.0.1: there is no socket \/run\/none/,
      );
      expect(await outcome({ uri: uri('', "it's a key") })).toMatch(/^CONNECT_FAILED .*Permission denied/);
      expect(await outcome({ uri: uri().replace(`${folder}/ssh`, '/none/ssh') })).toMatch(
        /^CONNECT_FAILED ssh could not be run/,
      );
    });

    test('nothing in a URI is run', async () => {
      const marker = join(folder, 'marker');
      const text = `'; touch ${marker}; ' "; touch ${marker}; " $(touch ${marker}) \`touch ${marker}\` ; touch ${marker} &`;
      for (const parameter of ['socket', 'netcat', 'proxy=native&name'])
        await outcome({ uri: uri(`&${parameter}=${encodeURIComponent(text)}`) });
      await expect(readFile(marker)).rejects.toThrow('ENOENT');
    });
  });

  test.each([
    ['SCRAM-SHA-256', 'scram-sha-256'],
    ['PLAIN', 'plain'],
  ])('a user and a password, by %s', async (_name, mechanism) => {
    await writeFile(
      join(folder, 'libvirt.conf'),
      `mech_list: ${mechanism}\nauxprop_plugin: sasldb\nsasldb_path: ${join(folder, 'passwd.db')}\n`,
    );
    await using asking = await startDaemon(
      `auth_unix_rw = "sasl"\nlisten_tls = 1\nauth_tls = "sasl"\nkey_file = "${folder}/serverkey.pem"\ncert_file = "${folder}/servercert.pem"\nca_file = "${folder}/cacert.pem"\n`,
      { SASL_CONF_PATH: folder, LIBVIRTD_ARGS: '--listen' },
    );
    const credentials = { user: 'admin', password: 'geheim', mechanism: _name };
    const untold = { user: 'admin', password: 'geheim' };
    const tls = `qemu+tls://127.0.0.1/system?pkipath=${folder}`;
    expect(await outcome({ credentials }, asking)).toBe('connected true 0');
    expect(await outcome({ credentials: untold, uri: tls }, asking)).toBe('connected true 0');
    const refused = /^AUTH_UNSUPPORTED libvirtd wants the password as it is/;
    const shown = _name === 'PLAIN' ? refused : /^connected true 0$/;
    expect(await outcome({ credentials: untold }, asking)).toMatch(shown);
    expect(await outcome({ credentials: untold, uri: `${tls}&no_verify=1` }, asking)).toMatch(shown);
    expect(await outcome({ credentials, uri: `${tls}&no_verify=1` }, asking)).toMatch(shown);
    expect(await outcome({ credentials: { ...credentials, password: 'falsch' } }, asking)).toMatch(
      /^VIR_ERR_AUTH_FAILED/,
    );
    expect(await outcome({}, asking)).toMatch(/^AUTH_FAILED .*credentials/);
  });
});
