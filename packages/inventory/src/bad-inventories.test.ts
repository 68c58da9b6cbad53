import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { formatProblem } from './format.ts';
import { InventoryError } from './inventory-error.ts';
import { parseInventory } from './parse.ts';
import type { Problem } from './problem.ts';

/** Each case is a name after `=====`, an inventory, and after `-----` what a person is shown. */
const cases = readFileSync(new URL('bad-inventories.txt', import.meta.url), 'utf8')
  .split(/^===== /m)
  .slice(1)
  .map((block) => {
    const [head = '', shown = ''] = block.split('-----\n');
    const [name = ''] = head.split('\n', 1);
    return { name, yaml: head.slice(name.length + 1), shown: shown.trimEnd() };
  });

function problemsOf(yaml: string): readonly Problem[] {
  try {
    parseInventory(yaml, { file: 'home.yaml' });
  } catch (error) {
    if (error instanceof InventoryError) return error.problems;
    throw error;
  }
  return [];
}

const summary = (yaml: string): readonly string[] =>
  problemsOf(yaml).map(({ code, line, column }) => `${line}:${column} ${code}`);

describe('bad inventories', () => {
  test.each(cases)('$name', ({ yaml, shown }) => {
    expect(problemsOf(yaml).map(formatProblem).join('\n')).toBe(shown);
  });

  test('every kind of problem has a code, and every code a case above', () => {
    const codes = new Set(cases.flatMap(({ yaml }) => problemsOf(yaml)).map(({ code }) => code));
    expect([...codes].sort()).toEqual(CODES);
  });
});

const CODES = [
  'bad-address',
  'bad-cmdline',
  'bad-disk-name',
  'bad-domain',
  'bad-export-disk',
  'bad-gateway',
  'bad-key',
  'bad-name',
  'bad-network',
  'bad-path',
  'bad-physical-volume',
  'bad-prefix',
  'bad-quantity',
  'bad-uplink',
  'bad-uuid',
  'bad-volume-group',
  'bad-xml',
  'cyclic-alias',
  'duplicate-address',
  'duplicate-key',
  'duplicate-name',
  'duplicate-uuid',
  'duplicate-vmid',
  'empty-file',
  'host-bits',
  'merge-key',
  'missing-key',
  'missing-unit',
  'no-host-address',
  'no-policy',
  'no-root-disk',
  'no-server',
  'no-template',
  'no-upstream',
  'no-value',
  'out-of-range',
  'overlap',
  'range-too-small',
  'reserved-name',
  'special-address',
  'too-deep',
  'too-many-addresses',
  'too-many-disks',
  'unknown-anchor',
  'unknown-guest',
  'unknown-key',
  'unknown-server',
  'unknown-unit',
  'unknown-value',
  'unknown-zone',
  'vmid-outside-range',
  'volume-name-too-long',
  'wrong-layout',
  'wrong-type',
  'yaml-syntax',
];

const HOST = 'host: { name: management, address: 192.168.100.1/24 }\n';

