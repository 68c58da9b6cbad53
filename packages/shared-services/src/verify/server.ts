import type { ServiceName } from '../declaration.ts';
import { contentOf, type MachineFiles, type Verification } from './finding.ts';

/** How a client says whom it talks to. */
export interface Contact {
  readonly service: ServiceName;
  readonly client: MachineFiles;
  /** The client's file. */
  readonly path: string;
  /** The server by the name or address that the client uses. */
  readonly host: string;
  /** The authority's file on the client; absent where nobody is asked to show a certificate. */
  readonly ca?: string | undefined;
}

/** A server by one of its files, and the certificate it shows. */
export interface ServerKind {
  readonly file: string;
  readonly certificate?: string;
}

/**
 * The server that a client talks to: it has the file by which it is one, and shows a certificate for the name by which the
 * client calls it, by an authority that the client knows.
 */
export function findServer(
  { service, client, path, host, ca }: Contact,
  { file, certificate }: ServerKind,
  { machines, readCertificate, report }: Verification,
): MachineFiles | undefined {
  const finding = { severity: 'error', service, machine: client.machine, path } as const;
  const server = machines.find((each) => contentOf(each, file) !== undefined && isCalled(each, host));
  if (server === undefined) {
    const message = `${client.machine} asks ${host}, which serves nothing of this (it has no ${file}).`;
    report({ ...finding, code: 'no-server', message, remedy: 'Correct the name, or set up the server.' });
    return undefined;
  }
  if (certificate === undefined || ca === undefined || readCertificate === undefined) return server;
  const facts = readCertificate(contentOf(server, certificate) ?? '', contentOf(client, ca) ?? '');
  if (facts === undefined || !facts.trusted) {
    const message = `${ca} of ${client.machine} has not signed ${certificate} of ${server.machine}.`;
    report({ ...finding, path: ca, code: 'wrong-authority', message, remedy: 'Give both sides the same authority.' });
  } else if (!facts.names.includes(host)) {
    const message = `${client.machine} asks ${host}, but the certificate of ${server.machine} is for ${facts.names.join(', ')}.`;
    report({ ...finding, code: 'wrong-name', message, remedy: 'Use a name of the certificate.' });
  }
  return server;
}

const isCalled = ({ fqdn, addresses }: MachineFiles, host: string): boolean =>
  host === fqdn || addresses.includes(host) || fqdn.startsWith(`${host}.`);
