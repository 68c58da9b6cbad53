/**
 * The oldest and the newest release of libvirt whose defaults are known: Debian 12's and Debian 13's. The types are those of the
 * newest's schema; every valid document of the tests of both fits them.
 */
export const knownLibvirt = { oldest: '9.0.0', newest: '11.3.0' } as const;

/** A release as one number, so that the later one is the greater: `11.3.0` is 11003000. NaN for what is no version. */
export function releaseNumber(version: string): number {
  const [, major, minor, release] = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(version) ?? [];
  return Number(major) * 1_000_000 + Number(minor) * 1000 + Number(release);
}

/**
 * Whether a libvirt is of a later release than any whose defaults are known, so that what it fills in beyond them is shown as
 * a difference. Bug-fix releases (11.3.1) change no defaults.
 */
export const isNewerThanKnown = (version: string): boolean =>
  Math.floor(releaseNumber(version) / 1000) > Math.floor(releaseNumber(knownLibvirt.newest) / 1000);
