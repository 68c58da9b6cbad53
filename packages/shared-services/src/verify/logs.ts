import { caPath, commonName, tlsPaths } from '../certificates.ts';
import { argument, statements } from '../formats/braces.ts';
import { contentOf, type MachineFiles, once, type Verification } from './finding.ts';
import { findServer, verifyShown } from './server.ts';

const ngFile = '/etc/syslog-ng/syslog-ng.conf';
const rsyslogFile = '/etc/rsyslog.d/kvm.conf';
const certificates = { [ngFile]: tlsPaths('syslog-ng').certificate, [rsyslogFile]: tlsPaths('rsyslog').certificate };

export function verifyLogs(verification: Verification): void {
  for (const machine of verification.machines) {
    verifySyslogNg(machine, verification);
    verifyRelp(machine, verification);
    verifyJournalRemote(machine, verification);
  }
}

/** Debian builds it without what would check them: it says `Certificate checking disabled.` when it starts. */
function verifyJournalRemote(server: MachineFiles, { report }: Verification): void {
  const path = '/etc/systemd/journal-remote.conf';
  if (contentOf(server, path) === undefined) return;
  report({
    severity: 'warning',
    service: 'logs',
    machine: server.machine,
    path,
    code: 'not-verified',
    message: `${server.machine} takes journals from whoever sends them: Debian's journal-remote checks no client's certificate.`,
    remedy: 'Let only guests reach tcp/19532, or use syslog-ng or rsyslog.',
  });
}

/** The blocks `destination ... { network("host" ...) };`. */
const destinations = (text: string): string[] =>
  [...text.matchAll(/^destination [^\n]*\{\s*network\(([^;]*?)\);\n\};/gms)].map(([, body = '']) => body);

/** What the server listens on with TLS, by either program: the peers of each port, undefined where it takes anybody. */
const listening = once((server: MachineFiles): ReadonlyMap<string, { readonly peers?: ReadonlySet<string> }> => {
  const sources = [...(contentOf(server, ngFile) ?? '').matchAll(/^source [^\n]*\{\s*network\(([^;]*)/gms)];
  const ng = sources
    .filter(([, body = '']) => argument(body, 'transport') === 'tls' && body.includes('peer-verify(required-trusted)'))
    .map(([, body = '']) => {
      const [, names] = /\btrusted-dn\(([^)]*)\)/.exec(body) ?? [];
      const peers = names && [...names.matchAll(/"CN=([^"]*)"/g)].map(([, name = '']) => name);
      return [argument(body, 'port') ?? '', peers && { peers: new Set(peers) }] as const;
    });
  const text = contentOf(server, rsyslogFile) ?? '';
  const tcpPeers = statements(text, 'module')
    .find((each) => each.get('load')?.[0] === 'imtcp')
    ?.get('permittedpeer');
  const rsyslog = statements(text, 'input').map((input) => {
    const peers = input.get('tls.permittedpeer') ?? tcpPeers;
    return [input.get('port')?.[0] ?? '', peers && { peers: new Set(peers) }] as const;
  });
  // The first of a port counts.
  return new Map([...ng, ...rsyslog].reverse().map(([port, peers]) => [port, peers ?? {}]));
});

/** Names of the machines that have rsyslog's file. */
const rsyslogServers = once(
  (machines: readonly MachineFiles[]) =>
    new Set(machines.flatMap((each) => (contentOf(each, rsyslogFile) ? [each.fqdn] : []))),
);

function verifySyslogNg(client: MachineFiles, verification: Verification): void {
  const { report, machines } = verification;
  for (const body of destinations(contentOf(client, ngFile) ?? '')) {
    const host = /^\s*"([^"]*)"/.exec(body)?.[1] ?? '';
    const finding = { severity: 'error', service: 'logs', machine: client.machine, path: ngFile } as const;
    if (argument(body, 'transport') !== 'tls' || !body.includes('peer-verify(required-trusted)'))
      report({
        ...finding,
        code: 'not-encrypted',
        message: `${client.machine} sends logs to whoever answers.`,
        remedy: 'Write transport("tls") and peer-verify(required-trusted).',
      });
    const file = rsyslogServers(machines).has(host) ? rsyslogFile : ngFile;
    const ca = argument(body, 'ca-file');
    const server = findServer(
      { service: 'logs', client, path: ngFile, host, ca },
      { file, certificate: certificates[file] },
      verification,
    );
    if (server === undefined) continue;
    const own = argument(body, 'cert-file') ?? '';
    verifyShown({ service: 'logs', machine: client, certificate: own }, { machine: server, ca: caPath }, verification);
    verifyPort(client, server, { port: argument(body, 'port') ?? '', path: ngFile }, verification);
  }
}

function verifyRelp(client: MachineFiles, verification: Verification): void {
  for (const action of statements(contentOf(client, rsyslogFile) ?? '', 'action')) {
    if (action.get('type')?.[0] !== 'omrelp') continue;
    const [host = ''] = action.get('target') ?? [];
    const finding = { severity: 'error', service: 'logs', machine: client.machine, path: rsyslogFile } as const;
    const verified = action.get('tls.authmode')?.[0] === 'name' && action.get('tls.permittedpeer')?.includes(host);
    if (action.get('tls')?.[0] !== 'on' || !verified)
      verification.report({
        ...finding,
        code: 'not-verified',
        message: `${client.machine} sends logs to whoever answers.`,
        remedy: 'Write tls="on", tls.authMode="name" and the server in tls.permittedPeer.',
      });
    const contact = { service: 'logs', client, path: rsyslogFile, host, ca: action.get('tls.cacert')?.[0] } as const;
    const server = findServer(contact, { file: rsyslogFile, certificate: certificates[rsyslogFile] }, verification);
    if (server === undefined) continue;
    const [own = ''] = action.get('tls.mycert') ?? [];
    verifyShown({ service: 'logs', machine: client, certificate: own }, { machine: server, ca: caPath }, verification);
    verifyPort(client, server, { port: action.get('port')?.[0] ?? '', path: rsyslogFile }, verification);
  }
}

function verifyPort(
  client: MachineFiles,
  server: MachineFiles,
  { port, path }: { port: string; path: string },
  { report }: Verification,
): void {
  const finding = { severity: 'error', service: 'logs', machine: client.machine, path } as const;
  const found = listening(server).get(port);
  if (found === undefined)
    report({
      ...finding,
      code: 'wrong-port',
      message: `${client.machine} sends to port ${port}, where ${server.machine} does not listen.`,
      remedy: 'Use the same port on both sides.',
    });
  else if (found.peers === undefined)
    report({
      ...finding,
      machine: server.machine,
      path: ngFile,
      code: 'any-peer',
      message: `${server.machine} takes logs by every certificate of the authority, also of machines that are gone.`,
      remedy: 'List the guests in trusted-dn.',
    });
  else if (!found.peers.has(commonName(client.machine, client.fqdn)))
    report({
      ...finding,
      code: 'not-allowed',
      message: `${server.machine} does not take logs of ${client.fqdn}.`,
      remedy: `Add it to the peers of ${server.machine}: trusted-dn in ${ngFile}, or the permitted peers in ${rsyslogFile}.`,
    });
}
