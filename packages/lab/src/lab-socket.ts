import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** For open(2): names a file without opening it. Node has no name for it. */
const O_PATH = 0o10_000_000;

/**
 * Finds a unix socket in a folder that the processes of a fence may write to, and follows no link, which could lead out of it to
 * another daemon's. Connect to {@link handlePath} before the handle is closed.
 *
 * @param folder a folder that they cannot replace
 * @param path of the socket below it
 * @throws the error of open(2): ENOENT, or ELOOP and ENOTDIR for a link
 */
export async function openSocket(folder: string, path: string): Promise<FileHandle> {
  let handle = await open(folder, O_PATH | constants.O_DIRECTORY);
  try {
    const names = path.split('/');
    for (const [index, name] of names.entries()) {
      const isLast = index === names.length - 1;
      const flags = O_PATH | constants.O_NOFOLLOW | (isLast ? 0 : constants.O_DIRECTORY);
      const next = await open(`${handlePath(handle)}/${name}`, flags);
      await handle.close();
      handle = next;
    }
    if (!(await handle.stat()).isSocket()) throw Object.assign(new Error(`${path} is no socket`), { code: 'ENOTSOCK' });
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The file of a handle as a path, also when another has its name by now. */
export const handlePath = ({ fd }: FileHandle): string => `/proc/self/fd/${fd}`;
