import { expect, test } from 'vitest';
import { agentRunner } from './agent-runner.ts';

const data = (text: string): string => Buffer.from(text).toString('base64');

/** A guest whose agent answers one thing after another, the last one for ever. */
function guest(...answers: readonly unknown[]) {
  const left = [...answers];
  const agentCommand = async () => JSON.stringify(left.length > 1 ? left.shift() : left[0]);
  return agentRunner({ name: 'web', agentCommand });
}

test('a program that ends has its result', async () => {
  const run = guest(
    { return: { pid: 1 } },
    { return: { exited: false } },
    { return: { exited: true, exitcode: 1, 'out-data': data('out'), 'err-data': data('err') } },
  );
  expect(await run(['true'])).toEqual({ exitCode: 1, stdout: 'out', stderr: 'err' });
});

test('a program that never ends is given up', async () => {
  const run = guest({ return: { pid: 1 } }, { return: { exited: false } });
  expect(await run(['true'], '', { seconds: 0.2 })).toEqual({
    exitCode: 128,
    stdout: '',
    stderr: 'it took longer than 0.2 s\n',
  });
  expect(await run(['true'], '', { signal: AbortSignal.abort() }).catch((error) => error.code)).toBe('no-agent');
});

test('half of an output is no output', async () => {
  const run = guest(
    { return: { pid: 1 } },
    { return: { exited: true, exitcode: 0, 'out-data': data('half'), 'out-truncated': true } },
  );
  expect(await run(['true'])).toMatchObject({ exitCode: 128, stdout: '' });
});

test.each([{}, null, [], { return: null }, { return: { pid: 'x' } }])(
  'an agent that answers %j is refused',
  async (answer) => {
    await expect(guest(answer)(['true'])).rejects.toMatchObject({
      code: 'no-agent',
      message: expect.stringContaining('the agent of web does not answer as qemu-guest-agent does'),
    });
  },
);
