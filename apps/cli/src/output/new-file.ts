import { open, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';

/** Shorter than all file systems allow (255 bytes), with room for an extension. */
const mostCharacters = 60;

/**
 * A file's name made of a foreign word, such as the name that libvirtd gives a domain: it stays in its folder, is not hidden,
 * is no option of a program and needs no quotes in a shell.
 *
 * @param otherwise where nothing is left of the word
 */
export function fileNameOf(word: string, otherwise: string): string {
  const plain = word.replace(/[^\p{L}\p{N}_.+=@-]/gu, '_').replace(/^[.-]+/, '');
  return [...plain].slice(0, mostCharacters).join('') || otherwise;
}

/**
 * Writes a file that only its owner may read, and that was not there: what is there already, a symbolic link too, stays as it
 * is (O_EXCL). One that cannot be written to its end is removed.
 */
export async function writePrivateFile(path: string, content: Readable): Promise<void> {
  let handle: Awaited<ReturnType<typeof open>> | undefined;
  try {
    handle = await open(path, 'wx', 0o600);
    for await (const chunk of content) await handle.writeFile(chunk);
  } catch (error) {
    content.destroy();
    if (handle) await rm(path, { force: true });
    throw error;
  } finally {
    await handle?.close();
  }
}
