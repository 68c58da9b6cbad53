import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needs } from '@kvm/ci/needs';
import { parseIostat } from '@kvm/iostat-parse';
import { describe, expect, onTestFinished, test } from 'vitest';
import { compareReports } from './compare-reports.ts';
import { debianIostat, suites } from './debian-iostat.ts';
import { iostatRuns } from './iostat-runs.ts';
import { optionCombinations } from './option-combinations.ts';

describe.skipIf(needs('root', 'unshare', 'gcc', 'make'))('the iostat of each release of Debian', () => {
  test.each(suites)('%s: every combination of options gives the numbers of -o JSON', (suite) => {
    const env = { ...process.env, PATH: `${debianIostat(suite)}:${process.env.PATH}` };
    const { stderr: usage } = spawnSync('iostat', ['--help'], { env, encoding: 'utf8' });
    const combinations = optionCombinations.filter(({ options }) => options.every((option) => isKnown(option, usage)));
    expect(combinations.length).toBeGreaterThanOrEqual(200);
    const cwd = mkdtempSync(join(tmpdir(), 'iostat-version-'));
    onTestFinished(() => rmSync(cwd, { recursive: true }));
    const input = iostatRuns(combinations);
    const { status, stderr } = spawnSync('unshare', ['-m', 'sh', '-s'], { cwd, env, input, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const faults = combinations.flatMap((combination, at) => {
      const [text, ...more] = parseIostat(readFileSync(join(cwd, `${at}.txt`), 'utf8'));
      const [json] = parseIostat(readFileSync(join(cwd, `${at}.json`), 'utf8'));
      if (text === undefined || json === undefined || more.length > 0)
        return [`${combination.options.join(' ')}: no report`];
      return compareReports(text, json, combination).map((fault) => `${combination.options.join(' ')}: ${fault}`);
    });
    expect(faults).toEqual([]);
  });
});

/** `--compact` came with 12.5.3. */
const isKnown = (option: string, usage: string): boolean =>
  !option.startsWith('--') || usage.includes(option.replace(/=.*/, ''));
