import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

const cache = '/var/cache/kvm-tests/libvirt-source';

/** Debian's releases with the libvirt that each has: the oldest and the newest whose defaults and types are known. */
export const libvirtReleases = { bookworm: '9.0.0', trixie: '11.3.0' } as const;

type Suite = keyof typeof libvirtReleases;
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** A document of libvirt's own tests. */
export interface CorpusFile {
  /** `qemuxml2argvdata/disk-virtio.xml` */
  readonly name: string;
  readonly path: string;
  readonly xml: string;
}

/** This machine's release of Debian. */
function ownSuite(): string {
  const lines = readFileSync('/etc/os-release', 'utf8').split('\n');
  return lines.find((line) => line.startsWith('VERSION_CODENAME='))?.slice('VERSION_CODENAME='.length) ?? '';
}

/** Where the source of a release's libvirt is kept. */
const folderOf = (suite: string): string => (suite === ownSuite() ? cache : `${cache}-${suite}`);

/**
 * The folder of libvirt's tests, of the source package of a Debian release, this machine's if none is said; fetched by apt
 * once and kept outside of this repository.
 *
 * @returns undefined, after saying why, when it cannot be had.
 * @throws Error in CI, where nothing may be skipped.
 */
export function libvirtTests(suite?: Suite): string | undefined {
  const folder = folderOf(suite ?? ownSuite());
  try {
    fetchFiles(suite ?? ownSuite(), 'tests', '*/tests/*.xml');
    return join(folder, 'tests');
  } catch (error) {
    const message = `libvirt's own test files cannot be had by apt-get source: ${error}`;
    if (process.env.CI) throw new Error(message, { cause: error });
    console.warn(`skipped: ${message}`);
    return undefined;
  }
}

/** The schemas of a Debian release's libvirt, by file name. */
export function libvirtSchemas(suite: Suite): ReadonlyMap<string, string> {
  const folder = join(folderOf(suite), 'schemas');
  fetchFiles(suite, 'schemas', '*/src/conf/schemas/*.rng');
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.rng'));
  return new Map(paths.map((path) => [basename(path), readFileSync(join(folder, path), 'utf8')]));
}

/** Unpacks those files of the source package that fit into a folder, which is there whole or not at all. */
function fetchFiles(suite: string, name: string, pattern: string): void {
  const folder = join(folderOf(suite), name);
  if (existsSync(folder)) return;
  const archive = findArchive(suite) ?? fetchArchive(suite);
  const unpacked = `${folder}.partial`;
  rmSync(unpacked, { recursive: true, force: true });
  mkdirSync(unpacked);
  const pick = ['--strip-components=2', '--wildcards', pattern];
  execFileSync('tar', ['-xf', archive, '-C', unpacked, ...pick]);
  renameSync(unpacked, folder);
}

function findArchive(suite: string): string | undefined {
  const folder = folderOf(suite);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const name = names.find((each) => /^libvirt_.*\.orig\.tar\.[a-z]+$/.test(each));
  return name && join(folder, name);
}

/** With an apt configuration of its own, since the machine's need not know any source packages. */
function fetchArchive(suite: string): string {
  const folder = folderOf(suite);
  mkdirSync(join(folder, 'lists', 'partial'), { recursive: true });
  const sources = join(folder, 'sources.list');
  writeFileSync(sources, `deb-src [signed-by=${keyring}] http://deb.debian.org/debian ${suite} main\n`);
  const options = [
    `Dir::Etc::sourcelist=${sources}`,
    'Dir::Etc::sourceparts=-',
    `Dir::State::lists=${join(folder, 'lists')}`,
    'Dir::Cache::pkgcache=',
    'Dir::Cache::srcpkgcache=',
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option]);
  const apt = (...words: string[]) => execFileSync('apt-get', [...options, '-qq', ...words], { cwd: folder });
  apt('update');
  // Of the package, only libvirt's own archive is of use, which apt checks by its sum.
  apt('source', '--download-only', '--tar-only', 'libvirt');
  const archive = findArchive(suite);
  if (archive === undefined) throw new Error('the source package has no .orig archive');
  return archive;
}

/** Every file with a `<domain>` in it, links left out. */
export function domainFiles(folder: string): CorpusFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.xml'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ name: relative(folder, path), path, xml: readFileSync(path, 'utf8') }))
    .filter(({ xml }) => /<domain[\s>]/.test(xml));
}
