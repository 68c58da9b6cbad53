import { Namespace } from '@kvm/ci/namespace';
import { needs } from '@kvm/ci/needs';
import { type Argv, lockHost } from '@kvm/host/run';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle } from './bundled.ts';

const rounds = Number(process.env.KVM_ATTACKS ?? 20);

/** Programs that kvmctl, and what it runs, look for. */
const names = [
  'sh',
  'bash',
  'env',
  'nft',
  'ip',
  'lvs',
  'lvm',
  'cat',
  'stat',
  'flock',
  'ssh',
  'unshare',
  'nsenter',
  'awk',
  'iptables',
  'iptables-save',
  'ipset',
  'sysctl',
  'timeout',
  'openssl',
  'stty',
  'dd',
  'id',
];

const paths = [
  '',
  ':',
  '.',
  './',
  '..',
  '/nowhere::/usr/bin',
  'undefined',
  '/usr/bin:.',
  '.:/usr/sbin:/usr/bin:/sbin:/bin',
];

/** What makes shells, loaders and interpreters read what lies in the working folder. */
const environments: readonly Readonly<Record<string, string>>[] = [
  {},
  { BASH_ENV: './sh', ENV: './sh' },
  { LD_LIBRARY_PATH: '.', LD_PRELOAD: './trap.so' },
  { PERL5LIB: '.', PYTHONPATH: '.', OPENSSL_CONF: './openssl.cnf' },
  { HOME: '.', SHELL: './sh', LVM_SYSTEM_DIR: '.', XDG_RUNTIME_DIR: '.', SSH_AUTH_SOCK: './agent' },
  { IFS: '/', CDPATH: '.', GCONV_PATH: '.', LOCPATH: '.' },
];

const commands = [
  ['plan', '--connect', 'test:///default'],
  ['doctor', '--connect', 'test:///default'],
  ['firewall', 'prove', '--backend', 'nft'],
  ['firewall', 'counters'],
  ['disk', 'list'],
  ['plan', '--host', 'ssh://root@127.0.0.1'],
];

const inventory = `
host: { name: trapped, address: 192.168.100.1/24 }
guests:
  web: { vmid: 65 }
policy:
  - { from: lan, to: web, service: ssh }
`;

describe.skipIf(needs('root', 'unshare', 'nsenter', 'setpriv', 'flock', 'nft', 'ssh'))('a local user', () => {
  let host: Namespace;
  beforeAll(async () => {
    host = await Namespace.open();
    host.sh('chmod 755 /run; mount -t tmpfs -o mode=755 tmpfs /var/log; mkdir -m 777 /run/theirs');
    host.write('/run/inventory.yaml', inventory);
  });
  afterAll(() => host?.close());

  const asNobody = (script: string) =>
    host.attempt('setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', 'sh', '-c', script);

  test('who owns the working folder has nothing of it run by root, whatever PATH and environment are', () => {
    const trap = `#!/bin/sh\\n/usr/bin/id -u >>/run/theirs/trapped\\n`;
    const planted = asNobody(`cd /run/theirs && mkdir -p undefined && for folder in . undefined; do
        for name in ${names.join(' ')}; do printf '${trap}' >$folder/$name; chmod 755 $folder/$name; done; done`);
    expect(planted, planted.stderr).toMatchObject({ status: 0 });
    let [tried, right] = [0, 0];
    try {
      for (const path of [undefined, ...paths])
        for (const environment of environments) {
          const words = commands[tried % commands.length] ?? [];
          tried += 1;
          const variables = { ...(path !== undefined && { PATH: path }), ...environment };
          // The loader would heed them for env and Node themselves: what is tried is what kvmctl gives on.
          const env = Object.entries(variables).filter(
            ([name]) => !name.startsWith('LD_') || name === 'LD_LIBRARY_PATH',
          );
          const run = host.attempt(
            ...['/usr/bin/env', '--ignore-environment', '--chdir=/run/theirs', ...env.map((pair) => pair.join('='))],
            ...[process.execPath, bundle, '-i', '/run/inventory.yaml', ...words],
          );
          const what = `${words.join(' ')} with ${JSON.stringify(variables)}`;
          expect(run.stderr, what).not.toContain('mistake in kvmctl itself');
          expect(host.sh('cat /run/theirs/trapped 2>/dev/null || true'), what).toBe('');
          right += 1;
        }
    } finally {
      console.log(`working folder: ${tried} tried, ${right} right`);
    }
    // The trap does work.
    host.attempt('/usr/bin/env', '--chdir=/run/theirs', 'PATH=.', 'id');
    expect(host.sh('cat /run/theirs/trapped')).toBe('0\n');
  }, 600_000);

  test(`${rounds} times at once, a user attacks the lock: nobody else is kept out, and nothing is given away`, async () => {
    const access = {
      name: 'host',
      command: (argv: Argv) => host.inside(argv),
      connect: () => Promise.reject(new Error('no libvirtd')),
    };
    const attacks = [
      'flock -n /run/kvmctl/lock sleep 1',
      'flock -n /run/kvmctl sleep 1',
      'exec 9</run/kvmctl/lock',
      'cat /run/kvmctl/holder',
      'ls /run/kvmctl',
      'rm -rf /run/kvmctl /run/kvmctl/lock',
      'mv /run/kvmctl /run/theirs/',
      'ln -sfn /run/theirs /run/kvmctl',
      'mkdir /run/kvmctl',
      'ln -sf /etc/passwd /var/log/kvmctl.jsonl',
      'cat /var/log/kvmctl.jsonl',
      'echo >>/var/log/kvmctl.jsonl',
      'ln /run/kvmctl/lock /run/theirs/lock',
      'cat /proc/[0-9]*/fd/9',
    ];
    const count = { tried: 0, right: 0 };
    const attackAll = (moment: string): void => {
      for (const attack of attacks) {
        count.tried += 1;
        const { status, stdout } = asNobody(attack);
        expect({ attack, moment, failed: status !== 0, stdout }).toMatchObject({ failed: true, stdout: '' });
        count.right += 1;
      }
    };
    try {
      for (let round = 0; round < rounds; round++) {
        const lock = await lockHost(access, 'me');
        lock.log({ event: 'secret' });
        attackAll('held');
        expect(lock.lost.aborted).toBe(false);
        await lock[Symbol.asyncDispose]();
        attackAll('released');
      }
    } finally {
      console.log(`the lock: ${count.tried} tried, ${count.right} right`);
    }
    expect(host.run('stat', '-c', '%a %u', '/run/kvmctl', '/var/log/kvmctl.jsonl')).toBe('700 0\n600 0\n');
  }, 600_000);
});
