import type { DomainSchema } from '@kvm/domain-xml';
import type { Command } from 'commander';
import { readDomainSchema } from '../../input/read-domain-schema.ts';
import { inputName } from '../../input/read-input.ts';
import { readXml } from '../../input/read-xml.ts';
import { CliError } from '../../output/cli-error.ts';
import type { Session } from '../../session.ts';

export function addXmlValidate(xml: Command, session: Session): void {
  xml
    .command('validate')
    .summary("check domain XML against the schema of this machine's libvirt")
    .description(
      "Checks domain XML against the schema of this machine's libvirt, and shows every problem with its place. " +
        'Exit code 1 when there are any.\n\n' +
        'The schema says how a domain is written, and not what this host can run: libvirt refuses a machine or a bus that ' +
        'its QEMU does not have, and values that do not go together, only when the domain is defined or started.',
    )
    .argument('<file...>', 'the XML; - for standard input')
    .action(async (files: string[]) => {
      const schema = await readDomainSchema();
      for (const file of files) await validateFile(session, schema, file);
    });
}

async function validateFile(session: Session, schema: DomainSchema, file: string): Promise<void> {
  const problems = await findProblems(session, schema, file);
  for (const problem of problems) session.err.message(problem);
  const { mostProblems } = await import('@kvm/domain-xml');
  if (problems.length >= mostProblems)
    session.err.lines([
      `${inputName(file)}: ${mostProblems} problems, and perhaps more: behind them nothing was looked at`,
    ]);
  if (problems.length > 0) session.exitCode = 1;
  else session.print(`${inputName(file)}: fits libvirt's schema; what this host's QEMU can do was not looked at`);
}

async function findProblems(session: Session, schema: DomainSchema, file: string): Promise<readonly string[]> {
  const { renderSchemaProblem } = await import('@kvm/domain-xml');
  try {
    return schema
      .validate(await readXml(session, file))
      .map((problem) => renderSchemaProblem(problem, inputName(file)));
  } catch (error) {
    if (error instanceof CliError) return [error.message];
    throw error;
  }
}
