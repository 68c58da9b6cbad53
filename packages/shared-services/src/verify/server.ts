import type { ServiceName } from '../declaration.ts';
import { contentOf, type MachineFiles, once, type Verification } from './finding.ts';

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
  verification: Verification,
): MachineFiles | undefined {
  const { machines, report } = verification;
  const finding = { severity: 'error', service, machine: client.machine, path } as const;
  const server = byName(machines)
    .get(host)
    ?.find((each) => contentOf(each, file) !== undefined);
  if (server === undefined) {
    const message = `${client.machine} asks ${host}, which serves nothing of this (it has no ${file}).`;
    report({ ...finding, code: 'no-server', message, remedy: 'Correct the name, or set up the server.' });
    return undefined;
  }
  if (certificate === undefined || ca === undefined) return server;
  const shown = { service, machine: server, certificate };
  const names = verifyShown(shown, { machine: client, ca }, verification);
  if (names !== undefined && !names.includes(host)) {
    const message = `${client.machine} asks ${host}, but the certificate of ${server.machine} is for ${names.join(', ')}.`;
    report({ ...finding, code: 'wrong-name', message, remedy: 'Use a name of the certificate.' });
  }
  return server;
}

/** A certificate that a machine shows. */
interface Shown {
  readonly service: ServiceName;
  readonly machine: MachineFiles;
  /** Its file. */
  readonly certificate: string;
}

/**
 * Whether who is shown a certificate knows the authority that signed it, and whether it is valid today.
 *
 * @returns the names it is for; undefined when nobody can tell
 */
export function verifyShown(
  { service, machine, certificate }: Shown,
  other: { readonly machine: MachineFiles; readonly ca: string },
  { readCertificate, report }: Verification,
): readonly string[] | undefined {
  if (readCertificate === undefined) return undefined;
  const facts = readCertificate(contentOf(machine, certificate) ?? '', contentOf(other.machine, other.ca) ?? '');
  const finding = { severity: 'error', service } as const;
  if (!facts?.trusted) {
    const message = `${other.ca} of ${other.machine.machine} has not signed ${certificate} of ${machine.machine}.`;
    const remedy = 'Give both sides the same authority.';
    report({ ...finding, machine: other.machine.machine, path: other.ca, code: 'wrong-authority', message, remedy });
    return undefined;
  }
  if (!facts.current) {
    const message = `${certificate} of ${machine.machine} is not valid today.`;
    const remedy = '`kvmctl services render` makes it anew; then roll out.';
    report({ ...finding, machine: machine.machine, path: certificate, code: 'expired', message, remedy });
  }
  return facts.names;
}

/** Machines by every name that they may be called by: `common`, `common.home.arpa`, an address. */
const byName = once((machines: readonly MachineFiles[]) => {
  const called = new Map<string, MachineFiles[]>();
  for (const machine of machines)
    for (const name of new Set([...beginnings(machine.fqdn), ...machine.addresses])) {
      const others = called.get(name);
      if (others === undefined) called.set(name, [machine]);
      else others.push(machine);
    }
  return called;
});

const beginnings = (fqdn: string): string[] => {
  const labels = fqdn.split('.');
  return labels.map((_, index) => labels.slice(0, index + 1).join('.'));
};
