import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../index.ts';

const dayMs = 86_400_000;

/** Days until a certificate ends; negative after its end. */
export const daysLeft = (certificate: X509Certificate, now = Date.now()): number =>
  (Date.parse(certificate.validTo) - now) / dayMs;

const isValid = (certificate: X509Certificate, now: number): boolean =>
  Date.parse(certificate.validFrom) <= now && daysLeft(certificate, now) > 0;

/**
 * What a certificate says, and whether one of the authorities has signed it; undefined for what is no certificate.
 *
 * @param now in milliseconds since 1970
 */
export function readCertificate(
  certificate: string,
  authorities: string,
  now = Date.now(),
): CertificateFacts | undefined {
  const own = parseCertificate(certificate);
  if (own === undefined) return undefined;
  const known = authorities.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  const signers = known.flatMap((text) => {
    const authority = parseCertificate(text);
    return authority !== undefined && own.checkIssued(authority) && own.verify(authority.publicKey) ? [authority] : [];
  });
  const names = [...(own.subjectAltName ?? '').matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].map(([, name = '']) => name);
  return {
    names,
    trusted: signers.length > 0,
    current: isValid(own, now) && (signers.length === 0 || signers.some((signer) => isValid(signer, now))),
    daysLeft: daysLeft(own, now),
    fits: (key) => isFor(own, key),
  };
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
