import type { Command } from 'commander';
import { type ConnectionChoice, takesConnection } from '../hosts/connection.ts';
import type { Session } from '../session.ts';

export function addEvents(program: Command, session: Session): void {
  takesConnection(program.command('events'))
    .summary('watch what happens to the domains of a libvirtd')
    .description(
      'Shows what happens to the domains of a libvirtd, as it does, until Ctrl-C: starts and stops, restarts, devices that ' +
        'went, block jobs, agents, viewers. It goes on when libvirtd is restarted.',
    )
    .option('--json', 'a line of JSON an event')
    .action(async ({ json, ...choice }: ConnectionChoice & { readonly json?: boolean }) => {
      const { watchEvents } = await import('./events/watch-events.ts');
      await watchEvents(session, choice, json ? 'json' : 'text');
    });
}
