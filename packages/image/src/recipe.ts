/** Releases of Debian that there is a recipe for, by the names that an inventory writes. */
const suites = { 'debian-12': 'bookworm', 'debian-13': 'trixie' } as const;

export type DebianRelease = keyof typeof suites;

/** How a golden tarball is made: the words that mmdebstrap(1) is run with, without the file that it writes. */
export interface Recipe {
  readonly name: DebianRelease;
  /** As Debian's mirror calls it. */
  readonly suite: string;
  readonly options: readonly string[];
}

/**
 * What a guest needs to be logged in to: it boots by systemd, has its address by ifupdown, answers ssh, and powers off when its
 * power button is pressed (logind, which needs dbus). The kernel is the host's.
 */
const packages = ['systemd-sysv', 'udev', 'dbus', 'iproute2', 'ifupdown', 'openssh-server', 'netbase'];

/** What would be the same in every guest and must not be. */
const forgetIdentity =
  'rm -f "$1"/etc/ssh/ssh_host_* "$1"/var/lib/dbus/machine-id "$1"/etc/hostname "$1"/etc/resolv.conf; : >"$1"/etc/machine-id';

/** The recipe of a release: small, without a kernel, a boot loader, manuals, and anything that tells one guest from another. */
export const debianRecipe = (name: DebianRelease): Recipe => ({
  name,
  suite: suites[name],
  options: [
    ...['--quiet', '--mode=root', '--variant=minbase', `--include=${packages.join(',')}`],
    ...['--dpkgopt=path-exclude=/usr/share/man/*', '--dpkgopt=path-exclude=/usr/share/locale/*'],
    ...['--dpkgopt=path-exclude=/usr/share/doc/*', '--dpkgopt=path-include=/usr/share/doc/*/copyright'],
    `--customize-hook=${forgetIdentity}`,
  ],
});
