import type { Check } from '@kvm/host';
import type { Command } from 'commander';
import { type HostOptions, openAccess, withHostOptions } from '../open-host.ts';
import { printable, renderJson } from '../printable.ts';
import { readDesired } from '../read-inventory.ts';
import type { Session } from '../session.ts';

interface DoctorOptions extends HostOptions {
  readonly json?: boolean;
}

export function addDoctor(program: Command, session: Session): void {
  withHostOptions(program.command('doctor'))
    .summary('see whether a host can run the guests')
    .description(
      'Tries what the host must have for the inventory: KVM by booting a kernel on it, libvirt, LVM and its free space, the ' +
        'uplink, and whether others hold what guests need or drop what they send. Changes nothing; ends with 1 when something ' +
        'is bad.',
    )
    .option('--json', 'as JSON')
    .action(async (options: DoctorOptions) => {
      const { desired } = await readDesired(session);
      const { judgeHost } = await import('@kvm/host');
      const { examineHost } = await import('@kvm/host/run');
      await using access = await openAccess(session, options);
      const { facts, known } = await examineHost(desired, access);
      const checks = judgeHost(desired, facts, known);
      if (options.json) session.io.stdout.write(renderJson({ version: 1, checks }));
      else session.print(checks.map((check) => renderCheck(check, session)).join('\n'));
      if (checks.some(({ verdict }) => verdict === 'bad')) session.exitCode = 1;
    });
}

function renderCheck({ name, verdict, found, remedy }: Check, { paint }: Session): string {
  const mark = { good: paint.green('good    '), doubtful: paint.yellow('doubtful'), bad: paint.red('bad     ') }[
    verdict
  ];
  const line = `${mark}  ${name.padEnd(15)}  ${printable(found)}`;
  return remedy === undefined ? line : `${line}\n${' '.repeat(27)}${paint.cyan(printable(remedy))}`;
}
