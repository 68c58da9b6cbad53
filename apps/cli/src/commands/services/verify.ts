import type { Command } from 'commander';
import { readServices } from '../../input/read-services.ts';
import { counted } from '../../output/words.ts';
import type { Session } from '../../session.ts';

interface VerifyOptions {
  readonly tree?: string;
  readonly json?: boolean;
}

export function addServicesVerify(services: Command, session: Session): void {
  services
    .command('verify')
    .summary('prove that both sides agree, from their files')
    .description(
      'Reads the files of servers and clients back and proves that they agree: names, certificates, ports, accounts, ' +
        'addresses; that nothing is open that should not be, and that no certificate ends soon. Exit code 1 when something is ' +
        'wrong.',
    )
    .option('--tree <dir>', 'judge what `services render` has written there, instead of what the inventory says')
    .option('--json', 'as JSON')
    .action((options: VerifyOptions) => verify(session, options));
}

async function verify(session: Session, { tree, json }: VerifyOptions): Promise<void> {
  const services = await readServices(session);
  const { machineFiles } = await import('./machine-files.ts');
  const machines = machineFiles(session, services, tree);
  const { verifyServices } = await import('@kvm/shared-services');
  // Without secrets there are no certificates and passwords yet.
  const readers = tree === undefined ? {} : await secretReaders();
  const findings = verifyServices({ machines, ...readers });
  if (findings.some(({ severity }) => severity === 'error')) session.exitCode = 1;
  if (json) {
    session.out.json({ version: 1, findings });
    return;
  }
  const { red, yellow } = session.paint;
  for (const { severity, code, machine, path, message, remedy } of findings) {
    const word = severity === 'error' ? red(`error (${code})`) : yellow(`warning (${code})`);
    session.print(`${machine}:${path}: ${word}: ${message} ${remedy}`);
  }
  const files = machines.reduce((sum, machine) => sum + machine.files.length, 0);
  session.say(
    `${counted(machines.length, 'machine')}, ${counted(files, 'file')}, ${counted(findings.length, 'finding')}`,
  );
}

async function secretReaders() {
  const { passwordFits, readCertificate } = await import('@kvm/shared-services/run');
  return { passwordFits, readCertificate: (certificate: string, by: string) => readCertificate(certificate, by) };
}
