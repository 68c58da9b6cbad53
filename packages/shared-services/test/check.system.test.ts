import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { daemonsFolder } from '@kvm/ci/daemons';
import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type MachineSetup,
  renderAnsible,
  renderCloudInit,
  renderServices,
  type SharedServices,
} from '../src/index.ts';
import { checkFiles, makeSecrets, type RunProgram, runHere, withSecrets } from '../src/run/index.ts';
import { firstOfEach, onSystem, room } from './rooms.ts';

/** Runs a program of the daemons' folder, laid over this machine's files. */
const overlay = `
set -eu
mount -t tmpfs room /mnt
mkdir /mnt/empty /mnt/daemons /mnt/root
mount -t overlay -o "lowerdir=$1:/mnt/empty" overlay /mnt/daemons
mount -t overlay -o lowerdir=/mnt/daemons:/ overlay /mnt/root
for place in tmp proc dev; do mount --rbind "/$place" "/mnt/root/$place"; done
shift
exec chroot /mnt/root "$@"
`;

type Spoil = (content: string) => string;

const append =
  (line: string): Spoil =>
  (content) =>
    `${content}${line}\n`;

const replace =
  (what: string | RegExp, by: string): Spoil =>
  (content) => {
    const spoilt = content.replace(what, by);
    if (spoilt === content) throw new Error(`nothing there to spoil: ${what}`);
    return spoilt;
  };

interface Spoilt {
  readonly what: string;
  readonly machine: string;
  readonly path: string;
  readonly spoil: Spoil;
}

const spoilt = (what: string, machine: string, path: string, spoil: Spoil): Spoilt => ({ what, machine, path, spoil });

const paths = {
  syslogNg: '/etc/syslog-ng/syslog-ng.conf',
  rsyslog: '/etc/rsyslog.d/kvm.conf',
  dnsmasq: '/etc/dnsmasq.d/kvm.conf',
  chrony: '/etc/chrony/chrony.conf',
  slapd: '/etc/kvm/ldap/config.ldif',
  postfix: '/etc/postfix/main.cf',
  sssd: '/etc/sssd/sssd.conf',
  msmtp: '/etc/msmtprc',
  mount: '/etc/systemd/system/nfs-home.mount',
};

