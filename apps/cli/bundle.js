// Makes dist/kvmctl.js: kvmctl and all that it uses in one file that needs nothing but Node.
import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = fileURLToPath(new URL('.', import.meta.url));
const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const outfile = join(folder, 'dist/kvmctl.js');

/** @type {import('esbuild').BuildOptions} */
const options = {
  absWorkingDir: folder,
  entryPoints: ['src/main.ts'],
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  conditions: ['@kvm/source'],
  mainFields: ['module', 'main'],
  define: { KVMCTL_VERSION: JSON.stringify(version) },
  minify: true,
  keepNames: true,
  legalComments: 'none',
  banner: {
    js: [
      '#!/usr/bin/env node',
      // What is CommonJS among the dependencies asks for Node's own modules in this way.
      "import { createRequire as createRequireForBundle } from 'node:module';",
      'const require = createRequireForBundle(import.meta.url);',
    ].join('\n'),
  },
};

/** The licences of all packages in the bundle, which these want to be kept with every copy. */
function licences(inputs) {
  const packages = new Set(Object.keys(inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []));
  return [...packages].sort().map((path) => {
    const file = readdirSync(join(folder, path)).find((name) => /^licen[cs]e/i.test(name));
    const { name, license } = JSON.parse(readFileSync(join(folder, path, 'package.json'), 'utf8'));
    const text = file ? readFileSync(join(folder, path, file), 'utf8').trim() : license;
    return `${name}\n\n${text.replaceAll('*/', '* /')}`;
  });
}

const { metafile } = await build({ ...options, metafile: true, write: false });
const footer = `/*!\nThis file contains the packages below.\n\n${licences(metafile.inputs).join('\n\n')}\n*/`;
await build({ ...options, outfile, footer: { js: footer } });
chmodSync(outfile, 0o755);
