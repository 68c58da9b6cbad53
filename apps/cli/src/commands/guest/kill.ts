import type { Command } from 'commander';
import { type ConnectionChoice, takesConnection } from '../../hosts/connection.ts';
import type { Session } from '../../session.ts';

export function addKill(program: Command, session: Session): void {
  takesConnection(program.command('kill'))
    .summary('power guests off at once')
    .description('Powers guests off at once, as if their plugs were pulled. What they had not written yet is lost.')
    .argument('<guest...>', 'names or VMIDs')
    .action(async (guests: string[], options: ConnectionChoice) => {
      const { changePower } = await import('./change-power.ts');
      const { killGuest } = await import('@kvm/host/run');
      await changePower(session, guests, options, { change: ({ domain }) => killGuest(domain) });
    });
}
