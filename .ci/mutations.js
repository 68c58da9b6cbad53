// Proves that the guards are tested: removes each one in a copy of this repository and demands that its test fails.
// `node .ci/mutations.js [--unit] [WORD ...]`: all entries of every package's test/mutations.json, or those that hold a word;
// with --unit, those whose tests need no root.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
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
import { readMutations, top } from './read-mutations.js';

const words = process.argv.slice(2).filter((word) => word !== '--unit');
const mutations = readMutations()
  .filter(({ test }) => !process.argv.includes('--unit') || projectOf(test) === 'unit')
  .filter(
    ({ guard, path, test }) => words.length === 0 || words.some((word) => `${guard} ${path} ${test}`.includes(word)),
  );

const copy = mkdtempSync(join(tmpdir(), 'kvm-mutations-'));
process.once('exit', () => rmSync(copy, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
copyRepository();

/** Each test as it is: what fails already would prove nothing. */
const sound = new Map();
let survived = 0;
for (const [index, mutation] of mutations.entries()) {
  const verdict = tryMutation(mutation);
  if (verdict.survived) survived += 1;
  console.log(`${index + 1}/${mutations.length} ${verdict.survived ? 'SURVIVED' : 'caught  '} ${mutation.guard}`);
  console.log(`    ${mutation.path}: ${verdict.text}`);
}
console.log(`${mutations.length - survived} passed, ${survived} failed`);
process.exitCode = survived === 0 && mutations.length > 0 ? 0 : 1;

function tryMutation({ path, from, to, test, title }) {
  const key = JSON.stringify([test, title]);
  if (!sound.has(key)) sound.set(key, runTest(test, title));
  const before = sound.get(key);
  if (before.passed === 0 || !before.success)
    return { survived: true, text: `${test} does not pass without the mutation: ${before.said}` };
  const file = join(copy, path);
  const text = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    text.replace(from, () => to),
  );
  const after = runTest(test, title);
  writeFileSync(file, text);
  if (after.failed.length > 0) return { survived: false, text: `${test} > ${after.failed[0]}` };
  return { survived: true, text: `${test}: ${after.success ? 'passes all the same' : after.said}` };
}

function projectOf(test) {
  if (test.includes('.vm.')) return 'vm';
  return /^(packages|apps)\/[^/]+\/test\//.test(test) || test.includes('.system.') ? 'system' : 'unit';
}

/** A file that cannot be loaded fails no test, so that a mutation that is no TypeScript counts as survived. */
function runTest(test, title) {
  const project = projectOf(test);
  const report = join(copy, 'node_modules/.report.json');
  rmSync(report, { force: true });
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      ...[join(top, 'node_modules/vitest/vitest.mjs'), 'run', '--project', project, test],
      ...['--reporter=json', `--outputFile=${report}`, ...(title === undefined ? [] : ['-t', title])],
    ],
    { cwd: copy, encoding: 'utf8', env: { ...process.env, CI: 'true', KVM_SOAK: '1' }, maxBuffer: 2 ** 28 },
  );
  try {
    const { success, numPassedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    const failed = testResults.flatMap(({ assertionResults }) =>
      assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
    );
    const said = failed[0] ?? testResults.find(({ message }) => message)?.message ?? `${stdout}${stderr}`;
    return { success, passed: numPassedTests, failed, said: said.trim().slice(0, 500) };
  } catch {
    return { success: false, passed: 0, failed: [], said: `${stdout}${stderr}`.trim().slice(-500) };
  }
}

/** Git's files with their changes, and the same modules; a link to a package of ours leads to the copy's. */
function copyRepository() {
  const { stdout } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: top,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  for (const file of stdout.split('\0').filter((name) => name !== '')) {
    mkdirSync(join(copy, dirname(file)), { recursive: true });
    cpSync(join(top, file), join(copy, file), { verbatimSymlinks: true });
  }
  const modules = join(copy, 'node_modules');
  mkdirSync(modules);
  cpSync(join(top, 'node_modules/@kvm'), join(modules, '@kvm'), { recursive: true, verbatimSymlinks: true });
  symlinkSync('../apps/cli', join(modules, 'kvmctl'));
  for (const name of readdirSync(join(top, 'node_modules')))
    if (!['@kvm', 'kvmctl', '.cache', '.vite'].includes(name))
      symlinkSync(join(top, 'node_modules', name), join(modules, name));
  for (const folder of ['packages', 'apps'].flatMap((root) =>
    readdirSync(join(copy, root)).map((name) => join(root, name)),
  ))
    if (existsSync(join(top, folder, 'node_modules')))
      symlinkSync(join(top, folder, 'node_modules'), join(copy, folder, 'node_modules'));
}
