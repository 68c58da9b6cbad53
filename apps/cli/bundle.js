// Makes dist/kvmctl.js: kvmctl and all that it uses in one file that needs nothing but Node.
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

const folder = fileURLToPath(new URL('.', import.meta.url));
const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const outfile = join(folder, 'dist/kvmctl.js');

/**
 * The parts that dynamic imports make of kvmctl, each in a text of its own: Node then reads only those that a command
 * uses, which halves the time of the quick ones.
 */
async function buildChunks() {
  const { outputFiles, metafile } = await build({
    absWorkingDir: folder,
    entryPoints: ['src/main.ts'],
    outdir: '/',
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    conditions: ['@kvm/source'],
    mainFields: ['module', 'main'],
    define: { KVMCTL_VERSION: JSON.stringify(version) },
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    metafile: true,
    write: false,
  });
  const chunks = {};
  for (const { path, text } of outputFiles) {
    // A part made of a CommonJS module would else be seen without its named exports.
    const named = text.replace(/export default (require_\w+\(\));\s*$/, 'module.exports = $1;');
    const { code } = await transform(named, {
      platform: 'node',
      format: 'cjs',
      minifyWhitespace: true,
      supported: { 'dynamic-import': false },
    });
    chunks[`.${path}`] = code;
  }
  return { chunks, inputs: metafile.inputs };
}

/** The licences of all packages in the bundle, which these want to be kept with every copy. */
function licences(inputs) {
  const packages = new Set(
    Object.keys(inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []),
  );
  return [...packages].sort().map((path) => {
    const file = readdirSync(join(folder, path)).find((name) => /^licen[cs]e/i.test(name));
    const { name, license } = JSON.parse(readFileSync(join(folder, path, 'package.json'), 'utf8'));
    const text = file ? readFileSync(join(folder, path, file), 'utf8').trim() : license;
    return `${name}\n\n${text.replaceAll('*/', '* /')}`;
  });
}

const { chunks, inputs } = await buildChunks();
mkdirSync(join(folder, 'dist'), { recursive: true });
// Two may build it at once, and others run it meanwhile.
const unfinished = `${outfile}.${process.pid}`;
writeFileSync(
  unfinished,
  `#!/usr/bin/env node
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
const chunks = {
${Object.entries(chunks)
  .map(([name, code]) => `${JSON.stringify(name)}: ${JSON.stringify(code)},`)
  .join('\n')}
};
const nodeRequire = createRequire(import.meta.url);
const loaded = new Map();
function require(name) {
  if (!(name in chunks)) return nodeRequire(name);
  if (!loaded.has(name)) {
    const module = { exports: {} };
    loaded.set(name, module);
    compileFunction(chunks[name], ['exports', 'require', 'module'], { filename: name })(module.exports, require, module);
  }
  return loaded.get(name).exports;
}
require('./main.js');
/*
This file contains these packages:

${licences(inputs).join('\n\n')}
*/
`,
  { mode: 0o755 },
);
renameSync(unfinished, outfile);
