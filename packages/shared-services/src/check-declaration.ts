import { checkOptions } from './check-options.ts';
import { implementations, type ServiceName, type SharedServices, type System, serviceNames } from './declaration.ts';
import { ServicesError, type ServicesProblem } from './errors.ts';
import { programsOn } from './systems.ts';
import { isAddress, isDomain, isLabel } from './words.ts';

/** @throws ServicesError `invalid-declaration` with every mistake */
export function assertDeclaration(services: SharedServices): void {
  const problems = checkDeclaration(services);
  if (problems.length === 0) return;
  const texts = problems.map(({ path, message, remedy }) => `${path.join('.')}: ${message} ${remedy}`);
  throw new ServicesError('invalid-declaration', texts.join('\n'), { problems });
}

/** Every mistake of a declaration: nothing of it may become syntax of a file, or lead where nobody asked it to. */
export function checkDeclaration(services: SharedServices): ServicesProblem[] {
  return [
    ...checkMachines(services),
    ...serviceNames.flatMap((name) => checkService(name, services)),
    ...checkOptions(services),
  ];
}

function checkMachines({ domain, machines }: SharedServices): ServicesProblem[] {
  const problems: ServicesProblem[] = [];
  if (!isDomain(domain))
    problems.push({
      code: 'bad-domain',
      path: ['domain'],
      message: `${JSON.stringify(domain)} is not a DNS domain in lower case.`,
      remedy: 'Write home.arpa, for instance.',
    });
  const seen = new Set<string>();
  for (const [index, { name, addresses }] of machines.entries()) {
    const path = ['machines', index];
    if (!isLabel(name))
      problems.push({
        code: 'bad-name',
        path,
        message: `${JSON.stringify(name)} is not one label of a DNS name.`,
        remedy: 'Use lower-case letters, digits and inner hyphens.',
      });
    if (seen.has(name))
      problems.push({ code: 'duplicate', path, message: `There are two machines ${name}.`, remedy: 'Rename one.' });
    seen.add(name);
    const wrong = addresses.find((address) => !isAddress(address));
    if (addresses.length === 0 || wrong !== undefined)
      problems.push({
        code: wrong === undefined ? 'no-address' : 'bad-address',
        path,
        message: wrong === undefined ? `${name} has no address.` : `${JSON.stringify(wrong)} is not an IP address.`,
        remedy: 'Write an address such as 192.168.100.2.',
      });
  }
  return problems;
}

function checkService(name: ServiceName, services: SharedServices): ServicesProblem[] {
  const service = services[name];
  if (service === undefined) return [];
  const systems = new Map(services.machines.map((machine) => [machine.name, machine.system]));
  const problems: ServicesProblem[] = [];
  if (!systems.has(service.server))
    problems.push({
      code: 'unknown-machine',
      path: [name, 'server'],
      message: `There is no machine ${JSON.stringify(service.server)}.`,
      remedy: 'Name a guest or another machine.',
    });
  const serving = systems.get(service.server) ?? 'debian';
  if (serving !== 'debian')
    problems.push({
      code: 'bad-option',
      path: [name, 'server'],
      message: `${service.server} runs ${serving}, and servers run Debian.`,
      remedy: 'Name a machine with Debian.',
    });
  const seen = new Set<string>();
  for (const { machine, implementation } of service.clients) {
    const path = [name, 'clients', machine];
    const choices: readonly string[] = implementations[name];
    if (!systems.has(machine))
      problems.push({
        code: 'unknown-client',
        path,
        message: `There is no machine ${JSON.stringify(machine)}.`,
        remedy: 'Name a guest.',
      });
    if (machine === service.server)
      problems.push({
        code: 'own-client',
        path,
        message: `${machine} serves this, and cannot be its own client.`,
        remedy: 'Remove it here.',
      });
    if (seen.has(machine))
      problems.push({ code: 'duplicate', path, message: `${machine} is a client twice.`, remedy: 'Remove one.' });
    seen.add(machine);
    if (!choices.includes(implementation))
      problems.push({
        code: 'bad-option',
        path,
        message: `${JSON.stringify(implementation)} is no program for this.`,
        remedy: `Write one of ${choices.join(', ')}.`,
      });
    problems.push(...checkSystem(name, { machine, implementation, system: systems.get(machine) }));
  }
  return problems;
}

/** Whether a client's program is known on its system. */
function checkSystem(
  name: ServiceName,
  { machine, implementation, system }: { machine: string; implementation: string; system: System | undefined },
): ServicesProblem[] {
  const known: readonly string[] | undefined = programsOn(system, name);
  if (known === undefined || known.includes(implementation)) return [];
  return [
    {
      code: 'bad-option',
      path: [name, 'clients', machine],
      message: `${machine} runs ${system}, on which ${implementation} is not known here.`,
      remedy: `Write ${[...known, 'none'].join(' or ')} for ${machine}.`,
    },
  ];
}
