// Writes src/generated from the schema of the newest libvirt that is known, of Debian's source package.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const target = fileURLToPath(new URL('../src/generated', import.meta.url));

/** Loads a file of TypeScript. */
async function load(path) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(path, import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

const { generateSources } = await load('generate.ts');
const { libvirtReleases, libvirtSchemas } = await load('../../../.ci/libvirt-source.ts');
mkdirSync(target, { recursive: true });
for (const [name, text] of generateSources(libvirtSchemas('trixie'), libvirtReleases.trixie)) {
  writeFileSync(join(target, name), text);
}
