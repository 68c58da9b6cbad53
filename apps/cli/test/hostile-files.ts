import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { diskCounters, domainReading, hostReading, readingAt, roster } from '@kvm/ci/server-room';
import { expect } from 'vitest';
import { fakeUuid } from './hostile-libvirtd.ts';
import type { HostileRun, Surroundings } from './hostile-runs.ts';

/** Of these XML 1.0 knows none, not even as references. */
const inXml = (word: string): string => word.replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');
const xmlText = (word: string): string => inXml(word).replace(/[&<>"']/g, (found) => `&#${found.codePointAt(0)};`);

function write({ folder }: Surroundings, name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return name;
}

/** The word in each place where XML may have it: raw, and as references. */
function xmlWith(around: Surroundings, name = 'guest.xml'): string {
  const text = xmlText(around.word);
  const references = [...inXml(around.word)].map((character) => `&#${character.codePointAt(0)};`).join('');
  const comment = inXml(around.word).replaceAll('-', '');
  const cdata = inXml(around.word).replaceAll(']', '');
  return write(
    around,
    name,
    `<domain type='kvm'><!--${comment}--><?x ${comment.replaceAll('?', '')}?><name>${text}</name>
<title>${references}</title><description><![CDATA[${cdata}]]></description>
<devices><emulator>${text}</emulator><disk type='file'><source file='${text}'/><target dev='${references}'/></disk></devices>
<${/^[a-z]/.test(around.word) ? 'x' : 'y'} a='${text}'/></domain>`,
  );
}

/** YAML, which has all that JSON has. */
const inYaml = (value: unknown): string => JSON.stringify(value);

function inventoryWith(around: Surroundings, more: object = {}): string {
  const { word } = around;
  const guests = {
    [word]: { vmid: 1, [word]: word },
    db: { vmid: 61, cmdline: word, disks: { [word]: word } },
    ...more,
  };
  return write(
    around,
    'inventory.yaml',
    inYaml({
      host: { name: 'management', address: '192.168.100.1/24', [word]: word },
      guests,
      policy: [{ from: word, to: word, service: word }],
    }),
  );
}

const sharing = {
  host: { name: 'management', address: '192.168.100.1/24' },
  guests: { common: { vmid: 60 }, db: { vmid: 61, uuid: fakeUuid } },
  shared: { server: 'common', logs: false },
};

const xmlRun = (
  title: string,
  argv: (around: Surroundings) => readonly string[],
  check?: HostileRun['check'],
): HostileRun => ({
  title: `xml ${title}`,
  argv: (around) => ['xml', ...argv(around)],
  check,
});

function recordingWith(around: Surroundings): string {
  const { word } = around;
  const domains = (seconds: number) => [
    domainReading(word, { cpuTimeNs: seconds * 1e9 }),
    domainReading('db', { vmid: 61, interfaces: [] }),
  ];
  const readings = [0, 3].map((seconds) =>
    readingAt(seconds, {
      problems: [word],
      host: hostReading({ name: word, disks: [diskCounters(word, { writeBytes: seconds * 1e6 })] }),
      domains: domains(seconds),
    }),
  );
  const lines = [{ version: 1, kind: 'kvmctl top', roster }, ...readings];
  return write(around, 'recording', lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

function iostatWith(around: Surroundings): string {
  const { word } = around;
  const disk = [{ disk_device: word, tps: 1, 'kB_read/s': 2, 'kB_wrtn/s': 3, kB_read: 4, kB_wrtn: 5 }];
  const host = { nodename: word, sysname: word, release: word, machine: word, 'number-of-cpus': 2, date: word };
  return write(
    around,
    'iostat.json',
    JSON.stringify({ sysstat: { hosts: [{ ...host, statistics: [{ timestamp: word, disk }] }] } }),
  );
}

const iostatText = (around: Surroundings): string =>
  write(
    around,
    'iostat.txt',
    `Linux 6.1 (${around.word})\n\nDevice tps kB_read/s kB_wrtn/s kB_read kB_wrtn\n${around.word.replace(/\s/g, '')} 1.00 2.00 3.00 4 5\n`,
  );

/** A folder of rendered files, with one more that the word names. */
function treeWith(around: Surroundings): string {
  write(around, 'inventory.yaml', inYaml(sharing));
  const folder = join(around.folder, 'tree/etc/kvm/domains');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `x${fileName(around)}`), '');
  return 'tree';
}

/** As much of the word as the name of a file may be. */
const fileName = ({ word }: Surroundings): string => word.replace(/[/\0]/g, '').slice(0, 60);

/** A file's name as a person might have got it from somebody, by completion or a star. */
const fileNamed = (around: Surroundings, content: string): string =>
  write(around, `-${fileName(around)}`, content).replace(/^/, './');

/** What files say, and what they are called. */
export const runsOverFiles: readonly HostileRun[] = [
  { ...xmlRun('format', (around) => ['format', xmlWith(around)]), isDocument: true },
  { ...xmlRun('get of a value', (around) => ['get', xmlWith(around), '/domain/name']), isDocument: true },
  xmlRun(
    'get of several',
    (around) => ['get', xmlWith(around), xmlWith(around, 'other.xml'), '/domain/devices/disk/source/@file'],
    ({ stdout }) => expect(stdout.split('\n').length).toBeLessThanOrEqual(3),
  ),
  { ...xmlRun('get of an element', (around) => ['get', xmlWith(around), '/domain/devices']), isDocument: true },
  xmlRun('get --json', (around) => ['get', '--json', xmlWith(around), '/domain/title']),
  xmlRun('get of a hostile path', (around) => ['get', xmlWith(around), `/domain/${around.word}`]),
  xmlRun('diff', (around) => [
    'diff',
    xmlWith(around),
    write(around, 'other.xml', "<domain type='kvm'><name>x</name></domain>"),
  ]),
  xmlRun('validate', (around) => ['validate', xmlWith(around)]),
  xmlRun('validate of what is no XML', (around) => ['validate', write(around, 'a.xml', around.word)]),
  { ...xmlRun('set -n', (around) => ['set', '-n', xmlWith(around), '/domain/memory', around.word]), isDocument: true },
  xmlRun('format of a file with a hostile name', (around) => ['format', fileNamed(around, '<domain>')]),
  { title: 'validate', argv: (around) => ['-i', inventoryWith(around), 'validate'] },
  { title: 'validate --json', argv: (around) => ['-i', inventoryWith(around), 'validate', '--json'] },
  {
    title: 'validate of what is no YAML',
    argv: (around) => ['-i', write(around, 'i', `a: ${around.word}\n b`), 'validate'],
  },
  { title: 'validate of a file with a hostile name', argv: (around) => ['-i', fileNamed(around, 'a: b'), 'validate'] },
  { title: 'validate of a file that is not there', argv: ({ word }) => ['-i', word, 'validate'] },
  {
    title: 'show of a guest that is not there',
    argv: (around) => ['-i', write(around, 'i.yaml', inYaml(sharing)), 'show', '--', around.word],
  },
  {
    title: 'firewall explain',
    argv: (around) => [
      '-i',
      write(around, 'i.yaml', inYaml({ ...sharing, policy: [] })),
      'firewall',
      'explain',
      '--',
      around.word,
      'db',
      around.word,
    ],
  },
  { title: 'render --dry-run', argv: (around) => ['render', '--dry-run', '--prune', '--out', treeWith(around)] },
  { title: 'render', argv: (around) => ['render', '--out', treeWith(around)] },
  {
    title: 'top --replay --once',
    argv: (around) => ['top', '--replay', recordingWith(around), '--once'],
  },
  { title: 'top --replay --json', argv: (around) => ['top', '--replay', recordingWith(around), '--json'] },
  {
    title: 'top --replay of what is none',
    argv: (around) => ['top', '--once', '--replay', fileNamed(around, around.word)],
  },
  { title: 'iostat', argv: (around) => ['iostat', iostatWith(around)] },
  { title: 'iostat --json', argv: (around) => ['iostat', iostatWith(around), '--json'] },
  {
    title: 'iostat --csv',
    argv: (around) => ['iostat', iostatWith(around), '--csv'],
    check: ({ stdout }) => expect(stdout.split('\n').length).toBeLessThanOrEqual(3),
  },
  { title: 'iostat of text', argv: (around) => ['iostat', iostatText(around)] },
  { title: 'a command that is none', argv: ({ word }) => [word] },
  { title: 'an option that is none', argv: ({ word }) => ['list', `--${word}`] },
  {
    title: '__complete',
    isDocument: true,
    argv: (around) => ['__complete', '--', 'xml', 'get', xmlWith(around), '/domain'],
  },
];

/** What a guest's agent answers. */
export const runsOverAgents: readonly HostileRun[] = [
  {
    title: 'doctor GUEST',
    argv: (around) => ['-i', write(around, 'i.yaml', inYaml(sharing)), 'doctor', 'db', '-c', around.uri],
  },
  {
    title: 'doctor GUEST --json',
    argv: (around) => ['-i', write(around, 'i.yaml', inYaml(sharing)), 'doctor', 'db', '--json', '-c', around.uri],
  },
  {
    title: 'services apply',
    argv: (around) => [
      '-i',
      write(around, 'i.yaml', inYaml(sharing)),
      'services',
      'apply',
      '--yes',
      '--secrets',
      'secrets',
      '-c',
      around.uri,
    ],
  },
  {
    title: 'services apply --json',
    argv: (around) => [
      '-i',
      write(around, 'i.yaml', inYaml(sharing)),
      'services',
      'apply',
      '--yes',
      '--json',
      '--secrets',
      'secrets',
      '-c',
      around.uri,
    ],
  },
];

/** What needs this machine's programs besides: nothing is changed, as everything is refused or only looked at. */
export const runsOverHost: readonly HostileRun[] = [
  ['plan'],
  ['plan', '--why'],
  ['plan', '--json'],
  ['drift'],
  ['drift', '--json'],
  ['import', '--dry-run'],
  ['import', '--dry-run', '--json'],
].map((words) => ({
  title: words.join(' '),
  isDocument: words.includes('import'),
  argv: (around) => [
    ...['-i', write(around, 'i.yaml', inYaml(words.includes('import') ? { host: sharing.host } : sharing))],
    ...[...words, '-c', around.uri],
  ],
}));
