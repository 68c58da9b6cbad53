import { createHash, randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { readIfThere, writeSecret } from './secret-folder.ts';

/**
 * A guest's password for the directory, in files whose names begin alike: the password and its hash; while it changes, those of
 * the `.next` one, or the hash of the `.old` one. The directory takes each whose hash is there.
 */

/**
 * Makes a password, or its hash where that is missing or another password's: two runs at once have left such in folders from
 * before there was a lock. While a password moves, the hash is ahead of it.
 *
 * @param path `bind/GUEST` in the folder of secrets
 */
export async function makePassword(path: string): Promise<void> {
  const there = await readIfThere(path);
  const password = there ?? randomBytes(24).toString('base64url');
  if (there === undefined) await writeSecret(path, password);
  const hash = await readIfThere(`${path}.hash`);
  if (hash !== undefined && (passwordFits(password, hash) || (await hasNext(path)))) return;
  await writeSecret(`${path}.hash`, hashOf(password));
}

const digestOf = (password: string, salt: Buffer): Buffer => createHash('sha1').update(password).update(salt).digest();

/** 192 random bits, which no one guesses: the plain salted hash, which every slapd knows, is enough for them. */
function hashOf(password: string): string {
  const salt = randomBytes(16);
  return `{SSHA}${Buffer.concat([digestOf(password, salt), salt]).toString('base64')}`;
}

/** Whether a hash is a password's. */
export function passwordFits(password: string, hash: string): boolean {
  const bytes = Buffer.from(/^\{SSHA\}(.*)$/.exec(hash)?.[1] ?? '', 'base64');
  return bytes.length > 20 && digestOf(password, bytes.subarray(20)).equals(bytes.subarray(0, 20));
}

/** What the directory is to be told of a guest's password. */
export interface PasswordHashes {
  readonly hash: string;
  /** While the password changes, the next or the old one's. */
  readonly other: string | undefined;
}

/** Undefined when the guest has no password. */
export async function passwordHashes(path: string): Promise<PasswordHashes | undefined> {
  const [hash, next, old] = await Promise.all(
    ['', '.next', '.old'].map((which) => readIfThere(`${path}${which}.hash`)),
  );
  const other = next ?? old;
  return hash === undefined ? undefined : { hash, other: other === hash ? undefined : other };
}

/** Whether a next password waits to become the guest's. */
export const hasNext = async (path: string): Promise<boolean> => (await readIfThere(`${path}.next`)) !== undefined;

/** Makes the next password, which the directory is to take beside the one that there is. */
export async function beginPassword(path: string): Promise<void> {
  if ((await readIfThere(`${path}.old.hash`)) !== undefined) return; // it is the guest's already
  await makePassword(`${path}.next`);
}

/** Makes the next password the guest's; the one before is still taken. Interrupted, it goes on. */
export async function movePassword(path: string): Promise<void> {
  if (!(await hasNext(path))) return;
  // Without both hashes it was the beginning that was interrupted, and not a move.
  if ((await readIfThere(`${path}.old.hash`)) === undefined) await makePassword(`${path}.next`);
  const [hash, next] = [await readIfThere(`${path}.hash`), await readIfThere(`${path}.next.hash`)];
  if (next !== undefined) {
    if (hash !== undefined) await writeSecret(`${path}.old.hash`, hash);
    await rename(`${path}.next.hash`, `${path}.hash`);
  }
  await rename(`${path}.next`, path);
}

/** From then on the directory takes the guest's new password only. */
export const finishPassword = (path: string): Promise<void> => rm(`${path}.old.hash`, { force: true });
