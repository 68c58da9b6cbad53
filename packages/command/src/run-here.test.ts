import { existsSync } from 'node:fs';
import { PassThrough, Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { mustRunOr } from './must-run.ts';
import { runHere, streamHere, withLimit } from './run-here.ts';

test('the end of a program is a result', async () => {
  expect(await runHere(['sh', '-c', 'cat; echo no >&2; exit 3'], 'in')).toEqual({
    exitCode: 3,
    stdout: 'in',
    stderr: 'no\n',
  });
  expect(await runHere(['sh', '-c', 'kill -9 $$'])).toMatchObject({ exitCode: 128 });
  expect(await runHere(['kvm-is-not-there'])).toMatchObject({
    exitCode: 127,
    stderr: 'kvm-is-not-there: there is no such program',
  });
  expect(await runHere(['/etc/passwd'])).toMatchObject({ exitCode: 126 });
  expect(await runHere(['true', 'x'.repeat(300_000)])).toMatchObject({ exitCode: 126 });
  expect(await runHere(['true'], 'x'.repeat(1_000_000))).toMatchObject({ exitCode: 0 });
});

test('without input, a program reads nothing and does not wait', async () => {
  expect(await runHere(['cat'])).toEqual({ exitCode: 0, stdout: '', stderr: '' });
});

test('a program that takes too long is ended, also one that ignores it and leaves another behind', async () => {
  const stubborn = 'trap "" TERM; sleep 1000 & while :; do sleep 1000; done';
  expect(await runHere(['sh', '-c', stubborn], '', { seconds: 0.2 })).toEqual({
    exitCode: 128,
    stdout: '',
    stderr: 'it took longer than 0.2 s\n',
  });
});

test('a limit for all that have none of their own', async () => {
  const run = withLimit(runHere, 0.2);
  expect(await run(['sleep', '1000'])).toMatchObject({ exitCode: 128, stderr: 'it took longer than 0.2 s\n' });
  expect(await run(['sleep', '0.3'], '', { seconds: 60 })).toMatchObject({ exitCode: 0 });
});

test('what a program has started ends with it', async () => {
  const script = 'sh -c "echo $$ >&2; sleep 1000" & sleep 1000; :';
  const { stderr } = await runHere(['sh', '-c', script], '', { seconds: 0.3 });
  const [pid = ''] = stderr.split('\n');
  expect(Number(pid)).toBeGreaterThan(1);
  await expect.poll(() => existsSync(`/proc/${pid}/exe`)).toBe(false);
});

test('a program that writes too much is ended', async () => {
  const { exitCode, stdout, stderr } = await runHere(['yes'], '', { maxBytes: 100_000 });
  expect({ exitCode, stderr }).toEqual({ exitCode: 128, stderr: 'it wrote more than 100000 bytes\n' });
  expect(stdout.length).toBeLessThanOrEqual(100_000);
});

test('a program is ended when its caller gives up', async () => {
  const giveUp = new AbortController();
  const result = runHere(['sh', '-c', 'echo begun; exec sleep 1000'], '', { signal: giveUp.signal });
  giveUp.abort();
  expect(await result).toMatchObject({ exitCode: 128, stderr: 'it was interrupted\n' });
  expect(await runHere(['sleep', '1000'], '', { signal: AbortSignal.abort() })).toMatchObject({ exitCode: 128 });
});

test('a program may read one stream and write another', async () => {
  const output = new PassThrough();
  const chunks: Buffer[] = [];
  output.on('data', (chunk: Buffer) => chunks.push(chunk));
  async function* input() {
    yield Buffer.from('one ');
    yield Buffer.from('two');
  }
  expect(await streamHere(['tr', 'a-z', 'A-Z'], { input: input(), output })).toMatchObject({ exitCode: 0 });
  expect(Buffer.concat(chunks).toString()).toBe('ONE TWO');
});

test('a stream that fails fails its program, even one that ended well', async () => {
  const full = () => new Writable({ write: (_chunk, _encoding, done) => done(new Error('the disk is full')) });
  const failed = { exitCode: 128, stderr: expect.stringContaining('the disk is full\n') };
  expect(await streamHere(['yes'], { output: full() })).toMatchObject(failed);
  expect(await streamHere(['echo', 'little'], { output: full() })).toMatchObject(failed);
  async function* torn() {
    yield Buffer.from('half');
    throw new Error('the network is down');
  }
  expect(await streamHere(['cat'], { input: torn() })).toMatchObject({
    exitCode: 128,
    stderr: 'the network is down\n',
  });
});

test('of a program that ends before it has read everything, its own exit code counts', async () => {
  async function* endless() {
    for (;;) yield Buffer.alloc(65_536);
  }
  expect(await streamHere(['sh', '-c', 'echo enough >&2; exit 3'], { input: endless() })).toEqual({
    exitCode: 3,
    stdout: '',
    stderr: 'enough\n',
  });
});

test('a program that must succeed throws its package’s error, with the command and what it said', async () => {
  const mustRun = mustRunOr((reason) => new RangeError(reason));
  expect(await mustRun(runHere, ['echo', 'well'])).toBe('well\n');
  await expect(mustRun(runHere, ['sh', '-c', 'echo bad >&2\nexit 2', 'word'])).rejects.toThrow(
    new RangeError('`sh -c ... word` failed: bad'),
  );
});
