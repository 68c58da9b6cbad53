import { needs } from '@kvm/ci/needs';
import { expect, test } from 'vitest';
import { beginCopy, deadCopies } from '../src/run/copy-lock.ts';
import { runHere, type StreamProgram, streamHere } from '../src/run/index.ts';

test.skipIf(needs('root', 'flock'))(
  'a copy is running until it ends, or until the process that it is of has ended',
  async () => {
    const running = await beginCopy(streamHere);
    expect(await deadCopies([running.id, 'never-begun'], runHere)).toEqual(['never-begun']);
    // A second one at the same time is another one.
    await using other = await beginCopy(streamHere);
    await running[Symbol.asyncDispose]();
    expect(await deadCopies([running.id, other.id], runHere)).toEqual([running.id]);

    // The kernel closes the pipes of a process that is killed.
    let kill = (): void => undefined;
    const killed = new Promise<void>((resolve) => {
      kill = resolve;
    });
    async function* pipe(): AsyncGenerator<Uint8Array> {
      await killed;
      yield new Uint8Array();
    }
    let ended: ReturnType<StreamProgram> | undefined;
    const lost = await beginCopy((command, { output }) => {
      ended = streamHere(command, { input: pipe(), ...(output && { output }) });
      return ended;
    });
    expect(await deadCopies([lost.id], runHere)).toEqual([]);
    kill();
    await ended;
    expect(await deadCopies([lost.id], runHere)).toEqual([lost.id]);
  },
);
