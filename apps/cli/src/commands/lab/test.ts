import type { Command } from 'commander';
import { readDesired } from '../../input/read-inventory.ts';
import { renderReach, sumUp } from '../../output/render-reach.ts';
import { reportSteps } from '../../output/report-steps.ts';
import type { Session } from '../../session.ts';

export function addLabTest(lab: Command, session: Session): void {
  lab
    .command('test')
    .summary('try every way between the machines of the lab')
    .description(
      'Tries every way between the machines and the guests of the lab with real packets, and shows each hop that they took. ' +
        'With a policy, every cell of its matrix is tried: what it opens must be open, all else closed, and nobody may take ' +
        "another's address. Exit code 1 when a packet ends otherwise than it should.",
    )
    .option('--json', 'the results as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const { desired } = await readDesired(session);
      const { checkMachine, isRight, labTest, openLab } = await import('@kvm/lab');
      checkMachine();
      const reach = await labTest(await openLab(desired), reportSteps(session));
      const ok = reach.every(({ trials }) => trials.every(isRight));
      if (json) session.out.json({ version: 1, ok, reach });
      else session.out.lines([...renderReach(reach, session.paint), sumUp(reach, session.paint)]);
      if (!ok) session.exitCode = 1;
    });
}
