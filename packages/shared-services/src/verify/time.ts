import { parseIni } from '../formats/ini.ts';
import { parseLines, valuesOf } from '../formats/words.ts';
import { contentOf, type MachineFiles, once, type Verification } from './finding.ts';
import { findServer } from './server.ts';

/** Of a server, and of a client but where Red Hat has it. */
const chronyFile = '/etc/chrony/chrony.conf';
const chronyFiles = [chronyFile, '/etc/chrony.conf'];

interface Source {
  readonly path: string;
  readonly host: string;
  readonly nts: boolean;
  readonly ca?: string | undefined;
}

/** Whom a client asks for the time. A machine whose chrony allows clients is a server, and asks whom it will. */
function sourcesOf(machine: MachineFiles): Source[] {
  const ownChronyFile = chronyFiles.find((path) => contentOf(machine, path) !== undefined) ?? chronyFile;
  const chrony = parseLines(contentOf(machine, ownChronyFile) ?? '');
  const servers = valuesOf(chrony, 'allow').length > 0 ? [] : valuesOf(chrony, 'server');
  const [ca] = valuesOf(chrony, 'ntstrustedcerts');
  const ntpFile = '/etc/ntpsec/ntp.conf';
  const ntp = parseLines(contentOf(machine, ntpFile) ?? '');
  const timesyncdFile = '/etc/systemd/timesyncd.conf.d/kvm.conf';
  const timesyncd =
    parseIni(contentOf(machine, timesyncdFile) ?? '')
      .get('Time')
      ?.get('NTP')
      ?.split(/\s+/) ?? [];
  const source = (path: string, line: string, trusted: string | undefined): Source => {
    const [host = '', ...options] = line.split(/\s+/);
    return { path, host, nts: options.includes('nts'), ca: trusted };
  };
  const ntpCa = valuesOf(ntp, 'nts')
    .find((value) => value.startsWith('ca '))
    ?.slice(3);
  return [
    ...servers.map((line) => source(ownChronyFile, line, ca)),
    ...valuesOf(ntp, 'server').map((line) => source(ntpFile, line, ntpCa)),
    ...timesyncd.map((host) => ({ path: timesyncdFile, host, nts: false })),
  ];
}

export function verifyTime(verification: Verification): void {
  for (const client of verification.machines)
    for (const source of sourcesOf(client)) verifySource(client, source, verification);
}

/** What a server has for its clients. */
const servedBy = once((server: MachineFiles) => {
  const lines = parseLines(contentOf(server, chronyFile) ?? '');
  const hasNts = ['ntsservercert', 'ntsserverkey'].every((key) => valuesOf(lines, key).length > 0);
  return { hasNts, allowed: new Set(valuesOf(lines, 'allow')) };
});

function verifySource(client: MachineFiles, { path, host, nts, ca }: Source, verification: Verification): void {
  const finding = { service: 'time', machine: client.machine, path } as const;
  const { report } = verification;
  if (!nts)
    report({
      ...finding,
      severity: path.includes('timesyncd') ? 'warning' : 'error',
      code: 'not-verified',
      message: `${client.machine} takes the time from whoever answers as ${host}.`,
      remedy: 'Use NTS, which timesyncd does not know.',
    });
  const contact = { service: 'time', client, path, host, ca } as const;
  const certificate = nts ? { certificate: '/etc/chrony/kvm.crt' } : {};
  const server = findServer(contact, { file: chronyFile, ...certificate }, verification);
  if (server === undefined) return;
  const { hasNts, allowed } = servedBy(server);
  if (nts && !hasNts)
    report({
      ...finding,
      severity: 'error',
      code: 'not-encrypted',
      message: `${server.machine} knows no NTS.`,
      remedy: `Write ntsservercert and ntsserverkey into ${chronyFile}.`,
    });
  if (!client.addresses.some((address) => allowed.has(address)))
    report({
      ...finding,
      severity: 'error',
      code: 'not-allowed',
      message: `${server.machine} answers nobody at ${client.addresses.join(', ')}.`,
      remedy: `Add \`allow ${client.addresses[0]}\` to ${chronyFile} of ${server.machine}.`,
    });
}
