import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MachineFiles, ServicesError } from '../index.ts';

/**
 * The files of a machine's root file system, as `renderMachineTree` has one for each machine. Symbolic links are none.
 *
 * @throws ServicesError `no-such-folder`
 */
export function loadMachineFiles(root: string): MachineFiles['files'] {
  if (lstatSync(root, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new ServicesError(
      'no-such-folder',
      `there is no folder ${root}: \`kvmctl services render\` writes one for each machine.`,
    );
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const { mode } = lstatSync(file);
      return { path: file.slice(root.length), mode: mode & 0o7777, content: readFileSync(file, 'utf8') };
    });
}
