import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ServicesError, type TreeFile } from '../index.ts';

/** What the last render has written, a path a line; the next one takes back what it does not write again. */
const LIST = '/.kvmctl-rendered';

/** A tree together with the list of its files, by which the next render takes back what it does not write again. */
export const withTreeList = (files: readonly TreeFile[]): TreeFile[] => [
  ...files,
  { path: LIST, mode: 0o600, content: [...files.map(({ path }) => `${path}\n`), `${LIST}\n`].sort().join('') },
];

/**
 * Removes from a folder what an earlier render has put there and this one does not: keys and passwords of machines and
 * services that are none any more. What the list does not name stays; so does what lies behind a symbolic link.
 *
 * @param root the tree's folder, without symbolic links
 * @returns how many files were removed
 * @throws ServicesError `cannot-remove`
 */
export function removeEarlier(root: string, files: readonly TreeFile[]): number {
  const wanted = new Set(files.map(({ path }) => path));
  const removed = listed(root).filter((path) => !wanted.has(path) && isPlain(root, path));
  try {
    for (const path of removed) rmSync(join(root, path));
    removeEmpty(root, removed);
  } catch (cause) {
    throw new ServicesError(
      'cannot-remove',
      `what an earlier render has written cannot be removed: ${(cause as Error).message}.`,
      { cause },
    );
  }
  return removed.length;
}

/** Without a list, a render from before there was one: a folder with user-data and root is a machine's. */
function listed(root: string): string[] {
  try {
    const isBelow = (path: string): boolean => path.startsWith('/') && !path.split('/').includes('..');
    return readFileSync(join(root, LIST), 'utf8').split('\n').filter(isBelow);
  } catch {
    const machines = namesIn(root).filter((name) =>
      ['user-data', 'root'].every((each) => namesIn(join(root, name)).includes(each)),
    );
    return machines.flatMap((name) => [`/${name}/user-data`, ...filesIn(root, `/${name}/root`)]);
  }
}

/** A file, to which no symbolic link leads. */
function isPlain(root: string, path: string): boolean {
  const parts = path.slice(1).split('/');
  return parts.every((_, index) => {
    const stats = lstatSync(join(root, ...parts.slice(0, index + 1)), { throwIfNoEntry: false });
    return index === parts.length - 1 ? stats?.isFile() : stats?.isDirectory();
  });
}

function namesIn(folder: string): string[] {
  return lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : [];
}

const filesIn = (root: string, folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesIn(root, path) : entry.isFile() ? [path] : [];
  });

function removeEmpty(root: string, removed: readonly string[]): void {
  const folders = new Set(
    removed.flatMap((path) => {
      const parts = path.split('/').slice(1, -1);
      return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
    }),
  );
  for (const folder of [...folders].sort((a, b) => b.length - a.length))
    if (namesIn(join(root, folder)).length === 0) rmSync(join(root, folder), { recursive: true });
}
