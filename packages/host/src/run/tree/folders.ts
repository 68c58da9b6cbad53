import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HostError } from '../../errors.ts';
import { systemReason } from './system-reason.ts';

/** The folders of a tree on disk: each is looked at once, and none of them leads out of the tree. */
export interface Folders {
  /** The tree's folder, without symbolic links. */
  readonly root: string;
  /** Whether a folder is there. @throws HostError when something else is, or it leads out of the tree */
  has(folder: string): boolean;
  /** Makes a folder and those above it. */
  make(folder: string): void;
  /** @throws HostError when a symbolic link leads out of the tree */
  assertInside(path: string): void;
}

/** @param out the tree's folder, which need not be there yet */
export function openFolders(out: string): Folders {
  const known = new Map<string, boolean>();
  const root = realFolder(out);
  const folders: Folders = {
    root: root ?? out,
    assertInside(path) {
      const real = realTarget(join(folders.root, path));
      const prefix = folders.root === '/' ? '/' : `${folders.root}/`;
      if (real?.startsWith(prefix)) return;
      const message = `${join(out, path)} is a symbolic link that leads out of ${out}. Remove it, or choose another folder.`;
      throw new HostError('leads-out', message);
    },
    has(folder) {
      const before = known.get(folder);
      if (before !== undefined) return before;
      const there = folder === '.' ? root !== undefined : folders.has(dirname(folder)) && isFolder(folder);
      known.set(folder, there);
      return there;
    },
    make(folder) {
      if (folders.has(folder)) return;
      if (folder === '.') mkdirSync(folders.root, { recursive: true });
      else {
        folders.make(dirname(folder));
        mkdirSync(join(folders.root, folder));
      }
      known.set(folder, true);
    },
  };
  const isFolder = (folder: string): boolean => {
    const path = join(folders.root, folder);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return false;
    if (stat.isDirectory()) return true;
    if (stat.isSymbolicLink()) {
      folders.assertInside(folder);
      if (lstatSync(realpathSync(path)).isDirectory()) return true;
    }
    throw new HostError('cannot-write', `${join(out, folder)} is in the way: a folder must be there. Move it away.`);
  };
  return folders;
}

function realFolder(out: string): string | undefined {
  try {
    const real = realpathSync(out);
    if (lstatSync(real).isDirectory()) return real;
  } catch (cause) {
    if (lstatSync(out, { throwIfNoEntry: false }) === undefined) return undefined;
    throw new HostError('cannot-write', `${out} cannot be written to: ${systemReason(cause)}`, { cause });
  }
  throw new HostError('cannot-write', `${out} is not a folder. Choose another one.`);
}

function realTarget(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined; // it leads nowhere, or in a circle
  }
}
