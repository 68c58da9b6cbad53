import type { Command } from 'commander';
import type { Session } from '../../session.ts';
import { machineWays, withMachines } from './machine-options.ts';
import type { ServicesApplyOptions } from './roll-out.ts';

export function addServicesApply(services: Command, session: Session): void {
  withMachines(services.command('apply'))
    .summary("put the services' files onto the machines, and restart what uses them")
    .description(
      'Shows what each machine lacks, and what it has that has left the inventory; asks; puts the one there and takes the other ' +
        'back: servers first. Machines without any service are looked at, too, when they had one, or are named. Only what reads a changed file is restarted. Of files that somebody has made or changed by hand it ' +
        'shows the difference, and keeps a copy on the machine, below /etc/kvm/replaced. Packages are not installed; it says ' +
        `which are missing. ${machineWays}`,
    )
    .option('-y, --yes', 'do not ask')
    .action(async (names: string[], options: ServicesApplyOptions) => {
      const { applyServices } = await import('./roll-out.ts');
      await applyServices(session, names, options);
    });
}
