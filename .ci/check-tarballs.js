// Packs every public package and uses the tarballs outside of this repository, as somebody would who has installed them:
// their types with plain `strict`, the programs of their READMEs, the licence.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';

const top = fileURLToPath(new URL('..', import.meta.url));
const outside = mkdtempSync(join(tmpdir(), 'kvm-tarballs-'));
process.once('exit', () => rmSync(outside, { recursive: true, force: true }));
const modules = join(outside, 'node_modules');

/** Packages whose types are those of programs and sockets: who uses them has Node's types. */
const needsNode = /^@kvm\/(?:command|lab|libvirt)$|\/(?:run|schema)$/;

let failed = 0;
function check(what, { status, stdout = '', stderr = '' }) {
  if (status === 0) return;
  failed += 1;
  console.error(`${what}\n${stdout}${stderr}`);
}

const packages = readdirSync(join(top, 'packages')).map((folder) => install(join(top, 'packages', folder)));
linkOthers();
for (const node of [false, true]) checkTypes(node);
const programs = packages.flatMap(readmePrograms);
checkPrograms();
checkBundledVersion();
console.log(
  `${packages.length} tarballs and ${programs.length} programs of their READMEs judged, ${failed} checks failed`,
);
process.exitCode = failed === 0 ? 0 : 1;

/** What npm would publish, laid where npm would put it. */
function install(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const target = join(modules, manifest.name);
  mkdirSync(target, { recursive: true });
  const packed = spawnSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', outside], {
    cwd: folder,
    encoding: 'utf8',
  });
  check(`npm pack in ${folder}`, packed);
  const unpacked = spawnSync('tar', [
    '-xzf',
    join(outside, packed.stdout.trim()),
    '-C',
    target,
    '--strip-components=1',
  ]);
  check(`the tarball of ${manifest.name}`, unpacked);
  for (const file of ['LICENSE', 'README.md'])
    if (!existsSync(join(target, file))) check(`${manifest.name} is packed without ${file}`, { status: 1 });
  return { ...manifest, target };
}

/** kvmctl's version is in its bundle, too: after `changeset version`, what is packed has the new one. */
function checkBundledVersion() {
  const version = '98.7.6';
  const folder = join(outside, 'release/apps/cli');
  mkdirSync(folder, { recursive: true });
  for (const name of ['node_modules', 'packages', 'apps/cli/src'])
    symlinkSync(join(top, name), join(outside, 'release', name));
  copyFileSync(join(top, 'apps/cli/bundle.js'), join(folder, 'bundle.js'));
  const manifest = JSON.parse(readFileSync(join(top, 'apps/cli/package.json'), 'utf8'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, version }));
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'dist/kvmctl.js'), 'console.log("0.0.0, as it was built before");');
  const packed = spawnSync('npm', ['pack', '--silent'], { cwd: folder, encoding: 'utf8' });
  check('npm pack of kvmctl', packed);
  check('the tarball of kvmctl', spawnSync('tar', ['-xzf', `kvmctl-${version}.tgz`], { cwd: folder }));
  const said = spawnSync(process.execPath, ['package/dist/kvmctl.js', '--version'], { cwd: folder, encoding: 'utf8' });
  check(`kvmctl is packed as ${version} with a bundle that says ${said.stdout.trim()}`, {
    ...said,
    status: said.stdout.trim() === version ? 0 : 1,
  });
}

/** The packages of others are the ones that are installed here. */
function linkOthers() {
  const names = new Set(packages.flatMap(({ dependencies = {} }) => Object.keys(dependencies)));
  for (const name of [...names, '@types/node']) {
    if (existsSync(join(modules, name))) continue;
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(top, 'node_modules', name), join(modules, name));
  }
}

function compile(files, node) {
  const options = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--module', 'nodenext', '--target', 'es2023'];
  const library = ['--lib', 'es2023,esnext.disposable,dom', '--types', node ? 'node' : ''];
  return spawnSync(join(top, 'node_modules/.bin/tsc'), [...options, ...library, ...files], {
    cwd: outside,
    encoding: 'utf8',
  });
}

/** All declarations, also those that no program names, without the options that this repository is stricter by. */
function checkTypes(node) {
  const entries = packages
    .flatMap(({ name, exports }) => Object.keys(exports).map((entry) => join(name, entry)))
    .filter((entry) => !entry.endsWith('.json') && needsNode.test(entry) === node);
  const file = join(outside, `types-${node ? 'node' : 'pure'}.mts`);
  writeFileSync(file, entries.map((entry, index) => `export * as entry${index} from '${entry}';\n`).join(''));
  check(`types ${node ? 'with' : 'without'} Node's`, compile([file], node));
}

function readmePrograms({ name, target }) {
  const text = readFileSync(join(target, 'README.md'), 'utf8');
  return [...text.matchAll(/^```ts( system)?\n(.*?)^```$(?:(?!^```).)*?^```text\n(.*?)^```$/gms)].map(
    ([, system, code, output], index) => ({
      file: join(outside, `${name.replaceAll(/\W/g, '-')}-${index}.mts`),
      system: system !== undefined,
      ...{ name, code, output },
    }),
  );
}

/** A program that needs root and real daemons is compiled here, and run by its package's tests. */
function checkPrograms() {
  for (const { file, code } of programs) writeFileSync(file, `${code}\nexport {};\n`);
  check(
    'programs of READMEs',
    compile(
      programs.map(({ file }) => file),
      true,
    ),
  );
  for (const { file, code, output, system, name } of programs) {
    if (system) continue;
    const script = file.replace(/mts$/, 'mjs');
    writeFileSync(script, transformSync(code, { loader: 'ts', target: 'node20' }).code);
    const ran = spawnSync(process.execPath, [script], { cwd: outside, encoding: 'utf8' });
    if (ran.stdout.trimEnd() !== output.trimEnd()) ran.status ||= 1;
    check(`a program of ${name}'s README does not print what it says`, ran);
  }
}
