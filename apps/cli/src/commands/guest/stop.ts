import type { Command } from 'commander';
import { takesConnection } from '../../hosts/connection.ts';
import type { Session } from '../../session.ts';
import { type PowerOptions, parseTimeout } from './power-options.ts';

export function addStop(program: Command, session: Session): void {
  takesConnection(program.command('stop'))
    .summary('have guests power themselves off')
    .description(
      'Has guests power themselves off, and waits until they have. Several stop in the opposite order of the inventory, ' +
        'if there is one; while one does not stop, those it may need go on.',
    )
    .argument('<guest...>', 'names or VMIDs')
    .option('--timeout <seconds>', 'how long each guest has', parseTimeout, 60)
    .action(async (guests: string[], options: PowerOptions) => {
      const { changePower } = await import('./change-power.ts');
      const { stopGuest } = await import('@kvm/host/run');
      await changePower(session, guests, options, {
        change: ({ connection, domain, seconds }) => stopGuest(connection, domain, { seconds, paused: 'refuse' }),
        order: 'as they stop',
        late: 'still runs',
      });
    });
}
