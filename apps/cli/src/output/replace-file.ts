import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  openSync,
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

function writeCopy(path: string, content: string, like: Stats): void {
  const { uid, gid, mode } = like;
  const descriptor = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(descriptor, content);
    const made = statSync(path);
    if (made.uid !== uid || made.gid !== gid) chownSync(path, uid, gid);
    chmodSync(path, mode & 0o7777);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
