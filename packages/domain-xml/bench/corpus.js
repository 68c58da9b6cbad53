import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = '/var/cache/kvm-tests/libvirt-source/tests';

/** The paths of libvirt's own domain files, which the system tests fetch. */
export function corpusPaths() {
  if (!existsSync(folder)) {
    console.error(`There are no files under ${folder}: run this package's system tests first.`);
    process.exit(1);
  }
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.xml'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => /^(?:<[?!][^>]*>\s*)*<domain[\s>]/.test(readFileSync(path, 'utf8')));
}
