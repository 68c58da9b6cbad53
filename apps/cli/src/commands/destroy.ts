import type { Command } from 'commander';
import { type HostOptions, openHost, withHostOptions } from '../hosts/open-host.ts';
import { CliError } from '../output/cli-error.ts';
import type { Session } from '../session.ts';
import { carryOut } from './confirm-and-apply.ts';

interface DestroyOptions extends HostOptions {
  readonly confirm?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export function addDestroy(program: Command, session: Session): void {
  withHostOptions(program.command('destroy'))
    .summary('shut a guest down and undefine it')
    .description(
      'Shuts a guest down, waiting until it has, and undefines its domain. Its volumes stay, unless --confirm repeats its ' +
        'name. Take it out of the inventory first, or the next apply makes it again. Needs no inventory.',
    )
    .argument('<guest>', 'the guest to be rid of')
    .option('--confirm <guest>', 'remove its volumes too, with all that is on them: the name once more')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'as JSON, a line for the plan and one for each step as it begins and ends')
    .action(async (guest: string, options: DestroyOptions) => {
      const volumes = isConfirmed(guest, options.confirm);
      await using host = await openHost(session, options);
      const { planDestroy } = await import('@kvm/host');
      const { lockHost, observeDomains, observeStorage, volumePaths, withPlaces } = await import('@kvm/host/run');
      await using lock = await lockHost(host.access, host.user);
      const [listed, storage] = await Promise.all([observeDomains(host.connection), observeStorage(host.run)]);
      const domains = await withPlaces(listed, { run: host.run, volumes: volumePaths(storage?.volumes ?? []) });
      const plan = planDestroy(guest, { domains, ...(storage && { storage }) }, { volumes });
      await carryOut(session, plan, { host, lock, options });
    });
}

/** @throws CliError `usage` when what is confirmed is not what is to be destroyed */
function isConfirmed(guest: string, confirmed: string | undefined): boolean {
  if (confirmed !== undefined && confirmed !== guest)
    throw new CliError('usage', `--confirm=${confirmed} confirms another guest than ${guest}: nothing was done.`);
  return confirmed !== undefined;
}
