import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** The bundle that is measured. */
export const kvmctl = fileURLToPath(new URL('../../dist/kvmctl.js', import.meta.url));

/** Removed when the process ends. */
export const folder = mkdtempSync(join(tmpdir(), 'kvmctl-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** What a measurement needs of the sources. @param exports lines of TypeScript that export it, with paths from `apps/cli` */
export async function loadSources(exports) {
  const outfile = join(folder, 'parts.mjs');
  await build({
    stdin: { contents: exports, resolveDir: fileURLToPath(new URL('../..', import.meta.url)) },
    bundle: true,
    outfile,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    conditions: ['@kvm/source'],
    mainFields: ['module', 'main'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  return import(pathToFileURL(outfile));
}
