import { createPrivateKey, X509Certificate } from 'node:crypto';
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
    const [from, to] = [own.validFrom, own.validTo].map((text) => Date.parse(text));
    const now = Date.now();
    return { names, trusted, current: Number(from) <= now && now < Number(to), fits: (key) => isFor(own, key) };
  } catch {
    return undefined;
  }
}

export function isFor(certificate: X509Certificate, key: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
