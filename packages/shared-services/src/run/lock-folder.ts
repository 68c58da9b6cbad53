import { once } from 'node:events';
import { join } from 'node:path';
import { startProgram } from '@kvm/command';
import { ServicesError } from '../index.ts';
import { makePrivateFolder, openSecretFolder } from './secret-folder.ts';

const patienceSeconds = 60;
const busyCode = 75;

/**
 * Opens a folder of secrets for this run alone, and waits for another's end. The lock is a program's that reads from this
 * process: it ends with its scope, and with this process, however that ends.
 *
 * @param make whether one that is not there is made
 * @throws ServicesError `bad-secrets` as {@link openSecretFolder}; `locked` when another run does not end
 */
export async function lockSecretFolder(folder: string, { make = false } = {}): Promise<AsyncDisposable> {
  if (make) await makePrivateFolder(folder);
  await openSecretFolder(folder);
  const child = startProgram([
    ...(['flock', '--timeout', String(patienceSeconds), '--conflict-exit-code', String(busyCode)] as const),
    ...[join(folder, 'lock'), 'sh', '-c', 'echo held; exec cat >/dev/null'],
  ]);
  child.stdin.on('error', () => undefined); // it has ended
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  const ended = new Promise<number | null>((resolve) =>
    child.once('close', resolve).once('error', () => resolve(null)),
  );
  const held = await Promise.race([once(child.stdout, 'data').then(() => true), ended.then(() => false)]);
  if (!held) {
    if ((await ended) === busyCode)
      throw new ServicesError(
        'locked',
        `Another run has had ${folder} for ${patienceSeconds} s. Wait until it has ended.`,
      );
    throw new ServicesError('program-failed', `${folder} cannot be locked: ${said.trim() || 'there is no flock'}`);
  }
  return {
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended;
    },
  };
}
