import { type RunProgram, withLimit } from '@kvm/command';
import { type DomainElement, domainData, parseXml } from '@kvm/domain-xml';
import { BOOT_UNIT } from '@kvm/firewall';
import { findDrift, readForeignDrops } from '@kvm/firewall/run';
import { type Connection, type Domain, LibvirtError, type ListDomainsOptions, statsOfAll } from '@kvm/libvirt';
import { type LogicalVolume, LvmError, type Storage, volumePath } from '@kvm/lvm';
import { readStorage } from '@kvm/lvm/run';
import { tapPrefix } from '@kvm/netplan';
import type { Desired } from '../../desired/desired.ts';
import { lookAt } from '../../desired/host-files.ts';
import type { KeptState, Observed, ObservedDomain, ObservedFile } from '../../observed.ts';
import { disksOf } from '../../plan/disk-data.ts';
import type { HostClients } from '../access/host-clients.ts';
import { mustRun } from '../access/must-run.ts';
import { observeNetwork } from './observe-network.ts';
import { observePlaces, withPlaces } from './observe-places.ts';
import { observeSchemaProblems } from './observe-schema.ts';
import { observeUnits } from './observe-units.ts';

/** Where what root runs for guests lies. */
const ownFolder = '/etc/kvm';

/** Says of each path on its input, and of each link that it is given, in a line, what is there. Devices are only looked for, which takes no process each. */
const lookScript = `
while IFS= read -r path; do
  if [ -b "$path" ]; then echo block
  elif [ -f "$path" ]; then
    if [ -r "$path" ]; then
      link=-
      if [ -L "$path" ]; then link=$(readlink "$path" | base64 -w0); fi
      echo "file $(stat -Lc '%a %Y %u' "$path") $link $(base64 -w0 <"$path")"
    else echo 'other a file that cannot be read'; fi
  elif [ -d "$path" ]; then echo 'other a folder'
  elif [ -L "$path" ]; then echo 'other a link that leads nowhere'
  elif [ -e "$path" ]; then echo 'other no plain file'
  else echo absent
  fi
done
for link do
  if [ -L "$link" ]; then echo "link $(readlink "$link")"
  elif [ -e "$link" ]; then echo other
  else echo absent
  fi
done
echo "folder $(stat -c '%a %u' ${ownFolder} 2>/dev/null)"
stat -c '%Y %n' /etc/libvirt/qemu/*.xml 2>/dev/null || :
`;

/** How long each program may take that looks at a host: one that does not answer is not waited for for ever. */
export const lookSeconds = 120;

/** Looks at a host: its libvirtd over one connection, its files and devices with one program, its network with another, its firewall with two. */
export async function observe(desired: Desired, { run: unlimited, connection }: HostClients): Promise<Observed> {
  const run = withLimit(unlimited, lookSeconds);
  const { files, links, settings, volumes } = lookAt(desired);
  const paths = [...files.map(({ path }) => path), ...settings.map((path) => `/proc/sys/${path}`), ...volumes];
  const [{ found, leads, changedAt, folder }, network, units, storage, domains, libvirt, firewall] = await Promise.all([
    look(
      paths,
      links.map(({ path }) => path),
      run,
    ),
    observeNetwork(run, desired.inventory.host.uplink),
    observeUnits(run),
    observeStorage(run),
    observeDomains(connection),
    connection.libVersion(),
    observeFirewall(desired, run),
  ]);
  const at = { run, volumes: [...new Set([...volumes, ...volumePaths(storage?.volumes ?? [])])] };
  const [schemaProblems, placed, places] = await Promise.all([
    observeSchemaProblems(desired, domains, run),
    withPlaces(domains, at),
    observePlaces(
      desired.guests.map(({ domain }) => domain),
      at,
    ),
  ]);
  const foundAt = (path: string): ObservedFile => found.get(path)?.file ?? { kind: 'absent' };
  return {
    files: new Map(files.map(({ path }) => [path, foundAt(path)])),
    links: leads,
    ...(folder && { folder }),
    settings: new Map(settings.flatMap((path) => settingOf(path, foundAt(`/proc/sys/${path}`)))),
    changedAt,
    volumes: new Set(volumes.filter((path) => found.get(path)?.isDevice)),
    ...network,
    ...units,
    domains: placed,
    places,
    libvirt,
    schemaProblems,
    ...(storage && { storage }),
    ...firewall,
  };
}

/** Device paths of volumes, as LVM spells them. */
export const volumePaths = (volumes: readonly LogicalVolume[]): readonly string[] =>
  volumes.map(({ vg, name }) => volumePath(vg, name));

interface Look {
  readonly file: ObservedFile;
  readonly isDevice?: boolean;
  readonly changedAt?: number;
}