describe.skipIf(needs('root', 'unshare', 'apt-get', 'openssl', 'systemd-analyze'))("each program's own checker", () => {
  let folder: string;
  let machines: MachineSetup[];
  let run: RunProgram;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kvm-checkers-'));
    const services = room({ ...firstOfEach, files: 'systemd' }, ['web', 'db']);
    const logs = services.logs && {
      ...services.logs,
      server: 'db',
      clients: [{ machine: 'common', implementation: 'rsyslog' as const }],
    };
    /** Each declaration has secrets of its own: what another one has is nothing to it. */
    const filled = async (name: string, declared: SharedServices): Promise<MachineSetup[]> => {
      const secrets = join(folder, `secrets${name}`);
      await makeSecrets(declared, { folder: secrets });
      const setups = await withSecrets(renderServices(declared), secrets);
      return setups.map((setup) => ({ ...setup, machine: `${setup.machine}${name}` }));
    };
    machines = [
      ...(await filled('', services)),
      ...(await filled('-relp', { ...services, ...(logs && { logs }) })),
      ...(await filled('-rhel', onSystem(services, 'web', 'rhel'))),
    ];
    const daemons = await daemonsFolder();
    run = ([program, ...words]) =>
      runHere(['unshare', '--mount', 'bash', '-c', overlay, 'checker', daemons, program, ...words]);
  });

  afterAll(() => rm(folder, { recursive: true }));

  test('takes what is rendered', async () => {
    const results = (await Promise.all(machines.map((machine) => checkFiles(machine, run)))).flat();
    expect(results.filter(({ verdict }) => verdict !== 'good')).toEqual([]);
    expect(new Set(results.map(({ program }) => program))).toEqual(
      new Set([
        ...['syslog-ng', 'rsyslogd', 'dnsmasq', 'chronyd', 'slapadd', 'postconf', 'sssctl', 'msmtp', 'systemd-analyze'],
      ]),
    );
  });

  /** What the programs say of files that are spoilt, by what was done to them: all of a machine's are at once. */
  const verdicts = async (spoils: readonly Spoilt[]): Promise<Record<string, string | undefined>> => {
    const said = machines.map(async ({ machine, files }) => {
      const own = spoils.filter((each) => each.machine === machine);
      if (own.length === 0) return [];
      const changed = files.map((file) => {
        const spoil = own.find(({ path }) => path === file.path);
        return spoil ? { ...file, content: spoil.spoil(file.content) } : file;
      });
      const results = await checkFiles({ machine, files: changed }, run);
      return own.map(({ what, path }) => [what, results.find((result) => result.path === path)?.verdict] as const);
    });
    return Object.fromEntries((await Promise.all(said)).flat());
  };

  test('refuses what is spoilt', async () => {
    const found = await verdicts([
      spoilt('syslog-ng: an unknown option', 'common', paths.syslogNg, append('options { nonsense(yes); };')),
      spoilt('rsyslogd: an unknown module', 'db-relp', paths.rsyslog, append('module(load="nonsense")')),
      spoilt('dnsmasq: an unknown option', 'common', paths.dnsmasq, append('nonsense=1')),
      spoilt('chronyd: an unknown directive', 'web', paths.chrony, append('nonsense 1')),
      spoilt('slapadd: an unknown attribute', 'common', paths.slapd, replace('olcSuffix:', 'olcNonsense:')),
      spoilt('postconf: a misspelt parameter', 'common', paths.postfix, append('smtpd_tls_securty_level = encrypt')),
      spoilt('sssctl: an unknown option', 'web', paths.sssd, append('nonsense = 1')),
      spoilt('msmtp: an unknown command', 'web', paths.msmtp, append('nonsense on')),
      spoilt('systemd: a mount of another place', 'web', paths.mount, replace('Where=/nfs/home', 'Where=/nfs/other')),
    ]);
    expect(found).toEqual(Object.fromEntries(Object.keys(found).map((what) => [what, 'broken'])));
    expect(Object.keys(found)).toHaveLength(9);
  });

  // Why verifyServices looks at names, certificates and addresses itself.
  test('does not see what only a start would show', async () => {
    const found = await verdicts([
      spoilt(
        'syslog-ng: no such destination',
        'common',
        paths.syslogNg,
        append('log { source(s_local); destination(d_no); };'),
      ),
      spoilt('rsyslogd: a bad port', 'db-relp', paths.rsyslog, replace('port="2514"', 'port="none"')),
      spoilt('dnsmasq: no such user', 'common', paths.dnsmasq, append('user=nonsense')),
      spoilt('chronyd: no NTS key', 'common', paths.chrony, replace(/^ntsserverkey .*$/m, 'ntsserverkey /nonsense')),
      spoilt('slapadd: no key', 'common', paths.slapd, replace(/^(olcTLSCertificateKeyFile:) .*$/m, '$1 /nonsense')),
      spoilt('msmtp: no authority', 'web', paths.msmtp, replace(/^tls_trust_file .*$/m, 'tls_trust_file /nonsense')),
    ]);
    expect(found).toEqual(Object.fromEntries(Object.keys(found).map((what) => [what, 'good'])));
    expect(Object.keys(found)).toHaveLength(6);
  });

  test('cloud-init knows all that user-data asks for, and refuses what is no user-data', async () => {
    const judge = async (name: string, text: string): Promise<number> => {
      const file = join(folder, `${name}.yaml`);
      await writeFile(file, text);
      const { exitCode } = await run(['cloud-init', 'schema', '-c', file]);
      return exitCode;
    };
    const texts = machines.map((machine): [string, string] => [machine.machine, renderCloudInit(machine)]);
    const codes = await Promise.all(texts.map(([name, text]) => judge(name, text)));
    expect(codes).toEqual(machines.map(() => 0));
    expect(await judge('broken', (texts[0]?.[1] ?? '').replace('defer: true', 'defer: maybe'))).toBe(1);
  });

  test('Ansible takes the playbook, and refuses one with an unknown module', async () => {
    const judge = async (name: string, text: string): Promise<number> => {
      const file = join(folder, name, 'playbook.yml');
      await mkdir(dirname(file));
      await writeFile(file, text);
      const hosts = `${machines.map(({ machine }) => machine).join()},`;
      // It wants a folder of its own, and a locale of UTF-8.
      const { exitCode } = await run([
        ...(['env', `HOME=${folder}`, 'LC_ALL=C.UTF-8', 'ansible-playbook'] as const),
        ...['--syntax-check', '-i', hosts, file],
      ]);
      return exitCode;
    };
    const playbook = renderAnsible(machines, (machine) => `${machine}/root`);
    expect(await judge('good', playbook)).toBe(0);
    expect(await judge('broken', playbook.replace('ansible.builtin.copy:', 'ansible.builtin.cpy:'))).not.toBe(0);
  });
});
