import { ImageError } from './errors.ts';
import type { IdentityFile } from './identity.ts';

/** Bytes of a block of tar(5). */
const BLOCK = 512;
/** Bytes of a name in its header. */
const LONGEST = 100;

/** Folders that a system needs and an archive of one may lack: the kernel's own are mounted there. */
const mountPoints = ['/dev', '/proc', '/sys', '/run'];

/**
 * Files as a tar archive (POSIX.1-1988, ustar): root's, with every folder above them, so that a link which stands in the place of a
 * folder is replaced and not followed. Without times, the same bytes every time.
 *
 * @throws ImageError `bad-identity` for a path that such an archive cannot hold
 */
export function packFiles(files: readonly IdentityFile[]): string {
  const folders = new Set([...mountPoints, ...files.flatMap(({ path }) => parents(path))]);
  const entries = [
    ...[...folders].sort().map((path) => header(path, { type: '5', mode: privateFolders.has(path) ? 0o700 : 0o755 })),
    ...files.map(entry),
  ];
  return `${entries.join('')}${'\0'.repeat(2 * BLOCK)}`;
}

const privateFolders: ReadonlySet<string> = new Set(['/root', '/root/.ssh']);

function parents(path: string): string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}

function entry(file: IdentityFile): string {
  if ('link' in file) return header(file.path, { type: '2', mode: 0o777, link: file.link });
  const { path, mode, content } = file;
  const bytes = utf8Length(content);
  return `${header(path, { type: '0', mode, bytes })}${content}${'\0'.repeat((BLOCK - (bytes % BLOCK)) % BLOCK)}`;
}

interface Header {
  /** `0` a file, `2` a symbolic link, `5` a folder. */
  readonly type: '0' | '2' | '5';
  readonly mode: number;
  readonly bytes?: number;
  readonly link?: string;
}

function header(path: string, { type, mode, bytes = 0, link = '' }: Header): string {
  const name = path.slice(1);
  if (!path.startsWith('/') || [name, link].some((each) => each.length > LONGEST || /[^ -~]/.test(each))) {
    throw new ImageError('bad-identity', `${JSON.stringify(path)} is no path of a guest's file.`, {
      remedy: `Write an absolute path of at most ${LONGEST} plain letters.`,
    });
  }
  const before = [text(name, 100), octal(mode, 8), octal(0, 8), octal(0, 8), octal(bytes, 12), octal(0, 12)].join('');
  const after = [type, text(link, 100), 'ustar\0', '00', '\0'.repeat(247)].join('');
  // The checksum is that of the header with spaces in its own place.
  const sum = [...`${before}${' '.repeat(8)}${after}`].reduce((total, letter) => total + letter.charCodeAt(0), 0);
  return `${before}${sum.toString(8).padStart(6, '0')}\0 ${after}`;
}

const text = (value: string, width: number): string => value.padEnd(width, '\0');

const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`;

const utf8Length = (content: string): number =>
  [...content].reduce((total, letter) => total + bytesOf(letter.codePointAt(0) ?? 0), 0);

const bytesOf = (code: number): number => (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4);
