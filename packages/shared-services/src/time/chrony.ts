import { caFile } from '../certificates.ts';
import type { TimeService } from '../declaration.ts';
import { type SetupPart, textFile } from '../machine-setup.ts';
import type { ClientView } from '../room.ts';
import { chronyTls } from './tls.ts';

/** Reads the host's clock through KVM, in a guest whose kernel has it; chronyd does not start where it is missing. */
const hostClock = 'refclock PHC /dev/ptp_kvm poll 2\n';

/**
 * A clock that is more than a second wrong is set at any time, not only after the start: a guest that was suspended or restored
 * would be wrong for days while it is slewed.
 */
export const setWhenWrong = 'makestep 1 -1\n';

/** chrony (chrony.conf(5)) as a client, with NTS (RFC 8915): the server shows who it is, by a certificate of our own authority only. */
export function renderChrony({ server, service }: ClientView<TimeService>): SetupPart {
  return {
    packages: ['chrony'],
    files: [
      caFile(chronyTls.ca),
      textFile(
        '/etc/chrony/chrony.conf',
        `# The time of ${server.fqdn}; this machine serves nobody.
server ${server.fqdn} iburst nts
ntstrustedcerts ${chronyTls.ca}
nosystemcert
ntsdumpdir /var/lib/chrony
driftfile /var/lib/chrony/chrony.drift
${service.hostClock ? hostClock : ''}${setWhenWrong}rtcsync
leapsectz right/UTC
port 0
cmdport 0
`,
      ),
      ...(service.hostClock ? [textFile('/etc/modules-load.d/kvm-clock.conf', 'ptp_kvm\n')] : []),
    ],
    commands: service.hostClock ? [['modprobe', 'ptp_kvm']] : [],
    units: ['chrony.service'],
    own: ['chrony.service'],
  };
}
