import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const top = fileURLToPath(new URL('..', import.meta.url));

export function readMutations() {
  const folders = ['packages', 'apps'].flatMap((root) => readdirSync(join(top, root)).map((name) => join(root, name)));
  return folders.flatMap((folder) => {
    const list = join(top, folder, 'test/mutations.json');
    if (!existsSync(list)) return [];
    return JSON.parse(readFileSync(list, 'utf8')).map(({ file, ...rest }) => ({ ...rest, path: join(folder, file) }));
  });
}
