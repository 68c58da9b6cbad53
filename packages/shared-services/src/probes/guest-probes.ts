import { assertDeclaration } from '../check-declaration.ts';
import { type Client, type ServiceName, type SharedServices, serviceNames } from '../declaration.ts';
import { type ClientView, openRoom, type Room } from '../room.ts';
import { fileProbes, fileServerProbes } from './files.ts';
import { logProbes } from './logs.ts';
import { mailProbes } from './mail.ts';
import { nameProbes } from './names.ts';
import { peopleProbes } from './people.ts';
import type { Probe, ServiceProbe } from './probe.ts';
import { timeProbes } from './time.ts';

type ServiceOf<Name extends ServiceName> = NonNullable<SharedServices[Name]>;

const probers: {
  readonly [Name in ServiceName]: (
    view: ClientView<ServiceOf<Name>>,
    program: Client<Name>['implementation'],
  ) => ServiceProbe[];
} = {
  auth: peopleProbes,
  logs: logProbes,
  files: fileProbes,
  mail: mailProbes,
  dns: nameProbes,
  time: timeProbes,
};

/** Names come first, because the others find their server by its name. */
const order = [...serviceNames].sort((a, b) => Number(b === 'dns') - Number(a === 'dns'));

/**
 * What there is to be tried on a guest: of each service that it uses, what must be possible and what must be refused; on the
 * server of files, whether each export is a volume.
 *
 * @returns none for a machine that is no client of anything, and exports nothing
 * @throws ServicesError `invalid-declaration`
 */
export function guestProbes(services: SharedServices, guest: string): Probe[] {
  assertDeclaration(services);
  const room = openRoom(services);
  return [...order.flatMap((name) => probesOf(name, room, guest)), ...serverProbes(room, guest)];
}

/** What is to be tried on the server of files, which only it can tell. */
function serverProbes({ services: { files }, party }: Room, machine: string): Probe[] {
  if (files?.server !== machine) return [];
  const view = { server: party(machine), service: files };
  return fileServerProbes(view).map((probe) => ({ service: 'files', ...probe }));
}

function probesOf<Name extends ServiceName>(name: Name, { services, party }: Room, guest: string): Probe[] {
  const service = services[name] as ServiceOf<Name> | undefined;
  const found = service?.clients.find(({ machine }) => machine === guest) as Client<Name> | undefined;
  if (service === undefined || found === undefined) return [];
  const view = { client: party(guest), server: party(service.server), service, services };
  return probers[name](view, found.implementation).map((probe) => ({ service: name, ...probe }));
}
