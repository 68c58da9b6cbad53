import type { Drift } from '@kvm/host';
import type { Command } from 'commander';
import { type HostOptions, openHost, withHostOptions } from '../hosts/open-host.ts';
import { readDesired } from '../input/read-inventory.ts';
import { detailedExitCode } from '../output/plan-summary.ts';
import { renderChanges } from '../output/render-plan.ts';
import { counted } from '../output/words.ts';
import type { Session } from '../session.ts';

interface DriftOptions extends HostOptions {
  readonly json?: boolean;
  readonly detailedExitcode?: boolean;
}

export function addDrift(program: Command, session: Session): void {
  withHostOptions(program.command('drift'))
    .summary('show what on the host is not as the inventory says')
    .description(
      'Shows where the host differs from the inventory: definitions and running guests apart, files, kernel settings and ' +
        'firewall, and since when where that is known. Changes nothing; `kvmctl apply` mends it.',
    )
    .option('--json', 'as JSON')
    .option(
      '--detailed-exitcode',
      'end with 2 when apply would mend something, else 3 when something is left to you, else 4 when all waits for a restart',
    )
    .action(async (options: DriftOptions) => {
      const { desired } = await readDesired(session);
      await using host = await openHost(session, options);
      const { driftOf, planHost } = await import('@kvm/host');
      const { observe } = await import('@kvm/host/run');
      const observed = await observe(desired, host);
      const plan = planHost(desired, observed);
      const differences = driftOf(plan, observed);
      if (options.json) session.out.json({ version: 1, differences });
      else if (differences.length === 0) session.say('the host is what the inventory says');
      else {
        session.out.lines([...renderDrift(differences, session), '']);
        session.say(counted(differences.length, 'difference'));
      }
      if (options.detailedExitcode) session.exitCode = detailedExitCode(plan);
    });
}

function renderDrift(differences: readonly Drift[], { paint }: Session): readonly string[] {
  const groups = new Map<string, Drift[]>();
  for (const each of differences) {
    const name = each.guest ?? 'host';
    groups.set(name, [...(groups.get(name) ?? []), each]);
  }
  return [...groups].flatMap(([name, found], index) => [
    ...(index === 0 ? [] : ['']),
    paint.bold(name),
    ...found.flatMap(({ in: place, what, changes, since }) => [
      `  ${paint.yellow(place)}: ${what}${since === undefined ? '' : paint.dim(` (since ${since})`)}`,
      ...renderChanges(
        changes.map(({ effect, ...change }) => change),
        undefined,
        { paint },
      ),
    ]),
  ]);
}
