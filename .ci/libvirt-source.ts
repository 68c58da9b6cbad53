import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const cache = '/var/cache/kvm-tests/libvirt-source';
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** A document of libvirt's own tests. */
export interface CorpusFile {
  /** `qemuxml2argvdata/disk-virtio.xml` */
  readonly name: string;
  readonly path: string;
  readonly xml: string;
}

/**
 * The folder of libvirt's tests, of Debian's source package; fetched by apt once and kept outside of this repository.
 *
 * @returns undefined, after saying why, when it cannot be had.
 * @throws Error in CI, where nothing may be skipped.
 */
export function libvirtTests(): string | undefined {
  const folder = join(cache, 'tests');
  try {
    if (!existsSync(folder)) fetchSource(folder);
    return folder;
  } catch (error) {
    const message = `libvirt's own test files cannot be had by apt-get source: ${error}`;
    if (process.env.CI) throw new Error(message, { cause: error });
    console.warn(`skipped: ${message}`);
    return undefined;
  }
}

/** With an apt configuration of its own, since the machine's need not know any source packages. */
function fetchSource(folder: string): void {
  mkdirSync(join(cache, 'lists', 'partial'), { recursive: true });
  const { VERSION_CODENAME: suite = '' } = Object.fromEntries(
    readFileSync('/etc/os-release', 'utf8')
      .split('\n')
      .map((line) => line.split('=')),
  );
  const sources = join(cache, 'sources.list');
  writeFileSync(sources, `deb-src [signed-by=${keyring}] http://deb.debian.org/debian ${suite} main\n`);
  const options = [
    `Dir::Etc::sourcelist=${sources}`,
    'Dir::Etc::sourceparts=-',
    `Dir::State::lists=${join(cache, 'lists')}`,
    'Dir::Cache::pkgcache=',
    'Dir::Cache::srcpkgcache=',
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option]);
  const apt = (...words: string[]) => execFileSync('apt-get', [...options, '-qq', ...words], { cwd: cache });
  apt('update');
  apt('source', '--download-only', 'libvirt');
  const archive = readdirSync(cache).find((name) => /^libvirt_.*\.orig\.tar\.[a-z]+$/.test(name));
  if (archive === undefined) throw new Error('the source package has no .orig archive');
  const unpacked = `${folder}.partial`;
  rmSync(unpacked, { recursive: true, force: true });
  mkdirSync(unpacked);
  const pick = ['--strip-components=2', '--wildcards', '*/tests/*.xml'];
  execFileSync('tar', ['-xf', join(cache, archive), '-C', unpacked, ...pick]);
  renameSync(unpacked, folder);
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
