import { randomBytes, X509Certificate } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunProgram } from '@kvm/command';
import { ServicesError } from '../index.ts';
import { mustRun } from './must-run.ts';
import { isFor, parseCertificate } from './read-certificate.ts';
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
  await makeKey(join(work, 'ca.key'), run);
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

async function makeKey(path: string, run: RunProgram): Promise<void> {
  await writeSecret(
    path,
    await mustRun(run, ['openssl', 'genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256']),
  );
}

/** Whom a certificate is for. */
export interface Subject {
  readonly machine: string;
  readonly names: readonly string[];
  readonly addresses: readonly string[];
}

/** What a machine shows who it is with; undefined where there is none, or something else. */
export interface Identity {
  readonly certificate: X509Certificate | undefined;
  readonly key: string | undefined;
}

export async function readIdentity(folder: string, machine: string): Promise<Identity> {
  const path = join(folder, 'machines', machine);
  const [text, key] = await Promise.all([readIfThere(`${path}.crt`), readIfThere(`${path}.key`)]);
  return { certificate: text === undefined ? undefined : parseCertificate(text), key };
}

export function hasSigned(authority: Authority, { certificate }: Identity): boolean {
  if (certificate === undefined) return false;
  const issuer = new X509Certificate(authority.certificate);
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

/** Whether a certificate is by an authority, for its key and these names, and good for a while yet. */
export function isGood(identity: Identity, authority: Authority, { names, addresses }: Subject): boolean {
  const { certificate: own, key } = identity;
  if (own === undefined || key === undefined || !hasSigned(authority, identity)) return false;
  const left = new Date(own.validTo).getTime() - Date.now();
  return (
    isFor(own, key) &&
    left > soonDays * 86_400_000 &&
    names.every((name) => own.checkHost(name) !== undefined) &&
    addresses.every((address) => own.checkIP(address) !== undefined)
  );
}

/** Makes a machine's certificate by an authority, and its key when it has none; the key stays the same. */
export async function issue(
  folder: string,
  { subject, authority, run }: { subject: Subject; authority: Authority; run: RunProgram },
): Promise<void> {
  const path = join(folder, 'machines', subject.machine);
  if ((await readIfThere(`${path}.key`)) === undefined) await makeKey(`${path}.key`, run);
  const [fqdn = subject.machine] = subject.names;
  const alternatives = [
    ...subject.names.map((name) => `DNS:${name}`),
    ...subject.addresses.map((address) => `IP:${address}`),
  ];
  const text = await mustRun(run, [
    ...(['openssl', 'req', '-x509', '-new', '-sha256', '-key', `${path}.key`] as const),
    ...['-CA', join(authority.folder, 'ca.crt'), '-CAkey', join(authority.folder, 'ca.key')],
    // RFC 5280 gives a common name 64 characters; what counts are the alternative names.
    ...['-days', String(twoYears), '-subj', `/CN=${fqdn.length > 64 ? subject.machine : fqdn}`],
    ...['-addext', `subjectAltName=${alternatives.join()}`, '-addext', 'basicConstraints=critical,CA:FALSE'],
    ...['-addext', 'keyUsage=critical,digitalSignature', '-addext', 'extendedKeyUsage=serverAuth,clientAuth'],
  ]);
  await writeSecret(`${path}.crt`, text);
}

/** Takes an authority away for good. */
export async function removeAuthority({ folder }: Authority): Promise<void> {
  const gone = `${folder}.gone.new`;
  await rename(folder, gone);
  await rm(gone, { recursive: true });
}

export const noAuthority = (folder: string): ServicesError =>
  new ServicesError('bad-secrets', `${folder} holds no certificate authority yet: render with it first.`);
