import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { chmod, lstat, mkdir, open, readdir, readlink, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ServicesError } from '../index.ts';

/**
 * Makes a folder that is for secrets; one that is there already has to be its user's alone.
 *
 * @throws ServicesError `bad-secrets` when others could read it, or put another one in its place
 */
export async function makePrivateFolder(folder: string): Promise<void> {
  await assertSafePath(dirname(folder));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await assertPrivate(folder, await lstat(folder));
}

/**
 * Looks whether a folder of secrets is one, and removes what an interrupted run left in it.
 *
 * @throws ServicesError `bad-secrets` when it is not there, or others could read it or put another one in its place
 */
export async function openSecretFolder(folder: string): Promise<void> {
  const found = await lstat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    const remedy = '`kvmctl services render` makes it, with new secrets.';
    throw new ServicesError('bad-secrets', `There is no folder of secrets ${folder}. ${remedy}`);
  });
  await assertSafePath(dirname(folder));
  await assertPrivate(folder, found);
  for (const part of secretFolders) {
    const path = join(folder, part);
    const stats = await lstat(path).catch(() => undefined);
    if (stats === undefined) continue;
    await assertPrivate(path, stats);
    await sweep(path);
  }
}

/** The folders in a folder of secrets. */
export const secretFolders = ['authorities', 'machines', 'bind', 'rolled-out'];

async function assertPrivate(folder: string, stats: Stats): Promise<void> {
  if (stats.isSymbolicLink())
    throw new ServicesError('bad-secrets', `${folder} is a symbolic link: name the folder itself that it leads to.`);
  if (!stats.isDirectory())
    throw new ServicesError('bad-secrets', `${folder} is no folder: name one for secrets, or one to be made.`);
  if (stats.uid !== process.getuid?.())
    throw new ServicesError(
      'bad-secrets',
      `${folder} belongs to another user, who could read the secrets: run as that user, or \`chown\` it.`,
    );
  if ((stats.mode & 0o077) !== 0)
    throw new ServicesError('bad-secrets', `${folder} is open to others: secrets want \`chmod 700 ${folder}\`.`);
}

/** Who may own what leads to secrets: root, whoever runs this, and whoever became root for it by sudo. */
function owners(): Set<number> {
  const uid = process.getuid?.() ?? 0;
  const before = uid === 0 && /^\d+$/.test(process.env.SUDO_UID ?? '') ? [Number(process.env.SUDO_UID)] : [];
  return new Set([0, uid, ...before]);
}

/**
 * Who can change a folder on the way to the secrets can put others in their place, or a link to another user's. A folder like
 * /tmp (sticky) lets nobody touch what is not theirs.
 */
async function assertSafePath(path: string, trusted = owners(), depth = 0): Promise<void> {
  if (depth > 100) throw new ServicesError('bad-secrets', `${path} leads in a circle: name the folder itself.`);
  if (path !== dirname(path)) await assertSafePath(dirname(path), trusted, depth + 1);
  const stats = await lstat(path).catch(() => undefined);
  if (stats === undefined) return; // it is to be made
  if (!trusted.has(stats.uid))
    throw new ServicesError(
      'bad-secrets',
      `${path}, on the way to the secrets, belongs to another user: keep them in a folder below your own.`,
    );
  if (stats.isSymbolicLink()) {
    await assertSafePath(resolve(dirname(path), await readlink(path)), trusted, depth + 1);
    return;
  }
  const sticky = (stats.mode & 0o1000) !== 0;
  if (stats.isDirectory() && !sticky && (stats.mode & 0o022) !== 0)
    throw new ServicesError(
      'bad-secrets',
      `Others may write to ${path}, on the way to the secrets: \`chmod go-w ${path}\`, or keep them elsewhere.`,
    );
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

/**
 * The text of a file; undefined when there is none.
 *
 * @throws ServicesError `bad-secrets` for a symbolic link, which is not followed
 */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    await using handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    return await handle.readFile('utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === 'ELOOP')
      throw new ServicesError('bad-secrets', `${path} is a symbolic link: put the secret itself there.`);
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
