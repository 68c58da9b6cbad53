import type { Command } from 'commander';
import type { Session } from '../../session.ts';
import { machineWays, type ServicesMachineOptions, withMachines } from './machine-options.ts';

export function addServicesDrift(services: Command, session: Session): void {
  withMachines(services.command('drift'))
    .summary('show where the machines are not as the inventory says')
    .description(
      'Compares files by checksum, and slapd with the configuration that was loaded. Of files that somebody has made or changed ' +
        `by hand it shows the difference, without secrets. Exit code 1 when something differs. ${machineWays}`,
    )
    .action(async (names: string[], options: ServicesMachineOptions) => {
      const { showServicesDrift } = await import('./roll-out.ts');
      await showServicesDrift(session, names, options);
    });
}
