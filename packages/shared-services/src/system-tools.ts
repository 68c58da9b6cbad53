import type { System } from './declaration.ts';

type Command = readonly [string, ...string[]];

/** How a system's packages and services are asked and told. */
interface SystemTools {
  /** A program that prints a line `NAME installed` for each package that is there, and says of the others what it likes. */
  readonly installed: Command;
  /** What a person runs to have packages. */
  readonly install: string;
  /** A folder that is there while what starts services runs. */
  readonly alive: string;
  readonly enable: (unit: string) => Command;
  readonly restart: (unit: string) => Command;
  /** Disables and stops; does nothing where there is no such unit. */
  readonly stop: (unit: string) => Command;
  /** Restarts a unit without our files, if it runs; one that does not start without them is disabled. */
  readonly release: (unit: string) => Command;
}

const STOP = 'systemctl cat -- "$0" >/dev/null 2>&1 || exit 0; systemctl disable --now -- "$0"';
const RELEASE = 'systemctl try-restart -- "$0*" || systemctl disable --now -- "$0"';
const STOP_SERVICE =
  '[ -e "/etc/init.d/$0" ] || exit 0; rc-update -q del "$0" default || true; rc-service --ifstarted "$0" stop';
const RELEASE_SERVICE = 'rc-service --ifstarted "$0" restart || rc-update del "$0" default';

const systemd: Omit<SystemTools, 'installed' | 'install'> = {
  alive: '/run/systemd/system',
  enable: (unit) => ['systemctl', 'enable', unit],
  restart: (unit) => ['systemctl', 'restart', unit],
  stop: (unit) => ['sh', '-euc', STOP, unit],
  release: (unit) => ['sh', '-euc', RELEASE, unit],
};

export const systemTools: Record<System, SystemTools> = {
  debian: {
    ...systemd,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own names
    installed: ['dpkg-query', '--show', '--showformat', '${Package} ${db:Status-Status}\\n'],
    install: 'apt-get install --no-install-recommends',
  },
  rhel: { ...systemd, installed: ['rpm', '-q', '--qf', '%{NAME} installed\\n'], install: 'dnf install' },
  alpine: {
    installed: ['sh', '-c', 'apk info -e "$@" | sed "s/$/ installed/"', 'installed'],
    install: 'apk add',
    alive: '/run/openrc',
    enable: (service) => ['rc-update', 'add', service, 'default'],
    restart: (service) => ['rc-service', service, 'restart'],
    stop: (service) => ['sh', '-euc', STOP_SERVICE, service],
    release: (service) => ['sh', '-euc', RELEASE_SERVICE, service],
  },
};
