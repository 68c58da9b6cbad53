import type { DnsService } from '../declaration.ts';
import { type SetupPart, textFile } from '../machine-setup.ts';
import type { ClientView } from '../room.ts';
import { nameServers } from './name-servers.ts';

/** resolved.conf(5). */
export const renderSystemdResolved = ({ services }: ClientView<DnsService>): SetupPart => ({
  packages: ['systemd-resolved'],
  files: [
    textFile(
      '/etc/systemd/resolved.conf.d/kvm.conf',
      `[Resolve]
DNS=${nameServers(services).join(' ')}
FallbackDNS=
Domains=${services.domain} ~.
LLMNR=no
MulticastDNS=no
`,
    ),
  ],
  commands: [['ln', '-sf', '../run/systemd/resolve/stub-resolv.conf', '/etc/resolv.conf']],
  units: ['systemd-resolved.service'],
  own: ['systemd-resolved.service'],
});
