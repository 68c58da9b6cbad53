import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { inputName } from '../input/read-input.ts';
import type { Session } from '../session.ts';
import { CliError, systemReason } from './cli-error.ts';

/**
 * Gives a file other content. It is whole at every moment, the old one or the new one, also when the machine stops. Owner
 * and mode stay; of a symbolic link, the file that it leads to is replaced.
 *
 * @throws CliError
 */
export function replaceFile({ io }: Session, file: string, content: string): void {
  try {
    const target = realpathSync(resolve(io.cwd, file));
    const stats = statSync(target);
    if (!stats.isFile()) throw new Error('it is no file');
    const temporary = join(dirname(target), `.${basename(target)}.kvmctl-${randomBytes(6).toString('hex')}`);
    try {
      writeCopy(temporary, content, stats);
      renameSync(temporary, target);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  } catch (cause) {
    throw new CliError('cannot-write', `${inputName(file)} cannot be written: ${systemReason(cause)}.`, { cause });
  }
}

/**
 * Puts a file that only its owner may read, whole, also when the machine stops. One that is there already stays as it is, unless
 * its text is such that it may go.
 *
 * @throws CliError `file-exists`, `cannot-write`
 */
export function putPrivateFile(
  { io }: Session,
  file: string,
  { content, mayGo }: { readonly content: string; readonly mayGo: (text: string) => boolean },
): void {
  const target = resolve(io.cwd, file);
  const temporary = join(dirname(target), `.${basename(target)}.kvmctl-${randomBytes(6).toString('hex')}`);
  try {
    const stats = lstatSync(target, { throwIfNoEntry: false });
    if (stats && !(stats.isFile() && mayGo(readFileSync(target, 'utf8'))))
      throw new CliError('file-exists', `${file} is there already and stays as it is. Name another file.`);
    try {
      writeCopy(temporary, content);
      renameSync(temporary, target);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw new CliError('cannot-write', `${file} cannot be written: ${systemReason(cause)}.`, { cause });
  }
}

/** @param like whose owner and mode it gets; without, only its owner may read it */
function writeCopy(path: string, content: string, like?: Stats): void {
  const descriptor = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(descriptor, content);
    if (like) {
      const made = statSync(path);
      if (made.uid !== like.uid || made.gid !== like.gid) chownSync(path, like.uid, like.gid);
      chmodSync(path, like.mode & 0o7777);
    }
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
