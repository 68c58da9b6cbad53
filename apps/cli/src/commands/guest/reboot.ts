import type { Command } from 'commander';
import { takesConnection } from '../../hosts/connection.ts';
import type { Session } from '../../session.ts';
import { type PowerOptions, parseTimeout } from './power-options.ts';

export function addReboot(program: Command, session: Session): void {
  takesConnection(program.command('reboot'))
    .summary('have guests restart')
    .description(
      'Has guests restart, and waits until they do. Several restart in the order of the inventory, if there is one, with ' +
        'its delays; when one fails, those after it are not begun.',
    )
    .argument('<guest...>', 'names or VMIDs')
    .option('--timeout <seconds>', 'how long each guest has', parseTimeout, 60)
    .action(async (guests: string[], options: PowerOptions) => {
      const { changePower } = await import('./change-power.ts');
      const { rebootGuest } = await import('@kvm/host/run');
      await changePower(session, guests, options, {
        change: ({ connection, domain, seconds }) => rebootGuest(connection, domain, { seconds }),
        order: 'as they start',
        late: 'has not restarted',
      });
    });
}
