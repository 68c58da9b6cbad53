import type { ProgramResult } from '@kvm/command';

/** A program that judges a file of its own, and how its answer is to be read. */
export interface Checker {
  readonly program: string;
  /** Whether it is for this file. */
  readonly reads: (path: string) => boolean;
  /** @param file where the file lies; `scratch` is an empty folder */
  readonly command: (file: string, scratch: string) => readonly [string, ...string[]];
  /** What has to be otherwise where only checks are made. */
  readonly edit?: (text: string, scratch: string) => string;
  /** What is wrong; undefined when nothing is. Without it, an exit status of 0 is good. */
  readonly fault?: (result: ProgramResult) => string | undefined;
}

const is =
  (...wanted: readonly string[]) =>
  (path: string): boolean =>
    wanted.includes(path);

const folderOf = (file: string): string => file.slice(0, file.lastIndexOf('/'));

/**
 * Each program's own checker. ssmtp, timesyncd, ntpsec, autofs and exportfs have none that tells; nslcd and sshd would want
 * to be where they are to run.
 */
export const checkers: readonly Checker[] = [
  {
    program: 'syslog-ng',
    reads: is('/etc/syslog-ng/syslog-ng.conf'),
    command: (file) => ['syslog-ng', '-s', '-f', file],
  },
  { program: 'rsyslogd', reads: is('/etc/rsyslog.d/kvm.conf'), command: (file) => ['rsyslogd', '-N1', '-f', file] },
  {
    program: 'dnsmasq',
    reads: is('/etc/dnsmasq.d/kvm.conf'),
    command: (file) => ['dnsmasq', '--test', '-C', file],
  },
  {
    program: 'chronyd',
    reads: is('/etc/chrony/chrony.conf', '/etc/chrony.conf'),
    command: (file) => ['chronyd', '-p', '-f', file],
  },
  {
    program: 'slapadd',
    reads: is('/etc/kvm/ldap/config.ldif'),
    command: (file, scratch) => ['slapadd', '-n0', '-F', scratch, '-l', file],
    // The database's folder has to be there.
    edit: (text, scratch) => text.replace(/^olcDbDirectory: .*$/m, `olcDbDirectory: ${scratch}`),
  },
  {
    program: 'postconf',
    reads: is('/etc/postfix/main.cf'),
    command: (file) => ['postconf', '-c', folderOf(file), '-n'],
    // It ends with 0 whatever it finds: a misspelt parameter is only a warning.
    fault: ({ exitCode, stderr }) =>
      exitCode !== 0 || /unused parameter|error:|fatal:/.test(stderr) ? stderr.trim() : undefined,
  },
  {
    program: 'sssctl',
    reads: is('/etc/sssd/sssd.conf'),
    // It fails where its folder of snippets is missing.
    command: (file, scratch) => ['sssctl', 'config-check', '-c', file, '-s', scratch],
  },
  {
    program: 'msmtp',
    reads: is('/etc/msmtprc'),
    command: (file) => ['msmtp', '-C', file, '-P', 'root@localhost'],
  },
  {
    program: 'systemd-analyze',
    reads: (path) => /\.(?:mount|automount)$/.test(path),
    command: (file) => ['systemd-analyze', 'verify', file],
  },
];
