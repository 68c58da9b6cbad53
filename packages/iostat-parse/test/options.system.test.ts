import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needs } from '@kvm/ci/needs';
import {
  type DeviceSample,
  diskRates,
  type IostatColumn,
  type IostatReport,
  type IostatSample,
  parseDiskstats,
  parseIostat,
} from '@kvm/iostat-parse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Combination, optionCombinations } from './option-combinations.ts';

const frozen = ['stat', 'uptime', 'diskstats'];

/** Copies the counters that iostat reads below /sys/block: of devices and, one folder deeper, of partitions. */
function copyBlockDevices(from: string, to: string, depth: number): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    if (existsSync(join(from, name, 'stat'))) {
      const device = join(to, name);
      if (depth > 0) copyBlockDevices(join(from, name), device, depth - 1);
      else mkdirSync(device);
      writeFileSync(join(device, 'stat'), readFileSync(join(from, name, 'stat')));
    }
  }
}

/** Runs iostat with every combination, as text and as JSON, on counters that stand still. */
function runAll(folder: string): void {
  for (const name of frozen) writeFileSync(join(folder, name), readFileSync(`/proc/${name}`));
  copyBlockDevices('/sys/block', join(folder, 'block'), 1);
  const script = [
    'set -u',
    ...frozen.map((name) => `mount --bind ${join(folder, name)} /proc/${name}`),
    `mount --bind ${join(folder, 'block')} /sys/block`,
    ...optionCombinations.flatMap(({ environment, options, jsonOptions }, at) => [
      `env LC_ALL=C ${environment.join(' ')} iostat ${options.join(' ')} >${join(folder, `${at}.txt`)}`,
      `env LC_ALL=C ${environment.join(' ')} iostat ${jsonOptions.join(' ')} -o JSON >${join(folder, `${at}.json`)}`,
    ]),
  ].join('\n');
  const { status, stderr } = spawnSync('unshare', ['-m', 'sh', '-s'], { input: script, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

/** `-s` prints writes and discards in one number. */
function expectedValue(json: IostatSample, metric: string): number | undefined {
  const metrics = json.metrics();
  if (!metric.startsWith('writeDiscard')) return metrics[metric];
  const kind = metric.slice('writeDiscard'.length);
  return (metrics[`write${kind}`] ?? Number.NaN) + (metrics[`discard${kind}`] ?? Number.NaN);
}

/** What one step of the last printed digit is worth. Behind a suffix (`1.5M`) there is one decimal. */
function textStep(value: number, factor: number, { decimals, human }: Combination): number {
  if (!human || factor === 1) return factor * 10 ** -(human ? Math.min(decimals, 1) : decimals);
  return Math.max(1024, 1024 ** Math.floor(Math.log2(Math.max(value, 1)) / 10)) * 10 ** -Math.min(decimals, 1);
}

/** JSON has two decimals, but totals are whole numbers, cut and not rounded. */
const jsonStep = (metric: string, factor: number): number => (metric.endsWith('Bytes') ? factor : factor * 0.02);

function compareColumn(column: IostatColumn, value: number, json: IostatSample, combination: Combination): string[] {
  const { name, metric, factor } = column;
  if (metric === undefined) return [`${name} is not known`];
  const expected = expectedValue(json, metric);
  if (expected === undefined) return [`${name} lacks in JSON`];
  const exact = !combination.human && combination.decimals === 2 && !metric.startsWith('writeDiscard');
  const allowed = exact ? 0 : textStep(value, factor, combination) / 2 + jsonStep(metric, factor);
  return Math.abs(value - expected) <= allowed ? [] : [`${name}: ${value} in text, ${expected} in JSON`];
}

const compare = (text: IostatSample, json: IostatSample, combination: Combination): string[] =>
  text.columns.flatMap((column, at) => compareColumn(column, text.values[at] ?? Number.NaN, json, combination));

const key = ({ name, group }: DeviceSample): string => `${group ? 'group' : 'device'} ${name}`;

function compareReports(text: IostatReport, json: IostatReport, combination: Combination): string[] {
  const faults: string[] = [];
  if (text.devices.map(key).join() !== json.devices.map(key).join()) {
    faults.push(`devices ${text.devices.map(key)} in text, ${json.devices.map(key)} in JSON`);
  }
  text.devices.forEach((device, at) => {
    const other = json.devices[at];
    if (other !== undefined)
      faults.push(...compare(device, other, combination).map((fault) => `${device.name} ${fault}`));
  });
  if ((text.cpu === undefined) !== (json.cpu === undefined)) faults.push('only one has a CPU');
  if (text.cpu !== undefined && json.cpu !== undefined) faults.push(...compare(text.cpu, json.cpu, combination));
  return faults;
}

describe.skipIf(needs('root', 'iostat', 'unshare'))('the iostat of this machine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'iostat-parse-'));
  beforeAll(() => runAll(folder));
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
