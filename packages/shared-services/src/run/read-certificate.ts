import { X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../index.ts';

/** What a certificate says, and whether one of the authorities has signed it; undefined for what is no certificate. */
export function readCertificate(certificate: string, authorities: string): CertificateFacts | undefined {
  try {
    const own = new X509Certificate(certificate);
    const trusted = (authorities.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [])
      .map((text) => new X509Certificate(text))
      .some((authority) => own.checkIssued(authority) && own.verify(authority.publicKey));
    const names = [...(own.subjectAltName ?? '').matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].map(
      ([, name = '']) => name,
    );
    return { names, trusted };
  } catch {
    return undefined;
  }
}
