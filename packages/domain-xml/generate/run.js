// Writes src/generated from the schema that libvirt has installed (Debian package libvirt0).
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const schemas = '/usr/share/libvirt/schemas';
const target = fileURLToPath(new URL('../src/generated', import.meta.url));
const [, version] = /^Version: ([0-9.]+)/m.exec(execFileSync('dpkg-query', ['-s', 'libvirt0'], { encoding: 'utf8' }));

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL('generate.ts', import.meta.url))],
  bundle: true,
  write: false,
  platform: 'node',
  format: 'esm',
});
const module = `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`;
const { generateSources } = await import(module);
const names = readdirSync(schemas).filter((name) => name.endsWith('.rng'));
const files = new Map(names.map((name) => [name, readFileSync(join(schemas, name), 'utf8')]));
mkdirSync(target, { recursive: true });
for (const [name, text] of generateSources(files, version)) writeFileSync(join(target, name), text);
