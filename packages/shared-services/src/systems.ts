import type { Implementation, Machine, ServiceName, System } from './declaration.ts';
import type { Handler, MachineSetup, ServiceFile } from './machine-setup.ts';

/** How a system differs from Debian, by whose names and places everything is rendered. */
interface Layout {
  /** The programs of which only names and places differ there. */
  readonly programs: { readonly [Name in ServiceName]?: readonly Implementation<Name>[] };
  /** Packages by Debian's name; those that are called the same are not listed. */
  readonly packages: Readonly<Record<string, readonly string[]>>;
  readonly units: Readonly<Record<string, readonly string[]>>;
  /** Where a file lies; nowhere when another program writes it. */
  readonly paths: Readonly<Record<string, string | undefined>>;
  /** Words of files, by their path on Debian. */
  readonly words: readonly (readonly [path: string, debian: string, there: string])[];
  /** Commands by their first word. */
  readonly commands: Readonly<Record<string, readonly (readonly string[])[]>>;
  /** Commands that only this system needs, with the file on Debian for which it does. */
  readonly more: readonly (readonly [debianPath: string, command: readonly string[]])[];
}

/** Red Hat's, Fedora and those made of them; msmtp and syslog-ng are in EPEL. authselect writes PAM's and nsswitch's files. */
const rhel: Layout = {
  programs: {
    auth: ['sssd'],
    logs: ['syslog-ng', 'rsyslog', 'journald'],
    files: ['autofs', 'systemd'],
    mail: ['msmtp'],
    dns: ['resolv.conf', 'systemd-resolved'],
    time: ['chrony'],
  },
  packages: {
    'libnss-sss': ['sssd-client'],
    'libpam-sss': ['authselect', 'oddjob-mkhomedir'],
    'libsss-sudo': ['libsss_sudo'],
    'syslog-ng-core': ['syslog-ng'],
    'nfs-common': ['nfs-utils'],
    'msmtp-mta': [],
  },
  units: { 'chrony.service': ['chronyd.service'], 'sssd.service': ['sssd.service', 'oddjobd.service'] },
  paths: { '/etc/chrony/chrony.conf': '/etc/chrony.conf', '/etc/nsswitch.conf': undefined },
  words: [
    ['/etc/idmapd.conf', 'nogroup', 'nobody'],
    ['/etc/rsyslog.d/kvm.conf', '/var/spool/rsyslog', '/var/lib/rsyslog'],
    ['/etc/syslog-ng/syslog-ng.conf', '@version: 3.38', '@version: 3.35'],
  ],
  commands: {
    'pam-auth-update': [['authselect', 'select', 'sssd', 'with-sudo', 'with-mkhomedir', '--force']],
  },
  more: [],
};

/** Alpine, with OpenRC. Its C library has no name service switch, and so no sssd that would name people. */
const alpine: Layout = {
  programs: { logs: ['syslog-ng'], files: ['autofs'], mail: ['msmtp'], dns: ['resolv.conf'], time: ['chrony'] },
  packages: {
    'syslog-ng-core': ['syslog-ng', 'syslog-ng-scl'],
    'nfs-common': ['nfs-utils'],
    'msmtp-mta': [],
  },
  units: { 'chrony.service': ['chronyd'], 'syslog-ng.service': ['syslog-ng'], 'autofs.service': ['autofs'] },
  paths: { '/etc/auto.master.d/kvm.autofs': '/etc/autofs/auto.master.d/kvm.autofs' },
  words: [],
  commands: {},
  more: [['/etc/msmtprc', ['ln', '-sf', '/usr/bin/msmtp', '/usr/sbin/sendmail']]],
};

const layouts = { rhel, alpine } as const satisfies Record<Exclude<System, 'debian'>, Layout>;

/** The programs that a system's guests may use for a service; all of them when there is nothing to say against any. */
export function programsOn<Name extends ServiceName>(
  system: System | undefined,
  service: Name,
): readonly Implementation<Name>[] | undefined {
  if (system === undefined || system === 'debian') return undefined;
  const { programs }: Layout = layouts[system];
  return programs[service] ?? [];
}

/** A setup as its machine's system has it. */
export function layOutFor({ system = 'debian' }: Machine, setup: Omit<MachineSetup, 'system'>): MachineSetup {
  if (system === 'debian') return { ...setup, system };
  const layout: Layout = layouts[system];
  const { packages, words } = layout;
  return {
    system,
    machine: setup.machine,
    packages: [...new Set(setup.packages.flatMap((name) => packages[name] ?? [name]))].sort(),
    files: setup.files.flatMap((file): ServiceFile[] => {
      const path = placeIn(layout, file.path);
      if (path === undefined) return [];
      const own = words.filter(([of]) => of === file.path);
      return [{ ...file, path, content: own.reduce((text, [, from, to]) => text.replace(from, to), file.content) }];
    }),
    handlers: setup.handlers.map((handler) => handlerIn(layout, handler)),
  };
}

const placeIn = ({ paths }: Layout, path: string): string | undefined => (path in paths ? paths[path] : path);

function handlerIn(layout: Layout, handler: Handler): Handler {
  const there = (units: readonly string[]): string[] => units.flatMap((unit) => layout.units[unit] ?? [unit]);
  return {
    ...handler,
    reads: handler.reads.flatMap((path) => placeIn(layout, path) ?? []),
    commands: [
      ...handler.commands.flatMap((command) => layout.commands[command[0] ?? ''] ?? [command]),
      ...layout.more.flatMap(([of, command]) => (handler.reads.includes(of) ? [command] : [])),
    ],
    units: there(handler.units),
    started: there(handler.started),
    own: there(handler.own),
  };
}
