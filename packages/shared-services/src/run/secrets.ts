import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunProgram, runHere } from '@kvm/command';
import { accountHolders } from '../auth/distinguished-name.ts';
import { fillSecrets, type MachineSetup, ServicesError, type SharedServices } from '../index.ts';
import {
  type Authority,
  authoritiesIn,
  authorityDaysLeft,
  endingSoon,
  hasSigned,
  isGood,
  issue,
  makeAuthority,
  readIdentity,
  type Subject,
} from './authority.ts';
import { makePassword, passwordHashes } from './bind-passwords.ts';
import { lockSecretFolder } from './lock-folder.ts';
import { namesIn, openSecretFolder, readIfThere, secretFolders } from './secret-folder.ts';
import { subjects } from './subjects.ts';

export interface SecretOptions {
  /** A folder of mode 0700; made when it is not there. */
  readonly folder: string;
  /** How openssl is run. */
  readonly run?: RunProgram;
}

/**
 * Makes what is missing of an authority, certificates, keys and passwords, and removes those of machines and daemons that are
 * none any more: they do not come back with the name. What is there and good stays as it is.
 *
 * @returns whether a new authority was made, because the folder had none
 * @throws ServicesError `bad-secrets`, `locked`, `program-failed`
 */
export async function makeSecrets(
  services: SharedServices,
  { folder, run = runHere }: SecretOptions,
): Promise<{ readonly isNew: boolean }> {
  await using _lock = await lockSecretFolder(folder, { make: true });
  for (const name of secretFolders) await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
  const isNew = (await authoritiesIn(folder)).length === 0;
  if (isNew) await makeAuthority(folder, { number: 1, domain: services.domain, run });
  const authorities = await authoritiesIn(folder);
  const certified = subjects(services);
  const holders = services.auth ? accountHolders(services.auth) : [];
  await keepOnly(join(folder, 'machines'), (name) =>
    certified.some(({ machine, program }) => /^(.*)\.(?:crt|key)$/.exec(name)?.[1] === `${machine}.${program}`),
  );
  await keepOnly(join(folder, 'bind'), (name) => holders.includes(name.split('.')[0] ?? ''));
  for (const subject of certified) await certify(folder, { subject, authorities, run });
  for (const machine of holders) await makePassword(join(folder, 'bind', machine));
  await keepOnly(join(folder, 'rolled-out'), (name) => services.machines.some((machine) => machine.name === name));
  return { isNew };
}

async function keepOnly(folder: string, isWanted: (name: string) => boolean): Promise<void> {
  for (const name of await namesIn(folder)) if (!isWanted(name)) await rm(join(folder, name));
}

/** What is to be said of a folder of secrets before it is too late: that its authority ends. */
export async function secretWarnings({ folder }: SecretOptions): Promise<string[]> {
  await openSecretFolder(folder);
  const warning = endingSoon(await authoritiesIn(folder));
  return warning === undefined ? [] : [warning];
}

/** A machine keeps the authority it has; a new one gets the oldest, which everybody knows. One that has ended signs nothing. */
async function certify(
  folder: string,
  { subject, authorities, run }: { subject: Subject; authorities: readonly Authority[]; run: RunProgram },
): Promise<void> {
  const identity = await readIdentity(folder, subject);
  const usable = authorities.filter((each) => authorityDaysLeft(each) >= 1);
  if (usable.some((each) => isGood(identity, each, subject))) return;
  const authority = usable.find((each) => hasSigned(each, identity)) ?? usable[0] ?? authorities.at(-1);
  if (authority !== undefined) await issue(folder, { subject, authority, run });
}

/**
 * Puts secrets into what was rendered.
 *
 * @throws ServicesError `missing-secret`
 */
export async function withSecrets(setups: readonly MachineSetup[], folder: string): Promise<MachineSetup[]> {
  await using _lock = await lockSecretFolder(folder);
  return await fillSetups(setups, folder);
}

/** As {@link withSecrets}, for who has locked the folder. */
export async function fillSetups(setups: readonly MachineSetup[], folder: string): Promise<MachineSetup[]> {
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
  const [, guest, part] = /^(bind\/.*)\.(change|other)$/.exec(name) ?? [];
  if (guest !== undefined) return partOfChange(join(folder, guest), part === 'change');
  const secret = await readIfThere(join(folder, name));
  if (name.endsWith('.password') && secret === undefined)
    throw new ServicesError(
      'missing-secret',
      `${join(folder, name)} is not there: write the account's password into it, with mode 0600.`,
    );
  return name.endsWith('.password') ? oneLine(secret ?? '', join(folder, name)) : secret;
}

/** Whether a guest's password is to replace the one that the directory has or to be added to it, or the other one's hash. */
async function partOfChange(path: string, isWord: boolean): Promise<string | undefined> {
  const hashes = await passwordHashes(path);
  if (hashes === undefined) return undefined;
  const { hash, other } = hashes;
  if (isWord) return other === undefined ? 'replace' : 'add';
  return other ?? hash;
}

function oneLine(text: string, file: string): string {
  const password = text.replace(/\n$/, '');
  if (/^[\x21-\x7e]+$/.test(password)) return password;
  throw new ServicesError('bad-secrets', `${file} is not a password on one line without blanks.`);
}
