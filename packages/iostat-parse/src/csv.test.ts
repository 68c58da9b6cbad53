import { expect, test } from 'vitest';
import { csvRenderer } from './csv.ts';
import { parseIostat } from './parse.ts';

const reports = (columns: string, ...rows: string[]) => parseIostat(`Device ${columns}\n${rows.join('\n')}\n\n`);

test('a row of headings, and then one for each device of each report', () => {
  const render = csvRenderer();
  const [report] = reports('tps kB_read/s', 'sda 7.41 2', 'vg-a,b.root 0 1');
  if (report === undefined) throw new Error('no report');
  expect([...render(report), ...render(report)]).toEqual([
    'report,time,device,group,transfersPerSecond,readBytesPerSecond',
    '1,,sda,false,7.41,2048',
    '1,,"vg-a,b.root",false,0,1024',
    '2,,sda,false,7.41,2048',
    '2,,"vg-a,b.root",false,0,1024',
  ]);
});

test('a later report of other columns does not go under the same headings', () => {
  const render = csvRenderer();
  const [first] = reports('tps', 'sda 7.41');
  const [second] = reports('tps kB_read/s', 'sda 7.41 2');
  if (first === undefined || second === undefined) throw new Error('no report');
  render(first);
  expect(() => render(second)).toThrow(
    expect.objectContaining({
      code: 'other-columns',
      line: undefined,
      message: 'report 2 has a column readBytesPerSecond that those before have not: write one run of iostat a file',
    }),
  );
});
