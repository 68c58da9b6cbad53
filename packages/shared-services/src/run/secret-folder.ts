import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { chmod, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ServicesError } from '../index.ts';

/**
 * Makes a folder that is for secrets; one that is there already has to be its user's alone.
 *
 * @throws ServicesError `bad-secrets` when others could read it
 */
export async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  assertPrivate(folder, await stat(folder));
}

/**
 * Opens a folder of secrets, and removes what an interrupted run left in it.
 *
 * @throws ServicesError `bad-secrets` when it is not there, or others could read it
 */
export async function openSecretFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    const remedy = '`kvmctl services render` makes it, with new secrets.';
    throw new ServicesError('bad-secrets', `There is no folder of secrets ${folder}. ${remedy}`);
  });
  assertPrivate(folder, found);
  for (const part of secretFolders) await sweep(join(folder, part));
}

/** The folders in a folder of secrets. */
export const secretFolders = ['authorities', 'machines', 'bind'];

function assertPrivate(folder: string, { mode, uid }: Stats): void {
  if ((mode & 0o077) !== 0)
    throw new ServicesError('bad-secrets', `${folder} is open to others: secrets want \`chmod 700 ${folder}\`.`);
  if (uid !== process.getuid?.())
    throw new ServicesError('bad-secrets', `${folder} belongs to another user, who could read the secrets.`);
}

/** What is younger may be what another run is writing. */
const staleMs = 3_600_000;

async function sweep(folder: string): Promise<void> {
  for (const name of await readdirIfThere(folder)) {
    const path = join(folder, name);
    if (name.endsWith('.new') && Date.now() - (await stat(path)).mtimeMs > staleMs)
      await rm(path, { recursive: true, force: true });
  }
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
export const namesIn = async (folder: string): Promise<string[]> =>
  (await readdirIfThere(folder)).filter((name) => !name.endsWith('.new')).sort();

async function readdirIfThere(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
