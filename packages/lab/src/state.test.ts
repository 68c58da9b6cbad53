import { expect, test } from 'vitest';
import { identifyProcess, isRunning, parseState } from './state.ts';

const keeper = { pid: 4242, startTime: 77, namespace: 'pid:[4026531836]', boot: 'b' };

test('a state names its keeper; what a power cut left of one is none', () => {
  expect(parseState(JSON.stringify({ keeper }))).toEqual({ keeper });
  for (const text of ['', '{"keeper":{"pid":42', 'null', '[]', '{}', JSON.stringify({ keeper: { ...keeper, pid: 0 } })])
    expect(parseState(text)).toBeUndefined();
  expect(parseState(JSON.stringify({ keeper: { ...keeper, startTime: undefined } }))).toBeUndefined();
});

test('a process is the same only with its number, its start, its process namespace and the start of the machine', () => {
  const me = identifyProcess(process.pid);
  if (me === undefined) throw new Error('this process is not there');
  expect(isRunning(me)).toBe(true);
  expect(isRunning({ ...me, startTime: me.startTime - 1 })).toBe(false);
  expect(isRunning({ ...me, namespace: 'pid:[1]' })).toBe(false);
  expect(isRunning({ ...me, boot: 'another' })).toBe(false);
  expect(isRunning({ ...me, pid: 2 ** 22 + 1 })).toBe(false);
  expect(identifyProcess(0)).toBeUndefined();
});
