import { type ServiceFile, secretSlot } from './machine-setup.ts';

/** Where a daemon finds who it may trust and who it is itself. */
export interface TlsPaths {
  /** Tells the daemon's key from those of the machine's other daemons: one that is taken from a daemon is no other's. */
  readonly program: string;
  readonly ca: string;
  /** For the machine's names. */
  readonly certificate: string;
  readonly key: string;
}

const folder = '/etc/kvm/tls';

export const tlsPaths = (program: string): TlsPaths => ({
  program,
  ca: `${folder}/ca.crt`,
  certificate: `${folder}/${program}.crt`,
  key: `${folder}/${program}.key`,
});

/** Whom a certificate is for, as RFC 5280 lets a common name be: 64 characters. What counts are the alternative names. */
export const commonName = (machine: string, fqdn: string): string => (fqdn.length > 64 ? machine : fqdn);

/** Name of the secrets of a daemon's certificate and key; a machine's name has no dot. */
const identityName = (machine: string, program: string): string => `machines/${machine}.${program}`;

/** The daemon of a machine that a secret is the key of. */
export function keyHolder(secret: string): { readonly machine: string; readonly program: string } | undefined {
  const [, machine, program] = /^machines\/([^./]+)\.([^./]+)\.key$/.exec(secret) ?? [];
  return machine === undefined || program === undefined ? undefined : { machine, program };
}

/** What everyone trusts: the certificate of the room's own authority, or of two while one follows the other. */
export const caPath = `${folder}/ca.crt`;

const whole = (path: string, secret: string): ServiceFile => ({
  path,
  mode: 0o644,
  owner: 'root',
  group: 'root',
  content: secretSlot(secret),
  secrets: [secret],
});

export const caFile = (path = caPath): ServiceFile => whole(path, 'ca.crt');

/** What a daemon needs to see who others are and to show who its machine is. */
export function identityFiles(
  machine: string,
  { program, ca, certificate, key }: TlsPaths,
  owner: string,
): ServiceFile[] {
  const name = identityName(machine, program);
  return [caFile(ca), whole(certificate, `${name}.crt`), { ...whole(key, `${name}.key`), mode: 0o400, owner }];
}
