import { renderNslcd } from './auth/nslcd.ts';
import { renderSlapd, renderSlapdReplica } from './auth/slapd.ts';
import { renderSssd } from './auth/sssd.ts';
import { assertDeclaration } from './check-declaration.ts';
import { type Implementation, type ServiceName, type SharedServices, serviceNames } from './declaration.ts';
import { renderDnsmasq, renderDnsServer } from './dns/dnsmasq.ts';
import { knownServers, renderHosts } from './dns/hosts.ts';
import { renderResolvConf } from './dns/resolv-conf.ts';
import { renderSystemdResolved } from './dns/systemd-resolved.ts';
import { renderAutofs } from './files/autofs.ts';
import { renderNfsServer } from './files/nfs-server.ts';
import { renderSystemdAutomount } from './files/systemd-automount.ts';
import { renderJournaldClient } from './logs/journald.ts';
import { renderLogServer } from './logs/log-server.ts';
import { renderRsyslogClient } from './logs/rsyslog-client.ts';
import { renderSyslogNgClient } from './logs/syslog-ng-client.ts';
import { joinParts, type MachineSetup, type SetupPart } from './machine-setup.ts';
import { renderMsmtp } from './mail/msmtp.ts';
import { renderPostfix } from './mail/postfix.ts';
import { renderSsmtp } from './mail/ssmtp.ts';
import { type ClientView, openRoom, type Room, type ServerView } from './room.ts';
import { layOutFor } from './systems.ts';
import { renderChrony } from './time/chrony.ts';
import { renderChronyServer } from './time/chrony-server.ts';
import { renderNtpsec } from './time/ntpsec.ts';
import { renderTimesyncd } from './time/timesyncd.ts';

type ServiceOf<Name extends ServiceName> = NonNullable<SharedServices[Name]>;

/** One part, or several of which each has its own files and is told of their changes by itself. */
type Parts = SetupPart | readonly SetupPart[];

type ClientRenderers = {
  readonly [Name in ServiceName]: Record<Implementation<Name>, (view: ClientView<ServiceOf<Name>>) => Parts>;
};

type ServerRenderers = { readonly [Name in ServiceName]: (view: ServerView<ServiceOf<Name>>) => Parts };

const clientRenderers: ClientRenderers = {
  auth: { sssd: renderSssd, nslcd: renderNslcd },
  logs: { 'syslog-ng': renderSyslogNgClient, rsyslog: renderRsyslogClient, journald: renderJournaldClient },
  files: { autofs: renderAutofs, systemd: renderSystemdAutomount },
  mail: { msmtp: renderMsmtp, ssmtp: renderSsmtp },
  dns: { 'resolv.conf': renderResolvConf, 'systemd-resolved': renderSystemdResolved },
  time: { chrony: renderChrony, timesyncd: renderTimesyncd, ntpsec: renderNtpsec },
};

const serverRenderers: ServerRenderers = {
  auth: renderSlapd,
  logs: renderLogServer,
  files: renderNfsServer,
  mail: renderPostfix,
  dns: renderDnsServer,
  time: renderChronyServer,
};

/**
 * Everything that makes the machines clients and servers of each other, for those that are one of both, in the order of
 * `machines`. No text holds a secret: `fillSecrets` puts them in.
 *
 * @throws ServicesError `invalid-declaration` with every mistake
 */
export function renderServices(services: SharedServices): MachineSetup[] {
  assertDeclaration(services);
  const room = openRoom(services);
  const parts = new Map<string, SetupPart[]>(services.machines.map(({ name }) => [name, []]));
  for (const name of serviceNames) addService(name, room, parts);
  const { auth, dns } = services;
  if (auth?.replica !== undefined)
    parts.get(auth.replica)?.push(renderSlapdReplica(room.party(auth.replica), room.party(auth.server), auth));
  if (dns?.replica !== undefined) parts.get(dns.replica)?.push(renderDnsmasq(room.party(dns.replica), dns, services));
  const serversOf = knownServers(room);
  for (const [machine, own] of parts) own.unshift(...renderHosts(serversOf(machine)));
  return [...parts].flatMap(([machine, own]) =>
    own.length === 0 ? [] : [layOutFor(room.party(machine), joinParts(machine, own))],
  );
}

function addService<Name extends ServiceName>(name: Name, room: Room, parts: ReadonlyMap<string, SetupPart[]>): void {
  const { services, party } = room;
  const service = services[name] as ServiceOf<Name> | undefined;
  if (service === undefined) return;
  const server = party(service.server);
  const clients = service.clients.map(({ machine, ...client }) => ({ ...party(machine), ...client }));
  const renderServer = serverRenderers[name] as (view: unknown) => Parts;
  parts.get(server.name)?.push(...[renderServer({ server, service, services, clients, party })].flat());
  const renderClient = clientRenderers[name] as Record<string, (view: ClientView<ServiceOf<Name>>) => Parts>;
  for (const { machine, implementation } of service.clients) {
    const client = party(machine);
    parts.get(machine)?.push(...[renderClient[implementation]?.({ client, server, service, services }) ?? []].flat());
  }
}
