import { expect, test } from 'vitest';
import { AgentAnswerError, readExecStatus, readPid } from './agent-answer.ts';

const answer = (value: unknown): string => JSON.stringify({ return: value });

test('what an honest agent answers is read', () => {
  expect(readPid(answer({ pid: 7 }))).toBe(7);
  expect(readExecStatus(answer({ exited: false }))).toMatchObject({ exited: false });
  expect(readExecStatus(answer({ exited: true, exitcode: 3, 'out-data': 'aGk=', 'err-data': 'bm8=' }))).toEqual({
    exited: true,
    exitCode: 3,
    stdout: 'hi',
    stderr: 'no',
    truncated: false,
  });
  expect(readExecStatus(answer({ exited: true, signal: 9 }))).toMatchObject({ exitCode: 137 });
  expect(readExecStatus(answer({ exited: true, exitcode: 0, 'out-truncated': true }))).toMatchObject({
    truncated: true,
  });
});

const hostile = [
  '',
  'x',
  '{}',
  'null',
  '[]',
  '"text"',
  '1',
  answer(null),
  answer([]),
  answer('text'),
  answer({}),
  answer({ pid: 'x', exited: 'false' }),
  answer({ pid: -1, exited: 0 }),
  answer({ pid: 1.5, exited: null }),
  answer({ pid: null, exited: true }),
  answer({ pid: {}, exited: true, exitcode: '0' }),
  answer({ pid: 1e300, exited: true, exitcode: -1 }),
  answer({ pid: [1], exited: true, exitcode: 0, 'out-data': 5 }),
  answer({ exited: true, exitcode: 0, 'out-data': null }),
  answer({ exited: true, exitcode: 0, 'err-data': 'not base64!' }),
  answer({ exited: true, exitcode: {}, signal: 9 }),
  answer({ __proto__: { pid: 1, exited: true, exitcode: 0 } }),
];

test.each(hostile)('%s is refused', (text) => {
  for (const read of [readPid, readExecStatus]) expect(() => read(text)).toThrow(AgentAnswerError);
});
