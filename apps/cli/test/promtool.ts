import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const cache = '/var/cache/kvm-tests/prometheus';

/**
 * Prometheus's own judge of metrics, of Debian's package, which is unpacked and not installed: it would start a server.
 *
 * @throws Error when it cannot be had
 */
export function promtool(): string {
  if (!existsSync(cache)) unpack();
  return join(cache, 'usr/bin/promtool');
}

function unpack(): void {
  const work = `${cache}.partial`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  execFileSync('apt-get', ['-qq', '-o', 'APT::Sandbox::User=root', 'download', 'prometheus'], { cwd: work });
  const [file = ''] = readdirSync(work);
  execFileSync('dpkg-deb', ['--extract', file, 'files'], { cwd: work });
  renameSync(join(work, 'files'), cache);
  rmSync(work, { recursive: true });
}
