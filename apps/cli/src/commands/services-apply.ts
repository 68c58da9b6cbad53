import { type Command, Option } from 'commander';
import { type HostOptions, withHostOptions } from '../open-host.ts';
import type { Session } from '../session.ts';

export interface ServicesApplyOptions extends HostOptions {
  readonly secrets: string;
  readonly ssh?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const ways =
  "Guests are reached by QEMU's agent in them, other machines, and with --ssh all, as root by ssh at their addresses in the " +
  'inventory.';

const withMachines = (command: Command): Command =>
  withHostOptions(command)
    .argument('[machine...]', 'those to look at, instead of all')
    .requiredOption('--secrets <dir>', 'the folder of secrets, mode 0700; made when it is not there')
    .addOption(new Option('--ssh', 'reach guests by ssh, not by their agent'))
    .option('--json', 'as JSON');

export function addServicesApply(services: Command, session: Session): void {
  withMachines(services.command('apply'))
    .summary("put the services' files onto the machines, and restart what uses them")
    .description(
      'Shows what each machine lacks, and what it has that has left the inventory; asks; puts the one there and takes the other ' +
        'back: servers first. Machines without any service are looked at, too, when they had one, or are named. Only what reads a changed file is restarted. Of files that somebody has made or changed by hand it ' +
        'shows the difference, and keeps a copy on the machine, below /etc/kvm/replaced. Packages are not installed; it says ' +
        `which are missing. ${ways}`,
    )
    .option('-y, --yes', 'do not ask')
    .action(async (names: string[], options: ServicesApplyOptions) => {
      const { applyServices } = await import('../services/apply.ts');
      await applyServices(session, names, options);
    });
}

export function addServicesDrift(services: Command, session: Session): void {
  withMachines(services.command('drift'))
    .summary('show where the machines are not as the inventory says')
    .description(
      'Compares files by checksum, and slapd with the configuration that was loaded. Of files that somebody has made or changed ' +
        `by hand it shows the difference, without secrets. Exit code 1 when something differs. ${ways}`,
    )
    .action(async (names: string[], options: ServicesApplyOptions) => {
      const { showServicesDrift } = await import('../services/apply.ts');
      await showServicesDrift(session, names, options);
    });
}
