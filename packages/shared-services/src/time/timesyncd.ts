import type { TimeService } from '../declaration.ts';
import { type SetupPart, textFile } from '../machine-setup.ts';
import type { ClientView } from '../room.ts';

/** systemd-timesyncd (timesyncd.conf(5)): small, and believes whoever answers; it knows no NTS. */
export const renderTimesyncd = ({ server }: ClientView<TimeService>): SetupPart => ({
  packages: ['systemd-timesyncd'],
  files: [textFile('/etc/systemd/timesyncd.conf.d/kvm.conf', `[Time]\nNTP=${server.fqdn}\nFallbackNTP=\n`)],
  units: ['systemd-timesyncd.service'],
  own: ['systemd-timesyncd.service'],
});
