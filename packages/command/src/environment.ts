import type { Argv } from './program.ts';

/**
 * Where programs are looked for, whatever PATH the caller has: an empty or relative entry there would run what lies in the
 * working folder, as root.
 */
export const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The same language, numbers and times everywhere, so that output can be parsed; LVM is not to count our descriptors. */
const fixed: Readonly<Record<string, string>> = {
  PATH: systemPath,
  LC_ALL: 'C',
  TZ: 'UTC',
  LVM_SUPPRESS_FD_WARNINGS: '1',
};

/**
 * What programs are given of the caller's environment. Others could name code to load: LD_PRELOAD, BASH_ENV, PERL5LIB. Without
 * DM_DISABLE_UDEV, device-mapper waits in vain where no udevd runs.
 */
const passed = ['USER', 'LOGNAME', 'TERM', 'http_proxy', 'https_proxy', 'no_proxy', 'KRB5CCNAME', 'DM_DISABLE_UDEV'];

/** As {@link passed}, when they are absolute: a relative path leads into the working folder. */
const passedPaths = ['HOME', 'SHELL', 'TMPDIR', 'XDG_RUNTIME_DIR', 'SSH_AUTH_SOCK', 'LVM_SYSTEM_DIR'];

/** The environment that every program is run with. */
export function programEnvironment(caller: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const of = (names: readonly string[], may: (value: string) => boolean): [string, string][] =>
    names.flatMap((name): [string, string][] => {
      const value = caller[name];
      return value !== undefined && may(value) ? [[name, value]] : [];
    });
  return {
    ...Object.fromEntries([...of(passed, () => true), ...of(passedPaths, (path) => path.startsWith('/'))]),
    ...fixed,
  };
}

/** The command that runs a command with the fixed environment where another is: on the other side of ssh. */
export const withFixedEnvironment = (command: Argv): Argv => [
  '/usr/bin/env',
  ...Object.entries(fixed).map(([name, value]) => `${name}=${value}`),
  ...command,
];
