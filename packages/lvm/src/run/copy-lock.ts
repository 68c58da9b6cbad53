import { randomUUID } from 'node:crypto';
import { PassThrough } from 'node:stream';
import type { RunProgram, StreamProgram } from '@kvm/command';
import { LvmError } from '../index.ts';

/** Only root's, so that nobody else can hold what is there. */
const FOLDER = '/run/kvmctl/copies';

/** The lock goes with this process's input: also when the other end is killed, or the network to it breaks. */
const HOLD = `
set -eu
umask 077
mkdir -p "$1"
exec 9>"$1/$2"
flock -n 9
echo held
cat >/dev/null
rm -f "$1/$2"
`;

/** Prints which of these copies no process holds any more. */
const FIND_DEAD = `
folder=$1; shift
for id; do
  [ -e "$folder/$id" ] && ! flock -n "$folder/$id" true || echo "$id"
done
`;

/** A copy or backup that is under way on a host. It ends with its scope, and when this process ends, however that happens. */
export interface RunningCopy extends AsyncDisposable {
  readonly id: string;
}

/** @throws LvmError `failed` */
export async function beginCopy(stream: StreamProgram): Promise<RunningCopy> {
  const id = randomUUID();
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const output = new PassThrough();
  const held = new Promise<void>((resolve) => {
    output.once('data', () => resolve());
  });
  const ended = stream(['sh', '-c', HOLD, 'hold', FOLDER, id], { input: until(released), output });
  const failed = ended.then(
    ({ stderr }) => stderr.trim(),
    (error: unknown) => String(error),
  );
  const fault = await Promise.race([held, failed]);
  if (fault !== undefined) {
    release();
    throw new LvmError('failed', `The copy cannot be marked as running: ${fault || 'no answer'}.`, {
      remedy: `See what is in ${FOLDER}.`,
    });
  }
  return {
    id,
    async [Symbol.asyncDispose]() {
      release();
      await failed;
    },
  };
}

/** Nothing, and then the end. */
async function* until(end: Promise<void>): AsyncGenerator<Uint8Array> {
  await end;
  yield new Uint8Array();
}

/** Those of copies that have ended, or whose process was killed. */
export async function deadCopies(ids: readonly string[], run: RunProgram): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const { stdout } = await run(['sh', '-c', FIND_DEAD, 'find', FOLDER, ...ids]);
  return stdout.split('\n').filter((line) => line !== '');
}
