import { clientPlaces, isWithin, serverPlaces } from '../files/places.ts';
import { type ExportLine, parseExports } from '../formats/exports.ts';
import { parseIni } from '../formats/ini.ts';
import { parseLines } from '../formats/words.ts';
import { isAddress } from '../words.ts';
import { contentOf, type MachineFiles, once, type ServicesFinding, type Verification } from './finding.ts';
import { findServer } from './server.ts';

const exportsFile = '/etc/exports.d/kvm.exports';

export function verifyFiles(verification: Verification): void {
  for (const machine of verification.machines) {
    for (const mount of mountsOf(machine)) verifyMount(machine, mount, verification);
    verifyExports(machine, verification);
  }
}

interface Mount {
  readonly path: string;
  readonly host: string;
  readonly folder: string;
  /** Where the client sees it. */
  readonly place: string;
}

const source = (path: string, text: string, place: string): Mount[] => {
  const [, host, folder] = /^([^:\s]+):(\/\S*)$/.exec(text) ?? [];
  return host === undefined || folder === undefined ? [] : [{ path, host, folder, place }];
};

/** What a machine mounts by autofs or by systemd. */
function mountsOf(machine: MachineFiles): Mount[] {
  const map = '/etc/auto.kvm';
  const byAutofs = parseLines(contentOf(machine, map) ?? '').flatMap(({ key, value }) =>
    source(map, value.split(/\s+/).at(-1) ?? '', key),
  );
  const units = machine.files.filter(({ path }) => path.endsWith('.mount'));
  const bySystemd = units.flatMap(({ path, content }) => {
    const unit = parseIni(content).get('Mount');
    return source(path, unit?.get('What') ?? '', unit?.get('Where') ?? '');
  });
  return [...byAutofs, ...bySystemd];
}

function verifyMount(client: MachineFiles, { path, host, folder, place }: Mount, verification: Verification): void {
  if (!isWithin(place, clientPlaces))
    verification.report({
      severity: 'error',
      service: 'files',
      machine: client.machine,
      path,
      code: 'system-folder',
      message: `${place} is not a place for data: what the server has there would take the place of ${client.machine}'s own.`,
      remedy: `Mount on one of ${clientPlaces.join(', ')}, or a folder below.`,
    });
  const server = findServer({ service: 'files', client, path, host }, { file: exportsFile }, verification);
  if (server === undefined) return;
  const clients = exportedTo(server).get(folder);
  if (client.addresses.some((address) => clients?.has(address))) return;
  verification.report({
    severity: 'error',
    service: 'files',
    machine: client.machine,
    path,
    code: 'not-allowed',
    message: `${server.machine} does not export ${folder} to ${client.addresses.join(', ')}.`,
    remedy: `Add it to ${exportsFile} of ${server.machine}.`,
  });
}

/** To whom a server exports each folder; there may be several lines of one. */
const exportedTo = once((server: MachineFiles) => {
  const folders = new Map<string, Set<string>>();
  for (const { path, clients } of parseExports(contentOf(server, exportsFile) ?? '')) {
    const known = folders.get(path) ?? new Set();
    folders.set(path, known);
    for (const { client } of clients) known.add(client);
  }
  return folders;
});

/** Options that give a client more than the file system of the export. */
const beyond = ['crossmnt', 'nohide'];

const isMountPoint = ({ options }: ExportLine['clients'][number]): boolean =>
  options.some((option) => /^(?:mp|mountpoint)$/.test(option));

type Fault = Pick<ServicesFinding, 'code' | 'message' | 'remedy'>;

/** Exports that give more than their folder, to more than those who are named. */
function verifyExports(server: MachineFiles, { report }: Verification): void {
  const finding = { severity: 'error', service: 'files', machine: server.machine, path: exportsFile } as const;
  for (const line of parseExports(contentOf(server, exportsFile) ?? ''))
    for (const faults of [clientFaults(line), volumeFaults(line, server.machine), rootFaults(line)])
      for (const fault of faults) report({ ...finding, ...fault });
}

function clientFaults({ path, clients }: ExportLine): Fault[] {
  const open = clients.find(({ client }) => !isAddress(client));
  if (clients.length > 0 && !open) return [];
  const message = open?.client
    ? `${path} is exported to ${open.client}, which is not one machine.`
    : `${path} is exported to everybody: a blank before the ( ends the client's name.`;
  return [
    { code: 'open-export', message, remedy: 'Write each client with its options right behind it: 172.16.65.1(rw).' },
  ];
}

function volumeFaults({ path, clients }: ExportLine, server: string): Fault[] {
  const faults: Fault[] = [];
  if (!clients.every(isMountPoint))
    faults.push({
      code: 'not-a-volume',
      message: `${path} is exported even when it is a folder of ${server}'s own file system, of which a guest's root then reads and writes everything.`,
      remedy: 'Mount a volume of its own there, and write the option mountpoint for each client.',
    });
  const wide = beyond.find((option) => has(clients, option));
  if (wide !== undefined)
    faults.push({
      code: 'open-export',
      message: `With ${wide}, who may mount ${path} also gets what is mounted below it.`,
      remedy: `Remove ${wide}; export each file system by itself.`,
    });
  if (!isWithin(path, serverPlaces))
    faults.push({
      code: 'system-folder',
      message: `${path} is not a place for data, and must not be exported.`,
      remedy: `Export one of ${serverPlaces.join(', ')}, or a folder below.`,
    });
  return faults;
}

function rootFaults({ path, clients }: ExportLine): Fault[] {
  const faults: Fault[] = [];
  if (has(clients, 'fsid=0') || has(clients, 'fsid=root'))
    faults.push({
      code: 'fsid-root',
      message: `${path} is NFSv4's root (fsid=0): below it, the lists of clients are ignored.`,
      remedy: 'Remove fsid=0; each folder is mounted by its own path.',
    });
  if (has(clients, 'no_root_squash'))
    faults.push({
      code: 'root-not-squashed',
      message: `Root of a guest is root in ${path}.`,
      remedy: 'Write root_squash.',
    });
  return faults;
}

const has = (clients: ExportLine['clients'], option: string): boolean =>
  clients.some(({ options }) => options.includes(option));
