import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needs } from '@kvm/ci/needs';
import { runHere } from '@kvm/command';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkFilling } from '../src/run/index.ts';
import { makeTinySystem, sh } from './tiny-system.ts';

/** Python's tarfile writes what tar(1) would not. */
const hostile = (entries: string): string => `
import io, tarfile
def add(name, kind=tarfile.REGTYPE, link='', data=b'', **more):
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, link, len(data)
    for key, value in more.items(): setattr(info, key, value)
    out.addfile(info, io.BytesIO(data))
with tarfile.open(target, 'w') as out:
    add('sbin/init', data=b'x')
    ${entries}
`;

describe.skipIf(needs('root', 'zstd', 'python3', 'awk'))('a tarball is looked through', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kvm-tarball-'));
  const bytes = 64 * 2 ** 20;
  beforeAll(() => void makeTinySystem(folder));
  afterAll(() => rmSync(folder, { recursive: true }));

  const check = (tarball: string, room = bytes): Promise<void> => {
    const volume = { device: '', mount: '/', uuid: '', bytes: room, isUnfinished: false } as const;
    return checkFilling({ name: 'web', volumes: [volume], tarball, identity: [] }, { run: runHere });
  };

  const refused = (why: string) =>
    expect.objectContaining({ code: 'bad-tarball', message: expect.stringContaining(why) });

  test.each(['zstd -q -c', 'xz -c', 'gzip -c', 'cat'])('one packed by %s is taken', async (pack) => {
    const tarball = join(folder, 'packed');
    sh(`zstd -q -dc "$1" | ${pack} >"$2"`, join(folder, 'tiny.tar.zst'), tarball);
    await check(tarball);
  });

  test.each([
    ['above itself', "add('../evil')", 'leads out of it by ..'],
    ['above itself, later', "add('etc/../../evil')", 'leads out of it by ..'],
    ['at an absolute path', "add('/etc/evil')", 'absolute path'],
    ['a device', "add('etc/disk', tarfile.BLKTYPE, devmajor=8, devminor=0)", 'is a device'],
    ['a device in a folder like dev', "add('device/disk', tarfile.CHRTYPE, devmajor=1, devminor=1)", 'is a device'],
    ['below a link', "add('etc', tarfile.SYMTYPE, '/etc'); add('etc/evil')", 'below the symbolic link etc'],
    ['below a link, by another spelling', "add('./a', tarfile.SYMTYPE, '/etc'); add('.//a/./b/evil')", 'below the sym'],
    [
      'below a link whose name has an arrow',
      "add('a -> b', tarfile.SYMTYPE, '/etc'); add('a -> b/evil')",
      'below the symbolic link a -> b',
    ],
    [
      'below a link whose name has a line break and quotes',
      "add('a\\\"\\n', tarfile.SYMTYPE, '/etc'); add('a\\\"\\n/evil')",
      'below the symbolic link',
    ],
    ['in the place of a link', "add('a', tarfile.SYMTYPE, '/etc/passwd'); add('a', data=b'x')", 'takes the place'],
    [
      'a folder in the place of a link',
      "add('a', tarfile.SYMTYPE, '/etc'); add('a/', tarfile.DIRTYPE)",
      'takes the pl',
    ],
    ['a hard link out of it', "add('a', tarfile.LNKTYPE, '../../etc/passwd')", 'leads out of it by ..'],
    ['an absolute hard link', "add('a', tarfile.LNKTYPE, '/etc/passwd')", 'absolute path'],
    [
      'a hard link below a link',
      "add('l', tarfile.SYMTYPE, '/etc'); add('a', tarfile.LNKTYPE, 'l/passwd')",
      'below the',
    ],
    ['a path without an end', "add('a/' * 4000 + 'b')", 'more than 4096'],
  ])('one with an entry %s is refused', async (_, entries, why) => {
    const tarball = join(folder, 'hostile.tar');
    sh('python3 -c "$1"', `target = ${JSON.stringify(tarball)}\n${hostile(entries)}`);
    await expect(check(tarball)).rejects.toEqual(refused(why));
    expect(existsSync('/etc/evil')).toBe(false);
  });

  test('a bomb is refused, because it is larger than the volumes', async () => {
    const tarball = join(folder, 'bomb.tar.zst');
    sh(
      `cd "$1" && truncate -s 1G zeros && mkdir -p bomb/sbin && : >bomb/sbin/init && ln zeros bomb/zeros &&
      tar -C bomb --no-recursion -c sbin/init zeros | zstd -q -f -o "$2" && rm -r bomb zeros`,
      folder,
      tarball,
    );
    await expect(check(tarball)).rejects.toEqual(refused(`larger than the volumes, which have ${bytes} bytes`));
  });

  test('sparse files count as what they unpack to', async () => {
    const tarball = join(folder, 'sparse.tar');
    sh('cd "$1" && truncate -s 1G hole && tar -S -cf "$2" hole && rm hole', folder, tarball);
    await expect(check(tarball)).rejects.toEqual(refused('larger than the volumes'));
  });

  test('a million entries are enough', async () => {
    const tarball = join(folder, 'many.tar.zst');
    const head = Buffer.alloc(512);
    head.write(`${'a'.padEnd(100, '\0')}0000644\0${'0000000\0'.repeat(2)}${'00000000000\0'.repeat(2)}`, 'latin1');
    head.write('        0', 148, 'latin1');
    head.write('ustar\x0000', 257, 'latin1');
    const sum = head.reduce((total, byte) => total + byte, 0);
    head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    writeFileSync(join(folder, 'head'), Buffer.concat(Array.from({ length: 1000 }, () => head)));
    sh('cd "$1" && for ((i = 0; i < 1100; i++)); do cat head; done | zstd -q -f -o "$2"', folder, tarball);
    await expect(check(tarball, 2 ** 40)).rejects.toEqual(refused('more than 1000000 entries'));
  });

  test.each([
    ['is not there', 'none.tar', 'there is no such file'],
    ['is a folder', '.', 'there is no such file'],
    ['is no tarball', 'text', 'damaged, or no tarball'],
    ['breaks off', 'half', 'damaged, or no tarball'],
    ['is no system', 'data.tar', 'it has no /sbin/init'],
  ])('one that %s is refused', async (_, name, why) => {
    sh(
      `cd "$1" && printf 'hello, hello' >text && size=$(stat -c %s tiny.tar.zst) &&
      head -c $((size / 2)) tiny.tar.zst >half && tar -cf data.tar text`,
      folder,
    );
    await expect(check(join(folder, name))).rejects.toEqual(refused(why));
  });
});
