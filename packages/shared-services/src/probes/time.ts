import type { Implementation, TimeService } from '../declaration.ts';
import type { ClientView } from '../room.ts';
import { chronyTls } from '../time/tls.ts';
import { byForeignAuthority } from './foreign-authority.ts';
import type { ServiceProbe } from './probe.ts';

/** Seconds in which a server that is there has answered many times. */
const patience = 10;

/** Asks for the time once, beside the daemon that runs, and leaves the clock alone. */
const askOnce = (host: string, authority: string): ServiceProbe['command'] => [
  ...(['chronyd', '-x', '-Q', '-L', '1', '-t', String(patience), `server ${host} iburst nts`] as const),
  ...[`ntstrustedcerts ${authority}`, 'nosystemcert', 'pidfile /run/chrony/kvm-doctor.pid', 'cmdport 0', 'port 0'],
];

export function timeProbes(
  { client, server }: ClientView<TimeService>,
  program: Implementation<'time'>,
): ServiceProbe[] {
  const remedy = `On ${client.name}, \`systemctl status ${program}\` says why; udp/123 and tcp/4460 to ${server.name} must be open.`;
  const synchronized = (command: ServiceProbe['command'], prints?: RegExp): ServiceProbe => ({
    claim: `${client.name}'s clock follows ${server.fqdn}`,
    command,
    expects: 'success',
    ...(prints && { prints }),
    remedy,
  });
  switch (program) {
    case 'chrony':
      return [
        synchronized(['chronyc', '-n', 'waitsync', '1']),
        {
          claim: `${client.name} gets the time of ${server.fqdn} by NTS`,
          command: askOnce(server.fqdn, chronyTls.ca),
          expects: 'success',
          remedy,
        },
        {
          claim: `${client.name} takes no time from a server by a foreign authority`,
          // In a folder that Debian's AppArmor profile lets chronyd read.
          ...byForeignAuthority('/run/chrony/kvm-doctor.crt', (authority) => askOnce(server.fqdn, authority)),
          expects: 'refusal',
          prints: /No suitable source/,
          remedy: `On ${client.name}, /etc/chrony/chrony.conf must have nosystemcert and ntstrustedcerts ${chronyTls.ca}.`,
        },
      ];
    case 'ntpsec':
      return [synchronized(['ntpq', '-pn'], /^\*/m)];
    case 'timesyncd':
      return [synchronized(['test', '-e', '/run/systemd/timesync/synchronized'])];
  }
}
