import { createHash, randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fillSecrets, type MachineSetup, ServicesError, type SharedServices } from '../index.ts';
import { type Authority, authoritiesIn, isGood, issue, makeAuthority, type Subject } from './authority.ts';
import { type RunProgram, runHere } from './program.ts';
import { openSecretFolder, readIfThere, writeSecret } from './secret-folder.ts';
import { subjects } from './subjects.ts';

export interface SecretOptions {
  /** A folder of mode 0700; made when it is not there. */
  readonly folder: string;
  /** How openssl is run. */
  readonly run?: RunProgram;
}

/**
 * Makes what is missing of an authority, certificates, keys and passwords. What is there and good stays as it is.
 *
 * @throws ServicesError `bad-secrets`, `program-failed`
 */
export async function makeSecrets(services: SharedServices, { folder, run = runHere }: SecretOptions): Promise<void> {
  await openSecretFolder(folder);
  for (const name of ['authorities', 'machines', 'bind'])
    await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
  if ((await authoritiesIn(folder)).length === 0)
    await makeAuthority(folder, { number: 1, domain: services.domain, run });
  const authorities = await authoritiesIn(folder);
  for (const subject of subjects(services)) await certify(folder, { subject, authorities, run });
  for (const { machine } of services.auth?.clients ?? []) await makePassword(folder, machine);
}

/** A machine keeps the authority it has; a new one gets the oldest, which everybody knows. */
async function certify(
  folder: string,
  { subject, authorities, run }: { subject: Subject; authorities: readonly Authority[]; run: RunProgram },
): Promise<void> {
  const text = await readIfThere(join(folder, 'machines', `${subject.machine}.crt`));
  const now = new Date();
  if (text !== undefined && authorities.some((each) => isGood(text, each, subject, now))) return;
  const [authority] = authorities;
  if (authority !== undefined) await issue(folder, { subject, authority, run });
}

/** 192 random bits, which no one guesses: the plain salted hash, which every slapd knows, is enough for them. */
async function makePassword(folder: string, guest: string): Promise<void> {
  const path = join(folder, 'bind', guest);
  const password = (await readIfThere(path)) ?? randomBytes(24).toString('base64url');
  await writeSecret(path, password);
  if ((await readIfThere(`${path}.hash`)) !== undefined) return;
  const salt = randomBytes(16);
  const digest = createHash('sha1').update(password).update(salt).digest();
  await writeSecret(`${path}.hash`, `{SSHA}${Buffer.concat([digest, salt]).toString('base64')}`);
}

/**
 * Puts secrets into what was rendered.
 *
 * @throws ServicesError `missing-secret`
 */
export async function withSecrets(setups: readonly MachineSetup[], folder: string): Promise<MachineSetup[]> {
  const names = new Set(setups.flatMap(({ files }) => files.flatMap(({ secrets = [] }) => secrets)));
  const known = new Map<string, string>();
  for (const name of names) {
    const secret = await readSecret(folder, name);
    if (secret !== undefined) known.set(name, secret);
  }
  return setups.map((setup) => ({
    ...setup,
    files: setup.files.map((file) => fillSecrets(file, (name) => known.get(name))),
  }));
}

async function readSecret(folder: string, name: string): Promise<string | undefined> {
  // Everybody trusts all authorities there are: the old one and the one that follows it.
  if (name === 'ca.crt') {
    const authorities = await authoritiesIn(folder);
    return authorities.length === 0 ? undefined : authorities.map(({ certificate }) => certificate).join('');
  }
  const secret = await readIfThere(join(folder, name));
  if (name.endsWith('.password') && secret === undefined)
    throw new ServicesError(
      'missing-secret',
      `${join(folder, name)} is not there: write the account's password into it, with mode 0600.`,
    );
  return name.endsWith('.password') ? oneLine(secret ?? '', join(folder, name)) : secret;
}

function oneLine(text: string, file: string): string {
  const password = text.replace(/\n$/, '');
  if (/^[\x21-\x7e]+$/.test(password)) return password;
  throw new ServicesError('bad-secrets', `${file} is not a password on one line without blanks.`);
}
