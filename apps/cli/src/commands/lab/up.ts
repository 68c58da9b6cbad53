import type { Command } from 'commander';
import { readDesired } from '../../input/read-inventory.ts';
import { assertTrusted, type TrustOptions, withTrustOption } from '../../input/trust.ts';
import { reportSteps } from '../../output/report-steps.ts';
import { counted } from '../../output/words.ts';
import type { Session } from '../../session.ts';
import { interruption } from '../../terminal/interruption.ts';

export function addLabUp(lab: Command, session: Session): void {
  withTrustOption(lab.command('up'))
    .summary('start the lab')
    .description(
      'Starts the lab, and returns when every guest answers. The lab goes on until `kvmctl lab down`. An inventory whose raw ' +
        'XML or paths reach the host beyond its guests is refused without --trust-xml.',
    )
    .option('--guests <names>', 'only these guests, with commas between them', (names) => names.split(','))
    .action(async ({ guests, ...trust }: TrustOptions & { guests?: string[] }) => {
      const { desired } = await readDesired(session);
      assertTrusted(desired.exposures, trust);
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
