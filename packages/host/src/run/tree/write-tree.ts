import { randomBytes } from 'node:crypto';
import { chmodSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { RenderedText } from '@kvm/netplan';
import { HostError } from '../../errors.ts';
import type { TreeDifference } from './compare-tree.ts';
import type { Folders } from './folders.ts';
import { systemReason } from './system-reason.ts';

/**
 * Writes what differs. A file is whole at every moment, the old one or the new one; when writing ends early, running
 * again does the rest.
 *
 * @throws HostError
 */
export function writeTree({ folders, created, changed }: TreeDifference): void {
  const writing: Writing = { root: folders.root, umask: process.umask(), suffix: randomBytes(6).toString('hex') };
  for (const file of [...created, ...changed]) {
    attempt(folders, file.path, 'written', () => {
      folders.make(dirname(file.path));
      replaceFile(file, writing);
    });
  }
}

interface Writing {
  readonly root: string;
  readonly umask: number;
  /** What tells temporary files of this run from those of others. */
  readonly suffix: string;
}

function replaceFile({ path, mode, content }: RenderedText, { root, umask, suffix }: Writing): void {
  const temporary = join(root, dirname(path), `.${basename(path)}.kvmctl-${suffix}`);
  try {
    writeFileSync(temporary, content, { flag: 'wx', mode });
    if (mode & umask) chmodSync(temporary, mode);
    renameSync(temporary, join(root, path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Removes files that the tree does not have, and folders that are empty then. @throws HostError */
export function pruneTree({ folders, extraneous }: TreeDifference): void {
  for (const path of extraneous) attempt(folders, path, 'removed', () => rmSync(join(folders.root, path)));
  const emptied = new Set(extraneous.flatMap(foldersAbove));
  for (const folder of [...emptied].sort((a, b) => b.length - a.length)) removeIfEmpty(join(folders.root, folder));
}

/** The folders of a path below `etc/kvm/guests` and the like. */
function foldersAbove(path: string): string[] {
  const parts = dirname(path).split('/');
  return parts.slice(3).map((_, index) => parts.slice(0, index + 4).join('/'));
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
  }
}

function attempt({ root }: Folders, path: string, verb: string, act: () => void): void {
  try {
    act();
  } catch (cause) {
    throw new HostError('cannot-write', `${join(root, path)} cannot be ${verb}: ${systemReason(cause)}.`, { cause });
  }
}
