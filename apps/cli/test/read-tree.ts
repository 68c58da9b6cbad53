import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Every file below a folder as `mode content`, by its path there; links as what they point to. */
export function readTree(folder: string): Map<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return new Map(
    paths.flatMap((path) => {
      const place = join(folder, path);
      const stat = lstatSync(place);
      if (stat.isDirectory()) return [];
      if (stat.isSymbolicLink()) return [[path, `-> ${readlinkSync(place)}`]];
      return [[path, `${(stat.mode & 0o777).toString(8)} ${readFileSync(place, 'utf8')}`]];
    }),
  );
}

/** As {@link readTree}, with the modes that git keeps: a file can be run or not. */
export const readCommitted = (folder: string): Map<string, string> =>
  new Map(
    [...readTree(folder)].map(([path, file]) => [
      path,
      file.replace(/^[0-7]{3} /, (mode) => (/^[1357]/.test(mode) ? '755 ' : '644 ')),
    ]),
  );
