import { expect, test } from 'vitest';
import { shapes } from '../test/shapes.ts';
import { IostatError, parseIostat } from './index.ts';

function errorOf(text: string): IostatError {
  try {
    parseIostat(text);
  } catch (error) {
    if (error instanceof IostatError) return error;
  }
  throw new Error('no IostatError was thrown');
}

test('a line that is not iostat’s is named with its place', () => {
  const error = errorOf('Filesystem  Size  Used Avail Use% Mounted on\n');
  expect(error).toMatchObject({ code: 'unknown-line', line: 1, column: 1 });
  expect(error.message).toBe(
    'line 1, column 1: iostat prints no line like "Filesystem  Size  Used Avail Use% Mounted on"',
  );
});

test('a field that is no number is named with its column', () => {
  const error = errorOf(shapes.gentoo2009.replace('81.74   40356551', '81.x4   40356551'));
  expect(error).toMatchObject({ code: 'bad-row', line: 7, column: 44 });
});

test('what is no JSON', () => {
  expect(errorOf('{"statistics": [{"disk": [}')).toMatchObject({ code: 'bad-json', line: 1, column: 27 });
  expect(errorOf('{"statistics": 1.2.3 }')).toMatchObject({ code: 'bad-json' });
});

test('a line without end costs no memory', () => {
  expect(errorOf(`Linux${' '.repeat(100_000)}`)).toMatchObject({ code: 'too-long', line: 1 });
});

test('with onWarning, parsing goes on at the next report', () => {
  const broken = `${shapes.gentoo2009}\n`.replace('7.48', 'oops');
  const warnings: string[] = [];
  const onWarning = ({ code, line }: IostatError) => warnings.push(`${code} ${line}`);
  const reports = parseIostat(`${shapes.gentoo2009}\n${broken}${shapes.gentoo2009}\n`, { onWarning });
  expect(reports.map(({ devices }) => devices.length)).toEqual([7, 7]);
  expect(warnings).toEqual(['bad-row 27']);
});

test('with onWarning, JSON goes on at the next report', () => {
  const report = (user: string) => `{"avg-cpu": {"user": ${user}}, "disk": [{"disk_device": "vda", "tps": 1.00}]}`;
  const warnings: string[] = [];
  const onWarning = ({ code }: IostatError) => warnings.push(code);
  const text = `{"statistics": [${report('1.00')},\n${report('=')},\n${report('3.00')}]}`;
  const reports = parseIostat(text, { onWarning });
  expect(warnings).toEqual(['bad-json']);
  expect(reports.map(({ cpu }) => cpu?.get('userPercent'))).toEqual([1, 3]);
});
