import { domainData, parseXml } from '@kvm/domain-xml';
import { resolvePolicy } from '@kvm/firewall';
import { findDrift, type RunProgram } from '@kvm/firewall/run';
import { type Connection, type Domain, LibvirtError } from '@kvm/libvirt';
import type { Desired } from '../desired.ts';
import { lookAt } from '../host-files.ts';
import type { Observed, ObservedDomain, ObservedFile, ObservedFirewall } from '../observed.ts';
import { mustRun } from './program.ts';

/** Says of each path on its input, in a line, what is there. Devices are only looked for, which takes no process each. */
const lookScript = `
while IFS= read -r path; do
  if [ -b "$path" ]; then echo block
  elif [ -f "$path" ]; then
    if [ -r "$path" ]; then echo "file $(stat -Lc %a "$path") $(base64 -w0 <"$path")"
    else echo 'other a file that cannot be read'; fi
  elif [ -d "$path" ]; then echo 'other a folder'
  elif [ -L "$path" ]; then echo 'other a link that leads nowhere'
  elif [ -e "$path" ]; then echo 'other no plain file'
  else echo absent
  fi
done
`;

/** Looks at a host: its libvirtd over one connection, its files and devices with one program, its firewall with two. */
export async function observe(desired: Desired, run: RunProgram, connection: Connection): Promise<Observed> {
  const { files, settings, volumes } = lookAt(desired);
  const paths = [...files.map(({ path }) => path), ...settings.map((path) => `/proc/sys/${path}`), ...volumes];
  const [found, domains, firewall] = await Promise.all([
    look(paths, run),
    observeDomains(connection),
    observeFirewall(desired, run),
  ]);
  return {
    files: new Map(files.map(({ path }) => [path, readFile(found.get(path))])),
    settings: new Map(settings.flatMap((path) => settingOf(path, readFile(found.get(`/proc/sys/${path}`))))),
    volumes: new Set(volumes.filter((path) => found.get(path) === 'block')),
    domains,
    ...(firewall && { firewall }),
  };
}

async function look(paths: readonly string[], run: RunProgram): Promise<ReadonlyMap<string, string>> {
  const output = await mustRun(run, ['sh', '-c', lookScript], paths.map((path) => `${path}\n`).join(''));
  const lines = output.split('\n');
  return new Map(paths.map((path, index) => [path, lines[index] ?? 'absent']));
}

function readFile(line = 'absent'): ObservedFile {
  const [kind, mode = '', ...rest] = line.split(' ');
  if (kind === 'file')
    return { kind, mode: Number.parseInt(mode, 8), content: Buffer.from(rest.join(' '), 'base64').toString() };
  if (kind === 'absent') return { kind };
  return { kind: 'other', what: kind === 'block' ? 'a device' : [mode, ...rest].join(' ') };
}

const settingOf = (path: string, file: ObservedFile): [string, string][] =>
  file.kind === 'file' ? [[path, file.content.trim()]] : [];

async function observeFirewall(
  { policy, zones, inventory }: Desired,
  run: RunProgram,
): Promise<ObservedFirewall | undefined> {
  return policy && findDrift(resolvePolicy(policy, zones), run, inventory.host.firewall);
}

/** All domains, with what each has and is to have: calls that do not wait for each other. */
export async function observeDomains(connection: Connection): Promise<readonly ObservedDomain[]> {
  const domains = await Promise.all((await connection.listDomains()).map(observeDomain));
  return domains.filter((each) => each !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function observeDomain(domain: Domain): Promise<ObservedDomain | undefined> {
  const active = domain.id !== undefined;
  try {
    const [definition, running, state, autostart] = await Promise.all([
      domain.xml({ inactive: true, secure: true }),
      active ? domain.xml({ secure: true }) : undefined,
      active ? domain.state() : 'shutoff',
      domain.autostart(),
    ]);
    return {
      name: domain.name,
      uuid: domain.uuid,
      active: active && state !== 'shutoff',
      paused: state === 'paused',
      autostart,
      definition: domainData(parseXml(definition)),
      ...(running !== undefined && { running: domainData(parseXml(running)) }),
    };
  } catch (error) {
    // It went between the calls.
    if (error instanceof LibvirtError && error.code === 'VIR_ERR_NO_DOMAIN') return undefined;
    throw error;
  }
}
