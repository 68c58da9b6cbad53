import type { Command } from 'commander';
import { renderJson } from '../printable.ts';
import { readDesired } from '../read-inventory.ts';
import { renderReach } from '../render-reach.ts';
import { reportSteps } from '../report-steps.ts';
import type { Session } from '../session.ts';
import { counted } from '../words.ts';

export function addLabTest(lab: Command, session: Session): void {
  lab
    .command('test')
    .summary('try every way between the machines of the lab')
    .description(
      'Tries every way between the machines and the guests of the lab with ping and TCP, and shows each hop that the ' +
        'packets took. Exit code 1 when a way fails.',
    )
    .option('--json', 'the results as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const { desired } = await readDesired(session);
      const { checkMachine, labTest, openLab } = await import('@kvm/lab');
      checkMachine();
      const reach = await labTest(await openLab(desired), reportSteps(session));
      const failed = reach.filter(({ ping, tcp }) => !ping.ok || !tcp.ok).length;
      if (json) session.io.stdout.write(renderJson({ version: 1, ok: failed === 0, reach }));
      else {
        for (const text of renderReach(reach, session.paint)) session.print(text);
        const { green, red } = session.paint;
        session.print(
          failed === 0
            ? green(`all ${reach.length} ways work`)
            : red(`${failed} of ${counted(reach.length, 'way')} fail`),
        );
      }
      if (failed > 0) session.exitCode = 1;
    });
}
