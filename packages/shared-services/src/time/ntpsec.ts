import { caFile } from '../certificates.ts';
import type { TimeService } from '../declaration.ts';
import { type SetupPart, textFile } from '../machine-setup.ts';
import type { ClientView } from '../room.ts';

/** In ntpsec's own folder: Debian's AppArmor profile lets ntpd read nothing else. */
const caPath = '/etc/ntpsec/kvm-ca.crt';

/** ntpsec (ntp.conf(5)) as a client, with NTS. Without `panic 0` it ends when a restored guest's clock is 1000 s wrong. */
export const renderNtpsec = ({ server }: ClientView<TimeService>): SetupPart => ({
  packages: ['ntpsec'],
  files: [
    caFile(caPath),
    textFile(
      '/etc/ntpsec/ntp.conf',
      `# The time of ${server.fqdn}; this machine serves nobody.
driftfile /var/lib/ntpsec/ntp.drift
tinker panic 0
nts ca ${caPath}
server ${server.fqdn} iburst nts
restrict default ignore
restrict source nomodify noquery
restrict 127.0.0.1
restrict ::1
`,
    ),
  ],
  units: ['ntpsec.service'],
  own: ['ntpsec.service'],
});
