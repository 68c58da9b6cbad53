import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Reads the schemas that libvirt has installed (Debian's package libvirt0), by file name: what `compileSchema` takes.
 *
 * @throws Error of node:fs when the folder cannot be read.
 */
export async function readSchemaFiles(folder = '/usr/share/libvirt/schemas'): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.rng'));
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
}