describe('inventories that a text file cannot well show', () => {
  test.each([
    ['nothing at all', '', ['1:1 empty-file']],
    ['a NUL character', `${HOST}domain: a\0b\n`, ['2:10 control-character']],
    ['a terminal escape', `${HOST}# \u001b[31m\n`, ['2:3 control-character']],
    ['a C1 control character', `${HOST}# \u009b31m\n`, ['2:3 control-character']],
    ['a lone carriage return', 'host: {}\rguests: {}\n', ['1:9 control-character']],
    ['half a character', `${HOST}# \ud800\n`, ['2:3 control-character']],
    ['5 MiB', '#'.repeat(5 * 2 ** 20), ['1:1 too-large']],
    [
      'XML of more than 256 KiB',
      `${HOST}guests: { web: { vmid: 1, xml: <a>${'x'.repeat(2 ** 18)}</a> } }`,
      ['2:32 xml-too-large'],
    ],
    [
      'a command line longer than Linux takes',
      `${HOST}guests: { web: { vmid: 1, cmdline: ${'x'.repeat(2048)} } }`,
      ['2:36 bad-cmdline'],
    ],
  ])('%s', (_name, yaml, expected) => {
    expect(summary(yaml)).toEqual(expected);
  });

  test('more guests than VMIDs', () => {
    const guests = Array.from({ length: 4096 }, (_, index) => `  g${index}: { vmid: ${Math.max(1, index)} }\n`);
    expect(summary(`${HOST}guests:\n${guests.join('')}`)).toEqual(['2:1 too-many-guests', '4:15 duplicate-vmid']);
  });

  test.each(
    'cdata cmeta corig iorig mimage mlog pmspare rimage rmeta tdata tmeta vdata vorigin cpool cvol imeta wcorig'.split(
      ' ',
    ),
  )('a disk name with _%s, which LVM keeps', (part) => {
    expect(summary(`${HOST}defaults: { disks: { a_${part}0: 1 GiB } }\n`)).toEqual(['2:22 bad-disk-name']);
  });

  test('no free VMID is proposed when there is none', () => {
    const guests = Array.from({ length: 7 }, (_, index) => `  g${index}: { vmid: ${index + 1} }\n`).join('');
    const yaml = `${HOST}ranges: { ipv4: 172.16.0.0/21 }\nguests:\n${guests}  again: { vmid: 3 }\n`;
    expect(problemsOf(yaml).map(({ message }) => message)).toEqual([
      'VMID 3 is already used by g2 (home.yaml:6). Free: none.',
    ]);
  });

  test('brackets deeper than the stack', () => {
    const yaml = `${HOST}guests: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`;
    expect(problemsOf(yaml).map(({ code, line }) => `${line} ${code}`)).toEqual(['2 yaml-syntax']);
  });

  test('aliases that multiply', () => {
    const doubled = Array.from({ length: 30 }, (_, index) => `  - &a${index + 1} [*a${index}, *a${index}]\n`);
    const yaml = `${HOST}guests:\n  - &a0 [x, x]\n${doubled.join('')}`;
    expect(summary(yaml)).toEqual(['2:1 wrong-type', '17:17 too-many-aliases']);
  });

  test('a problem names its path and the places it has to do with', () => {
    const [problem] = problemsOf(`${HOST}guests:\n  db: { vmid: 61 }\n  web: { vmid: 61 }\n`);
    expect(problem).toEqual({
      code: 'duplicate-vmid',
      path: ['guests', 'web', 'vmid'],
      file: 'home.yaml',
      line: 4,
      column: 16,
      excerpt: '  web: { vmid: 61 }',
      length: 2,
      message: 'VMID 61 is already used by db (home.yaml:3). Free: 62, 63, 64.',
      remedy: 'Change web here or db there.',
      related: [{ path: ['guests', 'db', 'vmid'], line: 3, column: 15 }],
    });
  });
});

describe('at the edge of what is right', () => {
  const withKernel = (path: string): string =>
    `host: { name: management, address: 192.168.100.1/24, kernel: ${JSON.stringify(path)} }\n`;

  test.each([
    '/boot/../etc/shadow',
    '/boot/..',
    '/boot/./vmlinuz',
    '/boot//vmlinuz',
    '/boot/',
    '/',
    'boot/vmlinuz',
    '/boot/a\nb',
  ])('the path %j', (path) => {
    expect(summary(withKernel(path))).toEqual(['1:62 bad-path']);
  });

  test('a path in its shortest form', () => {
    expect(summary(withKernel('/boot/..a/vmlinuz.'))).toEqual([]);
  });

  test('the last VMID that has a subnet, and the first that has none', () => {
    const inRange = (vmid: number): string =>
      `${HOST}ranges: { ipv4: 172.16.0.0/20, prefix: 24 }\nguests:\n  web: { vmid: ${vmid} }\n`;
    expect([15, 16].map((vmid) => summary(inRange(vmid)))).toEqual([[], ['4:16 vmid-outside-range']]);
  });
});
