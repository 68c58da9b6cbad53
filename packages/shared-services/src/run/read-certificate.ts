import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../index.ts';

/** What a certificate says, and whether one of the authorities has signed it; undefined for what is no certificate. */
export function readCertificate(certificate: string, authorities: string): CertificateFacts | undefined {
  const own = parseCertificate(certificate);
  if (own === undefined) return undefined;
  const known = authorities.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  const trusted = known.some((text) => {
    const authority = parseCertificate(text);
    return authority !== undefined && own.checkIssued(authority) && own.verify(authority.publicKey);
  });
  const names = [...(own.subjectAltName ?? '').matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].map(([, name = '']) => name);
  const now = Date.now();
  const current = Date.parse(own.validFrom) <= now && now < Date.parse(own.validTo);
  return { names, trusted, current, fits: (key) => isFor(own, key) };
}

/** Undefined for what is no certificate. */
export function parseCertificate(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text);
  } catch {
    return undefined;
  }
}

/** Whether a certificate is for a private key, in PEM. */
export function isFor(certificate: X509Certificate, key: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
