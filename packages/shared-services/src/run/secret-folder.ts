import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readdir, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ServicesError } from '../index.ts';

/**
 * Opens a folder that holds secrets, and makes it when it is not there.
 *
 * @throws ServicesError `bad-secrets` when others could read it
 */
export async function openSecretFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { mode, uid } = await stat(folder);
  if ((mode & 0o077) !== 0)
    throw new ServicesError('bad-secrets', `${folder} is open to others: secrets want \`chmod 700 ${folder}\`.`);
  if (uid !== process.getuid?.())
    throw new ServicesError('bad-secrets', `${folder} belongs to another user, who could read the secrets.`);
}

/** Writes a file whole or not at all, readable by its owner only. */
export async function writeSecret(path: string, content: string): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.new`;
  await using handle = await open(temporary, 'wx', 0o600);
  await handle.writeFile(content);
  await handle.sync();
  await chmod(temporary, 0o600);
  await rename(temporary, path);
  await using folder = await open(dirname(path));
  await folder.sync();
}

/** The text of a file; undefined when there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Names in a folder that are not what an interrupted run left; none when it is not there. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.endsWith('.new')).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
