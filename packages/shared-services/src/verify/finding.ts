import type { ServiceName } from '../declaration.ts';
import type { ServiceFile } from '../machine-setup.ts';

export type FindingCode =
  | 'no-server'
  | 'wrong-name'
  | 'wrong-authority'
  | 'wrong-key'
  | 'expired'
  | 'ends-soon'
  | 'wrong-password'
  | 'wrong-port'
  | 'wrong-base'
  | 'unknown-account'
  | 'not-encrypted'
  | 'not-verified'
  | 'not-allowed'
  | 'open-relay'
  | 'open-export'
  | 'any-sender'
  | 'any-peer'
  | 'root-not-squashed'
  | 'fsid-root'
  | 'not-a-volume'
  | 'system-folder'
  | 'reserved-group'
  | 'shared-key'
  | 'open-file'
  | 'missing-file';

/** Where two sides do not agree, or one is set up as it should not be. */
export interface ServicesFinding {
  /** A warning is a known weakness of what was chosen; with errors, something will not work or is open. */
  readonly severity: 'error' | 'warning';
  readonly code: FindingCode;
  readonly service: ServiceName | 'files-on-disk';
  readonly machine: string;
  /** The file that has to be changed. */
  readonly path: string;
  readonly message: string;
  readonly remedy: string;
}

/** A machine, and the files it has: read back from wherever they are. */
export interface MachineFiles {
  readonly machine: string;
  readonly fqdn: string;
  readonly addresses: readonly string[];
  readonly files: readonly Pick<ServiceFile, 'path' | 'mode' | 'content'>[];
}

/** What a certificate says, and whether the authorities of a file have signed it. */
export interface CertificateFacts {
  readonly names: readonly string[];
  readonly trusted: boolean;
  /** Whether it is valid today, and the authority that signed it, too. */
  readonly current: boolean;
  /** Until its end; negative after it. */
  readonly daysLeft: number;
  /** Whether it is for this private key, in PEM. */
  readonly fits: (key: string) => boolean;
}

export interface Verification {
  readonly machines: readonly MachineFiles[];
  /** Reads a certificate; without it, certificates are not looked into. Gives undefined for what is no certificate. */
  readonly readCertificate?: (certificate: string, authorities: string) => CertificateFacts | undefined;
  /** Whether a hash of the directory is a password's; without it, passwords are not compared. */
  readonly passwordFits?: (password: string, hash: string) => boolean;
  readonly report: (finding: ServicesFinding) => void;
}

/**
 * A function that works out once what it is asked again and again: each client asks for what follows from the same server's files,
 * which grow with the clients.
 */
export function once<Key extends object, Value>(workOut: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { readonly value: Value }>();
  return (key) => {
    const found = known.get(key) ?? { value: workOut(key) };
    known.set(key, found);
    return found.value;
  };
}

const contents = once(({ files }: MachineFiles) => new Map(files.map(({ path, content }) => [path, content])));

export const contentOf = (machine: MachineFiles, path: string): string | undefined => contents(machine).get(path);

/** Machines by each of their addresses. */
export const byAddress = once(
  (machines: readonly MachineFiles[]) =>
    new Map(machines.flatMap((machine) => machine.addresses.map((address) => [address, machine] as const))),
);
