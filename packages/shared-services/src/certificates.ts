import { type ServiceFile, secretSlot } from './machine-setup.ts';

/** Where a daemon finds who it may trust and who it is itself. */
export interface TlsPaths {
  readonly ca: string;
  /** The machine's certificate. */
  readonly certificate: string;
  /** A copy of the machine's key of the daemon's own, because no two daemons have the same owner. */
  readonly key: string;
}

const folder = '/etc/kvm/tls';

export const tlsPaths = (program: string): TlsPaths => ({
  ca: `${folder}/ca.crt`,
  certificate: `${folder}/machine.crt`,
  key: `${folder}/${program}.key`,
});

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
export function identityFiles(machine: string, { ca, certificate, key }: TlsPaths, owner: string): ServiceFile[] {
  return [
    caFile(ca),
    whole(certificate, `machines/${machine}.crt`),
    { ...whole(key, `machines/${machine}.key`), mode: 0o400, owner },
  ];
}
