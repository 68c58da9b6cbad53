import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const has = (program: string): boolean =>
  [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'].some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/**
 * What a system test cannot run without: `root`, or the name of a program.
 *
 * @returns false when all is there; true, after saying what is missing, when the test must be skipped.
 * @throws Error in CI, where nothing may be skipped.
 */
export function needs(...what: string[]): boolean {
  const missing = what.filter((thing) => (thing === 'root' ? process.getuid?.() !== 0 : !has(thing)));
  if (missing.length === 0) return false;
  const message = `skipped, because this machine lacks: ${missing.join(', ')}. \`npm run setup -- test\` installs what it can.`;
  if (process.env.CI) throw new Error(message);
  console.warn(message);
  return true;
}
