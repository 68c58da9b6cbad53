import { resolve } from 'node:path';
import { type MachineSetup, serviceNames } from '@kvm/shared-services';
import {
  compareSetup,
  makeSecrets,
  openSecretFolder,
  putSetup,
  type SetupDifference,
  secretWarnings,
  withSecrets,
} from '@kvm/shared-services/run';
import { askYes } from '../ask.ts';
import { CliError } from '../cli-error.ts';
import type { ServicesApplyOptions } from '../commands/services-apply.ts';
import { type ReadServices, readServices } from '../read-services.ts';
import type { Session } from '../session.ts';
import { statusLine } from '../status-line.ts';
import { counted } from '../words.ts';
import { byAgents, bySsh, rootAt, type Way } from './reach.ts';
import { sideBySide } from './side-by-side.ts';

/** A machine that was looked at, or why it could not be. */
type Looked =
  | { readonly setup: MachineSetup; readonly way: Way; readonly difference: SetupDifference }
  | { readonly setup: MachineSetup; readonly error: string };

/** Puts onto machines what they lack of the services' files. */
export async function applyServices(
  session: Session,
  names: readonly string[],
  options: ServicesApplyOptions,
): Promise<void> {
  const folder = resolve(session.io.cwd, options.secrets);
  const services = await readServices(session);
  await makeSecrets(services.declaration, { folder });
  for (const warning of await secretWarnings({ folder })) session.say(`warning: ${warning}`);
  await using machines = await lookAt(session, services, { names, ...options });
  const { looked } = machines;
  if (options.json) session.out.jsonLine({ ...asJson(looked), event: 'plan' });
  else show(session, looked);
  const due = looked.flatMap((each) => ('way' in each && isDue(each.difference) ? [each] : []));
  if (looked.some((each) => 'error' in each)) session.exitCode = 1;
  if (due.length === 0) return;
  if (!options.yes && !(await askYes(session, `Put that onto ${counted(due.length, 'machine')}?`))) {
    session.say('nothing was done');
    session.exitCode = 1;
    return;
  }
  const status = statusLine(session);
  let begun = 0;
  async function put({ setup, way, difference }: (typeof due)[number]): Promise<void> {
    status.show(`${++begun}/${due.length} ${setup.machine}`);
    const done = await putSetup(setup, difference, way.run).then(
      (units) => ({ units }),
      (error: unknown) => ({ error: messageOf(error) }),
    );
    status.clear();
    if ('error' in done) session.exitCode = 1;
    if (options.json) {
      const { machine } = setup;
      session.out.jsonLine({ version: 1, event: 'machine', machine, ...done });
    } else if ('error' in done) session.err.message(`${session.paintError.red(setup.machine)}: ${done.error}`);
    else session.say(`${setup.machine}: done; ${restarted(setup, done.units)}`);
  }
  // A client that is told of its new server finds it.
  await sideBySide(
    due.filter(({ setup }) => machines.isServer(setup)),
    put,
  );
  await sideBySide(
    due.filter(({ setup }) => !machines.isServer(setup)),
    put,
  );
}

/** Shows where the machines' files are not what the inventory says. */
export async function showServicesDrift(
  session: Session,
  names: readonly string[],
  options: ServicesApplyOptions,
): Promise<void> {
  await openSecretFolder(resolve(session.io.cwd, options.secrets)); // who looks makes none
  const services = await readServices(session);
  await using machines = await lookAt(session, services, { names, ...options });
  const { looked } = machines;
  if (options.json) session.out.json(asJson(looked));
  else show(session, looked);
  if (looked.some((each) => 'error' in each || isDue(each.difference))) session.exitCode = 1;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const isDue = ({ packages, files, interrupted }: SetupDifference): boolean =>
  packages.length > 0 || files.length > 0 || interrupted;

const restarted = ({ units }: MachineSetup, done: readonly string[]): string => {
  if (units.length === 0) return 'nothing is to be restarted';
  return done.length > 0
    ? `restarted ${done.join(', ')}`
    : `what starts services does not run there: restart ${units.join(', ')}`;
};

async function lookAt(
  session: Session,
  { file, declaration, machines, desired }: ReadServices,
  { names, ...options }: ServicesApplyOptions & { readonly names: readonly string[] },
) {
  const unknown = names.find((name) => !machines.some(({ machine }) => machine === name));
  if (unknown !== undefined)
    throw new CliError('no-such-guest', `${file} has no machine ${unknown} with a shared service.`);
  const folder = resolve(session.io.cwd, options.secrets);
  const chosen = machines.filter(({ machine }) => names.length === 0 || names.includes(machine));
  const servers = new Set(serviceNames.flatMap((name) => declaration[name]?.server ?? []));
  const isServer = ({ machine }: MachineSetup): boolean => servers.has(machine);
  const setups = [...chosen.filter(isServer), ...chosen.filter((setup) => !isServer(setup))];
  const isGuest = new Set(desired.guests.map(({ guest }) => guest.name));
  const agents = byAgents(session, options);
  const status = statusLine(session);
  let begun = 0;
  const looked = await sideBySide(setups, (setup) => {
    status.show(`${++begun}/${setups.length} ${setup.machine}`);
    return look(setup, { folder, reach: () => reach(setup.machine) });
  });
  status.clear();
  return {
    looked,
    isServer,
    [Symbol.asyncDispose]: async () => {
      for (const each of looked) if ('way' in each) await each.way[Symbol.asyncDispose]();
      await agents[Symbol.asyncDispose]();
    },
  };

  function reach(machine: string): Promise<Way> {
    if (options.ssh || !isGuest.has(machine)) return bySsh(rootAt(declaration, machine));
    return agents.reach(machine);
  }
}

async function look(
  bare: MachineSetup,
  { folder, reach }: { readonly folder: string; readonly reach: () => Promise<Way> },
): Promise<Looked> {
  let way: Way | undefined;
  try {
    const [setup = bare] = await withSecrets([bare], folder);
    way = await reach();
    return { setup, way, difference: await compareSetup(setup, way.run) };
  } catch (error) {
    await way?.[Symbol.asyncDispose]();
    return { setup: bare, error: messageOf(error) };
  }
}

function show(session: Session, looked: readonly Looked[]): void {
  const { paint } = session;
  for (const each of looked) {
    const { machine } = each.setup;
    if ('error' in each) {
      session.out.message(`${paint.red(machine)}: ${each.error}`);
      continue;
    }
    const { packages, files, interrupted } = each.difference;
    if (!isDue(each.difference)) {
      session.print(`${paint.green(machine)}: as it is to be`);
      continue;
    }
    session.print(`${paint.yellow(machine)}:`);
    if (packages.length > 0) session.print(`  packages missing: ${packages.join(' ')}`);
    for (const { file, found } of files) session.print(`  ${file.path}: ${found.join(', ')}`);
    if (interrupted) session.print('  an apply was interrupted before all programs were told');
  }
}

const asJson = (looked: readonly Looked[]) => ({
  version: 1,
  machines: looked.map((each) => {
    const { machine } = each.setup;
    if ('error' in each) return { machine, error: each.error };
    const { packages, files, interrupted } = each.difference;
    return { machine, packages, files: files.map(({ file, found }) => ({ path: file.path, found })), interrupted };
  }),
});
