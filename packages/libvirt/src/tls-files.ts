import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the certificates of a TLS connection lie. */
export interface TlsFiles {
  readonly ca: string;
  /** What the authority has revoked; it need not be there. */
  readonly crl: string;
  readonly cert: string;
  readonly key: string;
}

/** libvirt's own places (docs/kbase/tlscerts.rst). */
const systemFiles: TlsFiles = {
  ca: '/etc/pki/CA/cacert.pem',
  crl: '/etc/pki/CA/cacrl.pem',
  cert: '/etc/pki/libvirt/clientcert.pem',
  key: '/etc/pki/libvirt/private/clientkey.pem',
};

const inFolder = (folder: string): TlsFiles => ({
  ca: join(folder, 'cacert.pem'),
  crl: join(folder, 'cacrl.pem'),
  cert: join(folder, 'clientcert.pem'),
  key: join(folder, 'clientkey.pem'),
});

/**
 * Which files virsh would take: those of `pkipath`, all of them; else of a user who is not root, each that is in
 * `~/.pki/libvirt`, the certificate and its key together; else the system's (virNetTLSContextLocateCredentials).
 */
export function tlsFiles(
  pkipath: string | undefined,
  isRoot = process.geteuid?.() === 0,
  isThere: (path: string) => boolean = existsSync,
): TlsFiles {
  if (pkipath !== undefined) return inFolder(pkipath);
  if (isRoot) return systemFiles;
  const own = inFolder(join(homedir(), '.pki/libvirt'));
  const pair = isThere(own.cert) && isThere(own.key) ? own : systemFiles;
  return {
    ca: isThere(own.ca) ? own.ca : systemFiles.ca,
    crl: isThere(own.crl) ? own.crl : systemFiles.crl,
    cert: pair.cert,
    key: pair.key,
  };
}

/** The lists in a file: OpenSSL takes one at a time, and would pass the others by. */
export const revocationLists = (pem: string): string[] =>
  pem.match(/-----BEGIN X509 CRL-----[\s\S]*?-----END X509 CRL-----/g) ?? [];
