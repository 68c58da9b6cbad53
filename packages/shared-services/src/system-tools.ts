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
}

const systemd: Pick<SystemTools, 'alive' | 'enable' | 'restart'> = {
  alive: '/run/systemd/system',
  enable: (unit) => ['systemctl', 'enable', unit],
  restart: (unit) => ['systemctl', 'restart', unit],
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
  },
};
