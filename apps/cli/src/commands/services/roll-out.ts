import { resolve } from 'node:path';
import {
  type Inspected,
  type InspectedMachine,
  isDue,
  machinesRolledOut,
  makeSecrets,
  openSecretFolder,
  type PutOutcome,
  recordRollOut,
  rollOut,
  secretWarnings,
} from '@kvm/shared-services/run';
import { noServices, type ReadServices, readServicesIfAny } from '../../input/read-services.ts';
import { differencesJson, showDifferences } from '../../output/service-differences.ts';
import { counted } from '../../output/words.ts';
import type { Session } from '../../session.ts';
import { askYes } from '../../terminal/ask.ts';
import { statusLine } from '../../terminal/status-line.ts';
import { inspect } from './inspect.ts';
import type { ServicesMachineOptions } from './machine-options.ts';
import { newAuthority } from './new-authority.ts';

export interface ServicesApplyOptions extends ServicesMachineOptions {
  readonly yes?: boolean;
}

/** Puts onto machines what they lack of the services' files, and takes back what they have beyond that. */
export async function applyServices(
  session: Session,
  names: readonly string[],
  options: ServicesApplyOptions,
): Promise<void> {
  const folder = resolve(session.io.cwd, options.secrets);
  const services = await readServicesIfAny(session);
  const before = await machinesRolledOut(folder);
  assertSome(services, names, before);
  if (services.machines.length === 0) await openSecretFolder(folder); // none is made for nothing
  const { isNew } = await makeSecrets(services.declaration, { folder });
  if (isNew) session.say(newAuthority(options.secrets));
  for (const warning of await secretWarnings({ folder })) session.say(`warning: ${warning}`);
  await using inspection = await inspect(session, services, { names, before, ...options, folder });
  const { machines } = inspection;
  if (options.json) session.out.jsonLine({ ...differencesJson(machines), event: 'plan' });
  else showDifferences(session, machines);
  if (machines.some((each) => 'error' in each)) session.exitCode = 1;
  const upToDate = machines.filter(isReached).filter(({ difference }) => !isDue(difference));
  await recordRollOut(
    upToDate.map(({ setup }) => setup),
    folder,
  );
  const due = assertAuthority(session, machines, options);
  if (due.length === 0) return;
  if (!options.yes && !(await askYes(session, questionOf(due, options.secrets)))) {
    session.say('nothing was done');
    session.exitCode = 1;
    return;
  }
  const status = statusLine(session);
  let begun = 0;
  await rollOut(services.declaration, due, {
    folder,
    onBegin: (machine) => status.show(`${++begun}/${due.length} ${machine}`),
    onDone(machine, outcome) {
      status.clear();
      if ('error' in outcome) session.exitCode = 1;
      if (options.json) session.out.jsonLine({ version: 1, event: 'machine', machine, ...outcome });
      else if ('error' in outcome) session.err.message(`${session.paintError.red(machine)}: ${outcome.error}`);
      else session.err.lines([`${machine}: done; ${restarts(outcome)}`, ...copies(outcome)]);
    },
  });
}

/** Shows where machines are not as the inventory says. */
export async function showServicesDrift(
  session: Session,
  names: readonly string[],
  options: ServicesMachineOptions,
): Promise<void> {
  const folder = resolve(session.io.cwd, options.secrets);
  await openSecretFolder(folder); // who looks makes none
  const services = await readServicesIfAny(session);
  const before = await machinesRolledOut(folder);
  assertSome(services, names, before);
  await using inspection = await inspect(session, services, { names, before, ...options, folder });
  const { machines } = inspection;
  if (options.json) session.out.json(differencesJson(machines));
  else showDifferences(session, machines);
  if (machines.some((each) => 'error' in each || isDue(each.difference))) session.exitCode = 1;
}

/** @throws CliError `no-services` where no machine has any, has had, or is named to be machines at */
function assertSome({ file, machines }: ReadServices, names: readonly string[], before: readonly string[]): void {
  if (machines.length + names.length + before.length === 0) throw noServices(file);
}

const isReached = (each: Inspected): each is InspectedMachine => 'access' in each;

/**
 * The machines with something to be done. Those that trust another authority were set up from another folder of secrets, which may
 * be a slip of the pen: --yes does not answer for that.
 */
function assertAuthority(
  session: Session,
  machines: readonly Inspected[],
  { yes, secrets }: Pick<ServicesApplyOptions, 'yes' | 'secrets'>,
): InspectedMachine[] {
  const due = machines.filter(isReached).filter(({ difference }) => isDue(difference));
  const foreign = namesOf(due.filter(({ difference }) => difference.foreignAuthority));
  if (!yes || foreign === '') return due;
  session.exitCode = 1;
  session.err.message(
    `${foreign}: left as it is, because it trusts another certificate authority than that of ${secrets}. Name the folder of ` +
      'secrets that it was set up from, or leave out --yes to be asked whether the authority is to be replaced.',
  );
  return due.filter(({ difference }) => !difference.foreignAuthority);
}

const namesOf = (machines: readonly InspectedMachine[]): string =>
  machines.map(({ setup }) => setup.machine).join(', ');

function questionOf(due: readonly InspectedMachine[], secrets: string): string {
  const foreign = namesOf(due.filter(({ difference }) => difference.foreignAuthority));
  const replaced = foreign === '' ? '' : `, and let ${foreign} trust the authority of ${secrets} instead of its own`;
  return `Do that on ${counted(due.length, 'machine')}${replaced}?`;
}

function restarts({ restarted, toRestart }: PutOutcome): string {
  if (restarted.length > 0) return `restarted ${restarted.join(', ')}`;
  if (toRestart.length > 0) return `what starts services does not run there: restart ${toRestart.join(', ')}`;
  return 'nothing is to be restarted';
}

const copies = (outcome: PutOutcome): string[] => outcome.copies.map((copy) => `  a copy of what was there: ${copy}`);
