import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const cache = '/var/cache/kvm-tests/sysstat';
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The releases of Debian with another sysstat than bookworm's, whose sources the mirrors still have: 12.5.2 and 12.7.5. */
export const suites = ['bullseye', 'trixie'] as const;

/**
 * A folder with the iostat of a release of Debian, built once from its source package and kept outside of this repository.
 *
 * @throws Error when it cannot be had or built
 */
export function debianIostat(suite: (typeof suites)[number]): string {
  const folder = join(cache, suite);
  if (!existsSync(join(folder, 'iostat'))) build(suite, folder);
  return folder;
}

/** With an apt configuration of its own, since the machine's need not know any source packages. */
function build(suite: string, folder: string): void {
  const work = `${folder}.partial`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(join(work, 'lists', 'partial'), { recursive: true });
  const sources = join(work, 'sources.list');
  writeFileSync(sources, `deb-src [signed-by=${keyring}] http://deb.debian.org/debian ${suite} main\n`);
  const options = [
    `Dir::Etc::sourcelist=${sources}`,
    'Dir::Etc::sourceparts=-',
    `Dir::State::lists=${join(work, 'lists')}`,
    'Dir::Cache::pkgcache=',
    'Dir::Cache::srcpkgcache=',
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option]);
  const apt = (...words: string[]) => execFileSync('apt-get', [...options, '-qq', ...words], { cwd: work });
  apt('update');
  apt('source', '--download-only', '--tar-only', 'sysstat');
  const script =
    'mkdir source && tar -xf *.orig.tar.* -C source --strip-components=1 && cd source && ./configure && make iostat';
  execFileSync('sh', ['-c', script], { cwd: work, stdio: ['ignore', 'ignore', 'pipe'] });
  rmSync(folder, { recursive: true, force: true });
  renameSync(join(work, 'source'), folder);
  rmSync(work, { recursive: true });
}
