import { generateKeyPair, randomBytes, X509Certificate } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RunProgram } from '@kvm/command';
import { commonName } from '../certificates.ts';
import { ServicesError } from '../index.ts';
import { mustRun } from './must-run.ts';
import { daysLeft, isFor, parseCertificate } from './read-certificate.ts';
import { namesIn, readIfThere, writeSecret } from './secret-folder.ts';

/** A certificate authority of the room: a folder of its own, numbered in the order in which they were made. */
export interface Authority {
  readonly number: number;
  readonly folder: string;
  readonly certificate: string;
}

const tenYears = 3650;
const twoYears = 730;
/** A certificate with less left is made anew. */
const soonDays = 60;
/** From then on it is said that an authority ends. */
const warningDays = 180;

/** The authorities there are, the oldest first: one, or two while one follows the other. */
export async function authoritiesIn(folder: string): Promise<Authority[]> {
  const found: Authority[] = [];
  for (const name of await namesIn(join(folder, 'authorities'))) {
    const own = join(folder, 'authorities', name);
    const certificate = await readIfThere(join(own, 'ca.crt'));
    if (/^\d+$/.test(name) && certificate !== undefined) found.push({ number: Number(name), folder: own, certificate });
  }
  return found.sort((a, b) => a.number - b.number);
}

/** Makes an authority, with a name by which it can be told from the others. */
export async function makeAuthority(
  folder: string,
  { number, domain, run }: { number: number; domain: string; run: RunProgram },
): Promise<void> {
  const own = join(folder, 'authorities', String(number));
  const work = `${own}.${randomBytes(4).toString('hex')}.new`;
  await mkdir(work, { mode: 0o700 });
  await makeKey(join(work, 'ca.key'));
  await mustRun(run, [
    ...(['openssl', 'req', '-x509', '-new', '-sha256', '-key', join(work, 'ca.key')] as const),
    ...['-days', String(tenYears), '-subj', `/CN=${`Authority ${number} of ${domain}`.slice(0, 64)}`],
    ...['-addext', 'basicConstraints=critical,CA:TRUE,pathlen:0', '-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
    ...['-out', join(work, 'ca.crt')],
  ]);
  await rename(work, own).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    await rm(work, { recursive: true }); // another run has made it
  });
}

/** Here, and not by a process for each: a room has one for every guest. */
async function makeKey(path: string): Promise<void> {
  const { privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  await writeSecret(path, String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
}

/** Whom a certificate is for: a daemon, by its machine's names. */
export interface Subject {
  readonly machine: string;
  readonly program: string;
  readonly names: readonly string[];
  readonly addresses: readonly string[];
}

/** What a daemon shows who its machine is with; undefined where there is none, or something else. */
export interface Identity {
  readonly certificate: X509Certificate | undefined;
  readonly key: string | undefined;
}

/** Where a subject's certificate and key are in a folder of secrets, without their endings. */
const identityPath = (folder: string, { machine, program }: Subject): string =>
  join(folder, 'machines', `${machine}.${program}`);

export async function readIdentity(folder: string, subject: Subject): Promise<Identity> {
  const path = identityPath(folder, subject);
  const [text, key] = await Promise.all([readIfThere(`${path}.crt`), readIfThere(`${path}.key`)]);
  return { certificate: text === undefined ? undefined : parseCertificate(text), key };
}

export function hasSigned(authority: Authority, { certificate }: Identity): boolean {
  if (certificate === undefined) return false;
  const issuer = new X509Certificate(authority.certificate);
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

/** Days until an authority ends; negative after its end. */
export const authorityDaysLeft = ({ certificate }: Authority): number => daysLeft(new X509Certificate(certificate));

/** Whether a certificate is by an authority, for its key and these names, and good for a while yet. */
export function isGood(identity: Identity, authority: Authority, { names, addresses }: Subject): boolean {
  const { certificate: own, key } = identity;
  if (own === undefined || key === undefined || !hasSigned(authority, identity)) return false;
  const left = daysLeft(own);
  // What ends on the last whole day of its authority cannot be made to last longer.
  const lasts = left > soonDays || (left > 0 && authorityDaysLeft(authority) - left < 2);
  return (
    isFor(own, key) &&
    lasts &&
    names.every((name) => own.checkHost(name) !== undefined) &&
    addresses.every((address) => own.checkIP(address) !== undefined)
  );
}

/**
 * Makes a new key and a certificate for it by an authority, beyond whose end none lasts. The key is never used again: who has
 * stolen one has nothing after the next certificate. Interrupted in between, the two do not fit, and are made anew.
 *
 * @throws ServicesError `bad-secrets` when the authority has ended
 */
export async function issue(
  folder: string,
  { subject, authority, run }: { subject: Subject; authority: Authority; run: RunProgram },
): Promise<void> {
  const path = identityPath(folder, subject);
  const days = Math.min(twoYears, Math.floor(authorityDaysLeft(authority)));
  if (days < 1) throw hasEnded(authority);
  await makeKey(`${path}.key`);
  const [fqdn = subject.machine] = subject.names;
  const alternatives = [
    ...subject.names.map((name) => `DNS:${name}`),
    ...subject.addresses.map((address) => `IP:${address}`),
  ];
  const text = await mustRun(run, [
    ...(['openssl', 'req', '-x509', '-new', '-sha256', '-key', `${path}.key`] as const),
    ...['-CA', join(authority.folder, 'ca.crt'), '-CAkey', join(authority.folder, 'ca.key')],
    ...['-days', String(days), '-subj', `/CN=${commonName(subject.machine, fqdn)}`],
    ...['-addext', `subjectAltName=${alternatives.join()}`, '-addext', 'basicConstraints=critical,CA:FALSE'],
    ...['-addext', 'keyUsage=critical,digitalSignature', '-addext', 'extendedKeyUsage=serverAuth,clientAuth'],
  ]);
  await writeSecret(`${path}.crt`, text);
}

const dateOf = ({ certificate }: Authority): string =>
  new Date(new X509Certificate(certificate).validTo).toISOString().slice(0, 10);

const nextAuthority = '`kvmctl services rotate begin` makes the next one.';

const hasEnded = (authority: Authority): ServicesError =>
  new ServicesError(
    'bad-secrets',
    `The certificate authority ${authority.folder} ends or has ended on ${dateOf(authority)}, and signs nothing any more. ${nextAuthority}`,
  );

/** What to say of authorities of which the last one ends soon; undefined while there is time. */
export function endingSoon(authorities: readonly Authority[]): string | undefined {
  const last = authorities.toSorted((a, b) => authorityDaysLeft(b) - authorityDaysLeft(a))[0];
  const days = last === undefined ? undefined : authorityDaysLeft(last);
  if (last === undefined || days === undefined || days >= warningDays) return undefined;
  return `the certificate authority ends on ${dateOf(last)} (in ${Math.floor(days)} days), and with it all that it has signed: ${nextAuthority}`;
}

/** Takes an authority away for good. */
export async function removeAuthority({ folder }: Authority): Promise<void> {
  const gone = `${folder}.gone.new`;
  await rename(folder, gone);
  await rm(gone, { recursive: true });
}

export const noAuthority = (folder: string): ServicesError =>
  new ServicesError('bad-secrets', `${folder} holds no certificate authority yet: render with it first.`);