async function look(paths: readonly string[], links: readonly string[], run: RunProgram) {
  const output = await mustRun(
    run,
    ['sh', '-c', lookScript, 'look', ...links],
    paths.map((path) => `${path}\n`).join(''),
  );
  const lines = output.split('\n').slice(0, -1);
  const found = new Map(paths.map((path, index) => [path, readLook(lines[index] ?? 'absent')]));
  const leads = links.flatMap((path, index): [string, string | undefined][] => {
    const line = lines[paths.length + index] ?? 'absent';
    return line === 'absent' ? [] : [[path, line.startsWith('link ') ? line.slice('link '.length) : undefined]];
  });
  const [folderLine = '', ...definitionLines] = lines.slice(paths.length + links.length);
  const [, mode = '', owner = ''] = folderLine.split(' ');
  const definitions = definitionLines.map((line): [string, number] => {
    const space = line.indexOf(' ');
    return [line.slice(space + 1), Number(line.slice(0, space))];
  });
  const files = [...found].flatMap(([path, { changedAt }]): [string, number][] =>
    changedAt === undefined ? [] : [[path, changedAt]],
  );
  return {
    ...{ found, leads: new Map(leads), changedAt: new Map([...files, ...definitions]) },
    ...(owner && { folder: { path: ownFolder, mode: Number.parseInt(mode, 8), owner: Number(owner) } }),
  };
}

function readLook(line: string): Look {
  const [kind, ...words] = line.split(' ');
  if (kind === 'block') return { file: { kind: 'other', what: 'a device' }, isDevice: true };
  if (kind === 'absent') return { file: { kind } };
  if (kind !== 'file') return { file: { kind: 'other', what: words.join(' ') } };
  const [mode = '', changedAt, owner = '0', link = '-', content = ''] = words;
  return {
    file: {
      ...{ kind, mode: Number.parseInt(mode, 8), content: fromBase64(content) },
      ...(owner !== '0' && { owner: Number(owner) }),
      ...(link !== '-' && { link: fromBase64(link).replace(/\n$/, '') }),
    },
    changedAt: Number(changedAt),
  };
}

const fromBase64 = (text: string): string => Buffer.from(text, 'base64').toString();

const settingOf = (path: string, file: ObservedFile): [string, string][] =>
  file.kind === 'file' ? [[path, file.content.trim()]] : [];

/** LVM's report; undefined where there is no LVM. */
export async function observeStorage(run: RunProgram): Promise<Storage | undefined> {
  try {
    return await readStorage({ run: withLimit(run, lookSeconds) });
  } catch (error) {
    if (error instanceof LvmError && error.code === 'lvm-missing') return undefined;
    throw error;
  }
}

async function observeFirewall(
  { policy, inventory }: Desired,
  run: RunProgram,
): Promise<Pick<Observed, 'firewall' | 'leftFirewall'>> {
  if (policy === undefined) return observeLeftFirewall(run);
  const { firewall: backEnd, uplink } = inventory.host;
  const [drift, dropping] = await Promise.all([
    findDrift(policy, run, backEnd),
    readForeignDrops(run, { backEnd, taps: tapPrefix, uplink, ranges: policy.guestNetworks.ranges }),
  ]);
  return { firewall: { ...drift, ...(dropping.length > 0 && { dropping }) } };
}

const leftScript = `
if nft -t list table inet kvm >/dev/null 2>&1 || { iptables-save; ip6tables-save; } 2>/dev/null | grep -q '^:KVM-'; then echo loaded; fi
[ ! -e /etc/systemd/system/${BOOT_UNIT} ] || echo boot
`;

async function observeLeftFirewall(run: RunProgram): Promise<Pick<Observed, 'leftFirewall'>> {
  const found = (await mustRun(run, ['sh', '-c', leftScript])).split('\n');
  const left = { isLoaded: found.includes('loaded'), startsWithHost: found.includes('boot') };
  return left.isLoaded || left.startsWithHost ? { leftFirewall: left } : {};
}

