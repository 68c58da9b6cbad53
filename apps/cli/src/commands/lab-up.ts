import type { Command } from 'commander';
import { interruption } from '../interruption.ts';
import { readDesired } from '../read-inventory.ts';
import { reportSteps } from '../report-steps.ts';
import type { Session } from '../session.ts';
import { counted } from '../words.ts';

export function addLabUp(lab: Command, session: Session): void {
  lab
    .command('up')
    .summary('start the lab')
    .description('Starts the lab, and returns when every guest answers. The lab goes on until `kvmctl lab down`.')
    .option('--guests <names>', 'only these guests, with commas between them', (names) => names.split(','))
    .action(async ({ guests }: { guests?: string[] }) => {
      const { desired } = await readDesired(session);
      const { labUp } = await import('@kvm/lab');
      const { signal, release } = interruption();
      const options = { ...(guests && { guests }), report: reportSteps(session), signal };
      const { lab, accelerator } = await labUp(desired, options).finally(release);
      const { plan } = lab;
      const parts = `${counted(plan.neighbours.length, 'machine')}, ${counted(plan.guests.length, 'guest')}`;
      session.print(`the lab of ${plan.name} is up: ${parts} (${accelerator})`);
      session.say('Try every way: kvmctl lab test. End it: kvmctl lab down');
    });
}
