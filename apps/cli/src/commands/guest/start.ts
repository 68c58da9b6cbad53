import type { Command } from 'commander';
import { type ConnectionChoice, takesConnection } from '../../hosts/connection.ts';
import type { Session } from '../../session.ts';

export function addStart(program: Command, session: Session): void {
  takesConnection(program.command('start'))
    .summary('start guests')
    .description(
      'Starts guests; one that is paused goes on. Several start in the order of the inventory, if there is one, with its ' +
        'delays; when one fails, those after it are not begun. Run again, it does the rest.',
    )
    .argument('<guest...>', 'names or VMIDs')
    .action(async (guests: string[], options: ConnectionChoice) => {
      const { changePower } = await import('./change-power.ts');
      const { startGuest } = await import('@kvm/host/run');
      await changePower(session, guests, options, {
        change: ({ domain }) => startGuest(domain),
        order: 'as they start',
      });
    });
}
