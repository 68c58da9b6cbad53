import type { RouteTarget } from '@kvm/netplan';
import type { Command } from 'commander';
import { readDesired } from '../input/read-inventory.ts';
import { renderTable } from '../output/table.ts';
import type { Session } from '../session.ts';

/** As netplan's `routeTargets`, which would have to be loaded to show the help. */
export const targets: readonly RouteTarget[] = ['linux', 'networkd', 'windows', 'macos', 'routeros', 'bird', 'dnsmasq'];

interface RoutesOptions {
  readonly for?: RouteTarget;
  readonly json?: boolean;
}

export function addRoutes(program: Command, session: Session): void {
  const command = program
    .command('routes')
    .summary('show the routes that other machines need')
    .description(
      'Shows the routes that other machines need to reach the guests, or writes them for one kind of machine.',
    );
  command
    .addOption(
      command
        .createOption('--for <kind>', 'the commands or the file for this kind of machine')
        .choices(targets)
        .conflicts('json'),
    )
    .option('--json', 'the routes as JSON')
    .action((options: RoutesOptions) => showRoutes(session, options));
}

async function showRoutes(session: Session, options: RoutesOptions): Promise<void> {
  const { file, desired } = await readDesired(session);
  const { routes, gateway } = desired;
  if (options.json) {
    session.out.json({ version: 1, routes });
  } else if (options.for) {
    const { renderRoutes } = await import('@kvm/netplan');
    session.out.document(renderRoutes(routes, options.for, gateway));
  } else if (routes.length === 0) {
    session.say(`${file} has no guests`);
  } else {
    const columns = [{ heading: 'DESTINATION' }, { heading: 'GATEWAY' }, { heading: 'GUEST' }];
    const rows = routes.map(({ to, via, guest }) => [to, via, guest]);
    session.out.lines(renderTable(columns, rows, { paint: session.paint }));
    session.say('', 'As commands or a file: kvmctl routes --for linux (or windows, macos, ...)');
  }
}
