import type { CheckResult } from '@kvm/shared-services/run';
import type { Command } from 'commander';
import { readServices } from '../../input/read-services.ts';
import { CliError } from '../../output/cli-error.ts';
import { counted } from '../../output/words.ts';
import type { Session } from '../../session.ts';
import { interruption } from '../../terminal/interruption.ts';

interface CheckOptions {
  readonly tree: string;
  readonly json?: boolean;
}

export function addServicesCheck(services: Command, session: Session): void {
  services
    .command('check')
    .summary('let each program check its own files')
    .description(
      'Lets the programs that will read the files check them, as far as these programs are on this machine. Their answers ' +
        'are read with what they leave out in mind. Exit code 1 when a file is broken.',
    )
    .requiredOption('--tree <dir>', 'what `services render` has written')
    .option('--json', 'as JSON')
    .action((options: CheckOptions) => check(session, options));
}

async function check(session: Session, { tree, json }: CheckOptions): Promise<void> {
  const services = await readServices(session);
  const { checkFiles } = await import('@kvm/shared-services/run');
  const { machineFiles } = await import('./machine-files.ts');
  const results: CheckResult[] = [];
  // Copies of keys lie about while a machine's files are checked, and are removed before kvmctl ends.
  const { signal, release } = interruption();
  for (const machine of machineFiles(session, services, tree))
    if (!signal.aborted) results.push(...(await checkFiles(machine)));
  release();
  if (signal.aborted) throw new CliError('not-done', 'the check was interrupted.');
  if (results.some(({ verdict }) => verdict === 'broken')) session.exitCode = 1;
  if (json) {
    session.out.json({ version: 1, results });
    return;
  }
  const { red, yellow, green } = session.paint;
  const words = { good: green('good'), broken: red('broken'), unchecked: yellow('not checked') };
  for (const { machine, path, program, verdict, said } of results)
    session.out.message(`${machine}:${path}: ${program}: ${words[verdict]}${said && `\n${said}`}`);
  const count = (verdict: string): number => results.filter((result) => result.verdict === verdict).length;
  session.say(
    `${counted(results.length, 'file')}: ${count('good')} good, ${count('broken')} broken, ${count('unchecked')} not checked`,
  );
}
