// Judges every public package as npm would publish it: publint, and the types' resolution by arethetypeswrong.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = fileURLToPath(new URL('..', import.meta.url));
const folders = ['packages', 'apps'].flatMap((root) => readdirSync(join(top, root)).map((name) => join(root, name)));

let failed = 0;
for (const folder of folders) {
  const { exports } = JSON.parse(readFileSync(join(top, folder, 'package.json'), 'utf8'));
  const checks = [['publint', '--strict', folder]];
  if (exports) checks.push(['attw', '--pack', folder, '--profile', 'esm-only', '--quiet', ...entryPoints(exports)]);
  for (const [program, ...args] of checks) {
    const { status, stdout, stderr } = spawnSync(join(top, 'node_modules/.bin', program), args, {
      cwd: top,
      encoding: 'utf8',
    });
    if (status === 0) continue;
    failed += 1;
    console.error(`${program} ${args.join(' ')}\n${stdout}${stderr}`);
  }
}
console.log(`${folders.length} packages judged, ${failed} checks failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** Files such as a JSON Schema have no types to resolve. */
function entryPoints(exports) {
  const files = Object.keys(exports).filter((name) => name.endsWith('.json'));
  return files.length === 0 ? [] : ['--exclude-entrypoints', ...files];
}