/** All domains, with what each has and is to have: calls that do not wait for each other. */
export async function observeDomains(connection: Connection): Promise<readonly ObservedDomain[]> {
  const uuids = async (options: ListDomainsOptions) =>
    new Set((await connection.listDomains(options)).map(({ uuid }) => uuid));
  const [domains, forgotten, autostart, saved, withSnapshots, withCheckpoints, stats] = await Promise.all([
    connection.listDomains(),
    uuids({ persistent: false }),
    uuids({ autostart: true }),
    uuids({ managedSave: true }),
    uuids({ snapshots: true }),
    uuids({ checkpoints: true }),
    statsOfAll(connection, { active: true }),
  ]);
  const disks = new Map(
    stats.map(({ domain, disks: all }) => [
      domain.uuid,
      new Map(all.map(({ name, capacityBytes }) => [name, capacityBytes])),
    ]),
  );
  const observed = await Promise.all(
    domains.map((domain) =>
      observeDomain(domain, {
        persistent: !forgotten.has(domain.uuid),
        autostart: autostart.has(domain.uuid),
        diskBytes: disks.get(domain.uuid),
        has: {
          managedSave: saved.has(domain.uuid),
          snapshots: withSnapshots.has(domain.uuid),
          checkpoints: withCheckpoints.has(domain.uuid),
        },
      }),
    ),
  );
  return observed.filter((each) => each !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What is known of a domain from lists of them all. */
interface ListedDomain extends Pick<ObservedDomain, 'persistent' | 'autostart'> {
  readonly diskBytes: ReadonlyMap<string, number> | undefined;
  readonly has: Readonly<Record<Exclude<keyof KeptState, 'saved'>, boolean>>;
}

async function observeDomain(
  domain: Domain,
  { diskBytes, has, ...listed }: ListedDomain,
): Promise<ObservedDomain | undefined> {
  const active = domain.id !== undefined;
  try {
    const [definition, running, state, kept] = await Promise.all([
      domain.xml({ inactive: true, secure: true }),
      active ? readRunning(domain) : undefined,
      active ? domain.state() : 'shutoff',
      observeKept(domain, has),
    ]);
    return {
      name: domain.name,
      uuid: domain.uuid,
      active: active && state !== 'shutoff',
      paused: state === 'paused',
      ...listed,
      definition: domainData(parseXml(definition)),
      ...running,
      ...(kept && { kept }),
      ...(diskBytes && { diskBytes }),
    };
  } catch (error) {
    // It went between the calls.
    if (error instanceof LibvirtError && error.code === 'VIR_ERR_NO_DOMAIN') return undefined;
    throw error;
  }
}

async function readRunning(domain: Domain): Promise<Pick<ObservedDomain, 'running' | 'jobs' | 'isCommanded'>> {
  const running = domainData(parseXml(await domain.xml({ secure: true })));
  const [jobs, messages] = await Promise.all([observeJobs(domain, running), messagesOf(domain)]);
  const isCommanded = messages.some((message) => message.includes('monitor control command'));
  return { running, ...(jobs.length > 0 && { jobs }), ...(isCommanded && { isCommanded }) };
}

/** None where libvirtd is older than these messages. */
async function messagesOf(domain: Domain): Promise<readonly string[]> {
  try {
    return await domain.messages();
  } catch (error) {
    if (error instanceof LibvirtError && ['VIR_ERR_NO_SUPPORT', 'VIR_ERR_RPC'].includes(error.code)) return [];
    throw error;
  }
}

/** What libvirt is at with a running guest: copies, commits, backups, a move. */
export async function observeJobs(domain: Domain, running: DomainElement): Promise<readonly string[]> {
  try {
    const jobs = await Promise.all([
      domain.hasJob().then((has) => (has ? ['backup, save, dump or move'] : [])),
      ...disksOf(running).map(async ({ disk }) => {
        const job = await domain.blockJob(disk);
        return job === undefined ? [] : [`${job.type} of ${disk}`];
      }),
    ]);
    return jobs.flat();
  } catch (error) {
    if (!(error instanceof LibvirtError) || error.code === 'VIR_ERR_NO_DOMAIN') throw error;
    // It has stopped meanwhile.
    if (error.code === 'VIR_ERR_OPERATION_INVALID') return [];
    return [`something that keeps it from answering (${error.code})`];
  }
}

/** @param has whether there is any; names are asked for only then */
export async function observeKept(domain: Domain, has: ListedDomain['has']): Promise<KeptState | undefined> {
  if (!Object.values(has).includes(true)) return undefined;
  const [saved, snapshots, checkpoints] = await Promise.all([
    has.managedSave ? savedOf(domain) : undefined,
    has.snapshots ? domain.snapshots() : [],
    has.checkpoints ? domain.checkpoints() : [],
  ]);
  return {
    managedSave: has.managedSave,
    ...(saved && { saved }),
    snapshots: snapshots.map(({ name }) => name),
    checkpoints,
  };
}

/** Undefined where libvirtd is older than the question, and for one that has started meanwhile. */
async function savedOf(domain: Domain): Promise<DomainElement | undefined> {
  try {
    return domainData(parseXml(await domain.managedSaveXml({ secure: true })));
  } catch (error) {
    const isKnown =
      error instanceof LibvirtError &&
      ['VIR_ERR_NO_SUPPORT', 'VIR_ERR_RPC', 'VIR_ERR_OPERATION_INVALID'].includes(error.code);
    if (!isKnown) throw error;
    return undefined;
  }
}
