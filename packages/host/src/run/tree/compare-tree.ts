import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RenderedText } from '@kvm/netplan';
import { HostError } from '../../errors.ts';
import { type Folders, openFolders } from './folders.ts';

/** What writing a tree would do to a folder. Paths are relative to it. */
export interface TreeDifference {
  readonly folders: Folders;
  readonly created: readonly RenderedText[];
  readonly changed: readonly RenderedText[];
  readonly unchanged: readonly RenderedText[];
  /** Files and symbolic links where only rendered files belong, which the tree does not have. */
  readonly extraneous: readonly string[];
}

/** Where nothing but rendered files belongs; others keep files of their own in `/etc/kvm` itself. */
const ownFolders = ['etc/kvm/domains', 'etc/kvm/guests', 'etc/kvm/routes'];

/**
 * Compares a folder with the tree it is to hold. It writes nothing.
 *
 * @param files with absolute paths, which are taken as below the folder
 * @throws HostError when a symbolic link leads out of the folder, or something is in the way
 */
export function compareTree(out: string, files: readonly RenderedText[]): TreeDifference {
  const folders = openFolders(out);
  const created: RenderedText[] = [];
  const changed: RenderedText[] = [];
  const unchanged: RenderedText[] = [];
  const lists = { created, changed, unchanged };
  const relative = files.map((file) => ({ ...file, path: insideOf(out, file.path) }));
  for (const file of relative) lists[compareFile(folders, file)].push(file);
  const wanted = new Set(relative.map(({ path }) => path));
  const extraneous = ownFolders.flatMap((folder) => filesIn(folders, folder)).filter((path) => !wanted.has(path));
  return { folders, ...lists, extraneous: extraneous.sort() };
}

/** @throws HostError where a part of the path leads elsewhere than into the folder */
function insideOf(out: string, path: string): string {
  const relative = path.slice(1);
  if (path.startsWith('/') && relative.split('/').every((part) => !/^\.{0,2}$|\0/.test(part))) return relative;
  throw new HostError('leads-out', `${path} leads out of ${out}, and nothing is written.`);
}

function compareFile(folders: Folders, { path, mode, content }: RenderedText): 'created' | 'changed' | 'unchanged' {
  if (!folders.has(dirname(path))) return 'created';
  const place = join(folders.root, path);
  const stat = lstatSync(place, { throwIfNoEntry: false });
  if (stat === undefined) return 'created';
  if (stat.isSymbolicLink()) {
    folders.assertInside(path);
    return 'changed';
  }
  if (!stat.isFile())
    throw new HostError('cannot-write', `${place} is in the way: a file must be there. Move it away.`);
  const same =
    (stat.mode & 0o7777) === mode &&
    stat.size === Buffer.byteLength(content) &&
    readFileSync(place, 'utf8') === content;
  return same ? 'unchanged' : 'changed';
}

function filesIn(folders: Folders, folder: string): string[] {
  if (!folders.has(folder)) return [];
  return readdirSync(join(folders.root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesIn(folders, path) : [path];
  });
}
