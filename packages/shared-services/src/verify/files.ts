import { type ExportLine, parseExports } from '../formats/exports.ts';
import { parseIni } from '../formats/ini.ts';
import { parseLines } from '../formats/words.ts';
import { isAddress } from '../words.ts';
import { contentOf, type MachineFiles, type Verification } from './finding.ts';
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
}

const source = (path: string, text: string): Mount[] => {
  const [, host, folder] = /^([^:\s]+):(\/\S*)$/.exec(text) ?? [];
  return host === undefined || folder === undefined ? [] : [{ path, host, folder }];
};

/** What a machine mounts by autofs or by systemd. */
function mountsOf(machine: MachineFiles): Mount[] {
  const map = '/etc/auto.kvm';
  const byAutofs = parseLines(contentOf(machine, map) ?? '').flatMap(({ value }) =>
    source(map, value.split(/\s+/).at(-1) ?? ''),
  );
  const units = machine.files.filter(({ path }) => path.endsWith('.mount'));
  const bySystemd = units.flatMap(({ path, content }) =>
    source(path, parseIni(content).get('Mount')?.get('What') ?? ''),
  );
  return [...byAutofs, ...bySystemd];
}

function verifyMount(client: MachineFiles, { path, host, folder }: Mount, verification: Verification): void {
  const server = findServer({ service: 'files', client, path, host }, { file: exportsFile }, verification);
  if (server === undefined) return;
  const exported = parseExports(contentOf(server, exportsFile) ?? '').filter((each) => each.path === folder);
  if (exported.some(({ clients }) => clients.some((each) => client.addresses.includes(each.client)))) return;
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

function verifyExports(server: MachineFiles, { report }: Verification): void {
  const finding = { severity: 'error', service: 'files', machine: server.machine, path: exportsFile } as const;
  for (const { path, clients } of parseExports(contentOf(server, exportsFile) ?? '')) {
    const open = clients.find(({ client }) => !isAddress(client));
    if (clients.length === 0 || open)
      report({
        ...finding,
        code: 'open-export',
        message: open?.client
          ? `${path} is exported to ${open.client}, which is not one machine.`
          : `${path} is exported to everybody: a blank before the ( ends the client's name.`,
        remedy: 'Write each client with its options right behind it: 172.16.65.1(rw).',
      });
    if (has(clients, 'fsid=0') || has(clients, 'fsid=root'))
      report({
        ...finding,
        code: 'fsid-root',
        message: `${path} is NFSv4's root (fsid=0): below it, the lists of clients are ignored.`,
        remedy: 'Remove fsid=0; each folder is mounted by its own path.',
      });
    if (has(clients, 'no_root_squash'))
      report({
        ...finding,
        code: 'root-not-squashed',
        message: `Root of a guest is root in ${path}.`,
        remedy: 'Write root_squash.',
      });
  }
}

const has = (clients: ExportLine['clients'], option: string): boolean =>
  clients.some(({ options }) => options.includes(option));
