import { type Command, Option } from 'commander';
import { type HostOptions, withHostOptions } from '../hosts/open-host.ts';
import { type TrustOptions, withTrustOption } from '../input/trust.ts';
import type { Session } from '../session.ts';

interface DoctorOptions extends HostOptions, TrustOptions {
  readonly ssh?: string;
  readonly json?: boolean;
}

export function addDoctor(program: Command, session: Session): void {
  withTrustOption(withHostOptions(program.command('doctor')))
    .summary('see whether a host can run the guests, or a guest has what it shares')
    .description(
      'Without a guest, tries what the host must have for the inventory: KVM by booting a kernel on it, libvirt, LVM and its ' +
        'free space, the uplink, and whether others hold what guests need or drop what they send. With one, tries on the ' +
        'guest itself each shared service that it uses: what must be possible, and what must be refused, such as a ' +
        "server by a foreign authority. Programs are run by QEMU's agent in the guest, or by ssh as root. Changes " +
        'nothing; ends with 1 when something is bad. An inventory whose raw XML or paths reach the host beyond ' +
        'its guests is refused without --trust-xml.',
    )
    .argument('[guest]', 'the guest to look at, instead of the host')
    .addOption(
      new Option('--ssh <user@host>', 'reach the guest by ssh, not by its agent').conflicts(['host', 'connect']),
    )
    .option('--json', 'as JSON')
    .action(async (guest: string | undefined, options: DoctorOptions) => {
      if (guest === undefined) {
        const { examineHost } = await import('./doctor/host.ts');
        await examineHost(session, options);
      } else {
        const { examineGuest } = await import('./doctor/guest.ts');
        await examineGuest(session, guest, options);
      }
    });
}
