import { BUILT_IN } from './built-in.ts';
import { exportDisks } from './export-disks.ts';
import type { InventoryShared, SharedService } from './inventory.ts';
import { ownValue } from './own-value.ts';
import type { InventoryFile } from './schema/inventory.ts';

type SharedFile = NonNullable<InventoryFile['shared']>;

interface Programs<Program extends string> {
  readonly server?: string;
  readonly client?: Program;
  readonly clients?: { readonly [guest: string]: Program | 'none' };
}

/** Who serves and who uses a service. */
type Parties = <Program extends string>(keys: Programs<Program>, usual: NoInfer<Program>) => SharedService<Program>;

/** Fills in what the section leaves to defaults: without `false`, each service is served. */
export function buildShared(file: InventoryFile, shared: SharedFile): InventoryShared {
  const parties = partiesOf(Object.keys(file.guests ?? {}), shared.server ?? '');
  const domain = file.domain ?? BUILT_IN.domain;
  const [auth, logs, files] = [keysOf(shared.auth), keysOf(shared.logs), keysOf(shared.files)];
  const [mail, dns, time] = [keysOf(shared.mail), keysOf(shared.dns), keysOf(shared.time)];
  return {
    ...(auth && {
      auth: {
        ...parties(auth, 'sssd'),
        base:
          auth.base ??
          domain
            .split('.')
            .map((label) => `dc=${label}`)
            .join(','),
        firstId: auth.firstId ?? BUILT_IN.shared.firstId,
        ...(auth.replica !== undefined && { replica: auth.replica }),
      },
    }),
    ...(logs && { logs: { ...parties(logs, 'syslog-ng'), keepDays: logs.keepDays ?? BUILT_IN.shared.keepDays } }),
    ...(files && { files: buildFiles(files, parties, exportDisks(file)?.disks) }),
    ...(mail && { mail: buildMail(mail, parties) }),
    ...(dns && { dns: buildDns(dns, parties, file.host.gateway) }),
    ...(time && {
      time: {
        ...parties(time, 'chrony'),
        upstreams: (time.upstreams ?? BUILT_IN.shared.timeUpstreams).map(timeUpstream),
        hostClock: time.hostClock ?? false,
      },
    }),
  };
}

const timeUpstream = (upstream: TimeServer): { readonly host: string; readonly nts: boolean } =>
  typeof upstream === 'string' ? { host: upstream, nts: false } : { nts: false, ...upstream };

type TimeServer = string | { readonly host: string; readonly nts?: boolean };

function partiesOf(guests: readonly string[], common: string): Parties {
  return ({ server = common, client, clients }, usual) => ({
    server,
    clients: guests.flatMap((machine) => {
      const implementation = ownValue(clients, machine) ?? client ?? usual;
      return machine === server || implementation === 'none' ? [] : [{ machine, implementation }];
    }),
  });
}

type Keys<Name extends keyof SharedFile> = Exclude<SharedFile[Name], boolean | undefined | string>;

/** A service's keys; none of them when the file leaves all to defaults. */
const keysOf = <T extends object>(service: T | boolean | undefined): Partial<T> | false =>
  service === undefined || service === true ? {} : service;

function buildFiles(
  files: Keys<'files'>,
  parties: Parties,
  disks: ReadonlyMap<string, string> = new Map(),
): NonNullable<InventoryShared['files']> {
  const both = parties(files, 'autofs');
  // Where nobody could mount it, nothing is exported by default.
  const exports = files.exports ?? (both.clients.length > 0 ? BUILT_IN.shared.exports : {});
  return {
    ...both,
    exports: Object.entries(exports).map(([name, each]) => {
      const disk = disks.get(name);
      return { name, readOnly: false, ...each, ...(disk !== undefined && { disk }) };
    }),
  };
}

function buildMail(mail: Keys<'mail'>, parties: Parties): NonNullable<InventoryShared['mail']> {
  const { aliases = {}, relay = [], senders, upstream, user } = mail;
  const [host = '', port = ''] = upstream?.split(':') ?? [];
  return {
    ...parties(mail, 'msmtp'),
    aliases: Object.entries(aliases).map(([name, to]) => ({ name, to })),
    relay,
    ...(senders && { senders: Object.entries(senders).map(([machine, addresses]) => ({ machine, addresses })) }),
    ...(upstream !== undefined && { upstream: { host, port: Number(port), ...(user !== undefined && { user }) } }),
  };
}

function buildDns(
  dns: Keys<'dns'>,
  parties: Parties,
  gateway: string | undefined,
): NonNullable<InventoryShared['dns']> {
  const { upstreams = gateway === undefined ? [] : [gateway], dhcp, privateZones, replica } = dns;
  return {
    ...parties(dns, 'resolv.conf'),
    upstreams,
    ...(privateZones && { privateZones }),
    ...(replica !== undefined && { replica }),
    ...(dhcp && { dhcp: { first: dhcp[0], last: dhcp[1] } }),
  };
}
