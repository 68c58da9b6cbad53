import type { Command } from 'commander';
import { readInventory } from '../../input/read-inventory.ts';
import type { Session } from '../../session.ts';

export function addLabDown(lab: Command, session: Session): void {
  lab
    .command('down')
    .summary('end the lab')
    .description('Ends the lab with all it made, also what is left of one that crashed.')
    .action(async () => {
      const { name } = (await readInventory(session)).parsed.inventory.host;
      const { checkMachine, labDown } = await import('@kvm/lab');
      checkMachine();
      const wasUp = await labDown(name);
      session.print(wasUp ? `the lab of ${name} is down` : `no lab of ${name} was up`);
    });
}
