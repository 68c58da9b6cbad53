import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needs } from '@kvm/ci/needs';
import { diskRates, parseDiskstats, parseIostat } from '@kvm/iostat-parse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareReports } from './compare-reports.ts';
import { iostatRuns } from './iostat-runs.ts';
import { optionCombinations } from './option-combinations.ts';

describe.skipIf(needs('root', 'iostat', 'unshare'))('the iostat of this machine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'iostat-parse-'));
  beforeAll(() => {
    const input = iostatRuns(optionCombinations);
    const { status, stderr } = spawnSync('unshare', ['-m', 'sh', '-s'], { cwd: folder, input, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('at least 200 combinations of options are tried', () => {
    expect(optionCombinations.length).toBeGreaterThanOrEqual(200);
  });

  test('counters of the kernel give the numbers of iostat -x', () => {
    const at = optionCombinations.findIndex(({ options }) => options.join(' ') === '-x --dec=2');
    const [report] = parseIostat(readFileSync(join(folder, `${at}.txt`), 'utf8'));
    const [uptime = ''] = readFileSync(join(folder, 'uptime'), 'utf8').split(' ');
    // iostat reads /sys/block, whose counters were copied a moment later.
    const block = join(folder, 'block');
    const counters = readdirSync(block).map((name) => `0 0 ${name} ${readFileSync(join(block, name, 'stat'), 'utf8')}`);
    const rates = diskRates([], parseDiskstats(counters.join('')), Number(uptime) * 1000);
    const printed = report?.devices ?? [];
    expect(printed.length).toBeGreaterThan(0);
    for (const device of printed) {
      const ours = rates.find(({ name }) => name === device.name);
      expect(device.columns.map(({ name }) => name)).toEqual(ours?.columns.map(({ name }) => name));
      device.columns.forEach(({ name, factor }, column) => {
        const difference = Math.abs((ours?.values[column] ?? Number.NaN) - (device.values[column] ?? Number.NaN));
        expect(difference / factor, `${device.name} ${name}`).toBeLessThanOrEqual(0.00501);
      });
    }
  });

  test.each(optionCombinations.map((combination, at) => [combination.options.join(' '), combination, at] as const))(
    'iostat %s: the numbers of -o JSON',
    (_, combination, at) => {
      const source = readFileSync(join(folder, `${at}.txt`), 'utf8');
      const [text, ...more] = parseIostat(source);
      const [json] = parseIostat(readFileSync(join(folder, `${at}.json`), 'utf8'));
      if (text === undefined || json === undefined) throw new Error(`no report in ${source}`);
      expect(more).toEqual([]);
      expect(compareReports(text, json, combination)).toEqual([]);
      expect(text.header).toEqual(json.header);
      expect(text.complete && json.complete).toBe(true);

      const [firstLine = '', ...lines] = source.split('\n');
      const withCommas = [firstLine, ...lines.map((line) => line.replaceAll(/(\d)\.(\d)/g, '$1,$2'))].join('\n');
      expect(JSON.stringify(parseIostat(withCommas))).toBe(JSON.stringify([text]));
    },
  );
});
