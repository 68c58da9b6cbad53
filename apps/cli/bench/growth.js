// Whether each command takes twice as long for twice as much, and no longer: node apps/cli/bench/growth.js [WORD], of which the
// word picks commands. Commands that look at a host look at one whose libvirtd and LVM are fakes, which take no time of their own: as root.
// Left out are commands of one guest, of machines that must be there, of the kernel's rules, and those that end only with Ctrl-C.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withFakeLvm } from './parts/fake-lvm.js';
import { folder, kvmctl, loadSources } from './parts/load.js';
import { measure } from './parts/measure.js';

/** A start takes its share of both, and what grows as its input less than twice; what grows as its square more than this. */
const mostRatio = 2.4;
/** The same, of the time for each line that is printed, where the lines grow as the square of the guests. */
const mostRatioOfLine = 1.2;
/** The least of so many runs: another program can make a run dearer, and none cheaper. */
const rounds = 3;

const { startFakeHost, buildDomain, deriveDesired, parseInventory } = await loadSources(`
  export { startFakeHost } from './test/fake-host.ts';
  export { buildDomain } from '@kvm/domain-xml';
  export { deriveDesired } from '@kvm/host';
  export { parseInventory } from '@kvm/inventory';`);

let paths = 0;
function newPath() {
  paths += 1;
  return join(folder, String(paths));
}
const list = (count, line) => Array.from({ length: count }, (_, index) => line(index + 1)).join('\n');

/** A room of so many guests, without a policy, as the fake host has it. */
const guestsOnly = (count) => `host: { name: management, address: 192.168.100.1/24 }
defaults: { state: stopped, disks: { root: 512 MiB, var: 512 MiB, swap: 512 MiB } }
guests:
${list(count, (vmid) => `  g${vmid}: { vmid: ${vmid} }`)}
`;

/** The seed's room: shared services, and a policy with so many rows between single guests. */
const room = (count, rows = 10) => `host: { name: management, address: 192.168.100.1/24 }
machines: { hoge: 192.168.100.2, monitor: 192.168.100.3 }
guests:
  common: { vmid: 4000 }
${list(count, (vmid) => `  g${vmid}: { vmid: ${vmid} }`)}
groups:
  web:
${list(count, (vmid) => `    - g${vmid}`)}
shared: { server: common }
policy:
  - { from: lan, to: guests, service: [ssh, rdp] }
  - { from: monitor, to: web, service: snmp }
${list(rows, (row) => `  - { from: g${(row % count) + 1}, to: g${((row * 7 + 3) % count) + 1}, service: tcp/${1000 + row} }`)}
`;

/** A room before its last row came. */
const withoutLastRow = (text) => text.replace(/.*\n$/, '');
/** A room before its guests came. */
const withoutGuests = (text) => text.replace(/^guests:\n[\s\S]*/m, 'guests: {}\n');

/** As many mistakes as guests, of several kinds. */
const mistaken = (count) =>
  guestsOnly(count).replaceAll(
    /vmid: (\d+) /g,
    (_, vmid) =>
      [`vmid: ${vmid}, memry: 1 `, 'vmid: 1 ', `vmid: ${vmid}, disks: { root: much } `, 'vmid: none '][vmid % 4],
  );

const domainXml = (disks) => `<domain type='kvm'>
  <name>large</name><memory unit='KiB'>524288</memory><os><type arch='x86_64'>hvm</type></os>
  <devices>
${list(disks, (disk) => `    <disk type='block' device='disk'>\n      <source dev='/dev/vg/large.${disk}'/>\n      <target dev='vd${disk}' bus='virtio'/>\n    </disk>`)}
  </devices>
</domain>
`;

const iostat = (devices) => `Linux 6.1.0 (management) \t11/30/2026 \t_x86_64_\t(2 CPU)

Device             tps    kB_read/s    kB_wrtn/s    kB_dscd/s    kB_read    kB_wrtn    kB_dscd
${list(devices, (each) => `vg-g${each}.root     7.48         0.20        29.85         0.00        600      89550          0`)}
`;

const guests = { what: 'guests', of: room, sizes: [500, 1000] };
const rows = { what: 'rows', of: (count) => room(100, count), sizes: [500, 1000] };
const hosts = { what: 'domains', of: guestsOnly, sizes: [500, 1000], onHost: (xml) => xml, lvm: true };
/** Their domains as somebody else made them: as the template does where their volumes are there, else otherwise. */
const foreign = { ...hosts, onHost: (xml) => xml.replace(/<metadata>[\s\S]*?<\/metadata>/, '') };
const volumes = { what: 'guests of three volumes', of: guestsOnly, sizes: [500, 1000], lvm: true };
const devices = { what: 'devices', of: domainXml, sizes: [2000, 4000] };

/** A file of what is made of another one. */
function made(file, make) {
  const path = newPath();
  writeFileSync(path, make(readFileSync(file, 'utf8')));
  return path;
}
const diff = {
  line: 'firewall diff',
  words: (file) => ['firewall', 'diff', made(file, withoutLastRow), file],
};
const importing = (file) => ['-i', made(file, withoutGuests), 'import', '-n'];

/**
 * `words` of the command line for a file, asked anew for each run; `of` makes the file's text of a size. A command `ends` with 0
 * where nothing else is said. One that does the same `again` has done it before.
 */
const commands = [
  ...[
    'validate',
    'show',
    'show g7',
    'routes',
    'firewall check',
    'firewall show',
    'firewall show --format iptables',
    'firewall explain g1 g2 tcp/22',
    'services show',
    'services verify',
  ].map((line) => ({ ...guests, line, words: (file) => ['-i', file, ...line.split(' ')] })),
  { ...guests, line: 'completion', words: (file) => ['__complete', '--', '-i', file, 'show', 'g'] },
  { ...guests, line: 'render, new', words: (file) => ['-i', file, 'render', '--out', newPath()] },
  { ...guests, line: 'render, again', again: true, words: (file) => ['-i', file, 'render', '--out', `${file}.tree`] },
  {
    ...{ ...guests, sizes: [50, 100], line: 'services render, new' },
    words: (file) => ['-i', file, 'services', 'render', '--out', newPath(), '--secrets', newPath()],
  },
  ...['validate', 'firewall check', 'firewall show', 'firewall explain g1 g2 tcp/22'].map((line) => ({
    ...{ ...rows, line, words: (file) => ['-i', file, ...line.split(' ')] },
  })),
  ...[
    { what: 'mistakes', of: mistaken, sizes: [500, 1000] },
    { what: 'lines of no inventory', of: (count) => 'a: [b, {c: d}]\n'.repeat(count), sizes: [10_000, 20_000] },
    { what: 'brackets', of: (count) => `[${'{'.repeat(count)}`, sizes: [20_000, 40_000] },
    { what: 'bytes of a text', of: (count) => `host: "${'x '.repeat(count)}"`, sizes: [500_000, 1_000_000] },
  ].map((document) => ({ ...document, line: 'validate', ends: 1, words: (file) => ['-i', file, 'validate'] })),
  { ...guests, ...diff },
  { ...rows, ...diff },
  ...['list', 'stats'].map((line) => ({ ...hosts, line, words: () => [line] })),
  { ...hosts, running: true, line: 'top', words: (file) => ['-i', file, 'top', '--once', '--interval', '1'] },
  { ...foreign, sizes: [1000, 2000], line: 'import', words: importing },
  { ...foreign, lvm: false, line: 'import, as raw XML', words: importing },
  { ...volumes, line: 'disk list', words: (file) => ['-i', file, 'disk', 'list'] },
  ...['plan', 'drift'].map((line) => ({ ...hosts, line, words: (file) => ['-i', file, line] })),
  ...[
    ['validate'],
    ['format'],
    ['get', '/domain/devices/disk[2]/target/@bus'],
    ['set', '-n', '/domain/devices/disk[2]/target/@bus', 'sata'],
    ['diff'],
  ].map(([verb, ...rest]) => ({
    ...{ ...devices, line: `xml ${verb}` },
    words: (file) => ['xml', verb, file, ...(verb === 'diff' ? [file] : rest)],
  })),
  { what: 'devices', of: iostat, sizes: [5000, 10_000], line: 'iostat', words: (file) => ['iostat', file] },
  {
    ...guests,
    sizes: [50, 100],
    perLine: true,
    line: 'firewall matrix',
    words: (file) => ['-i', file, 'firewall', 'matrix'],
  },
];

const prepared = new Map();

/** The file of a size, and the words of the command line that lead to the fake host on which all is as it says. */
async function prepare({ of, onHost, running, lvm }, size) {
  const text = of(size);
  const key = [text, onHost, running, lvm].join();
  if (!prepared.has(key)) {
    const file = newPath();
    writeFileSync(file, text);
    const connect = onHost ? ['--connect', (await startHost(text, onHost, running)).uri] : [];
    const names = lvm ? guestsOf(text).map(({ guest }) => guest.name) : [];
    prepared.set(key, { file, connect, inside: withFakeLvm(newPath(), names) });
  }
  return prepared.get(key);
}

const guestsOf = (text) => deriveDesired(parseInventory(text)).guests;

async function startHost(text, onHost, running) {
  const domains = guestsOf(text).map(async ({ guest, domain }) => ({
    ...{ name: guest.name, uuid: domain.uuid, xml: onHost(await buildDomain(domain)) },
  }));
  const { socket } = await startFakeHost(await Promise.all(domains), { running });
  return { uri: `qemu+unix:///system?socket=${socket}` };
}

/** The processor time of the quickest run, and the lines that it printed. */
async function least(command, size) {
  const { file, connect, inside } = await prepare(command, size);
  const program = [...inside, process.execPath, kvmctl, '-q'];
  const run = () => measure([...program, ...command.words(file), ...connect], command.ends);
  if (command.again) await run();
  const runs = [];
  for (let round = 0; round < rounds; round += 1) runs.push(await run());
  return runs.reduce((a, b) => (b.cpu < a.cpu ? b : a));
}

const chosen = commands.filter(({ line }) => line.includes(process.argv[2] ?? ''));
const missed = [];
for (const command of chosen) {
  const { line, what, sizes, perLine } = command;
  const [once, twice] = [await least(command, sizes[0]), await least(command, sizes[1])];
  const ratio = twice.cpu / once.cpu / (perLine ? twice.lines / once.lines : 1);
  const most = perLine ? mostRatioOfLine : mostRatio;
  if (ratio > most) missed.push(line);
  const times = [once, twice].map(({ cpu }) => `${cpu.toFixed(2)} s`.padStart(8)).join(' ');
  const shown = `${ratio.toFixed(2)}${perLine ? ' a line' : ''} (at most ${most}: ${ratio > most ? 'MISSED' : 'met'})`;
  console.log(`${line.padEnd(34)} ${`${sizes.join(', ')} ${what}`.padEnd(32)} ${times}  ${shown}`);
}
console.log(
  missed.length === 0
    ? `all ${chosen.length} commands grow as what they are given: met`
    : `${missed.length} of ${chosen.length} commands grow faster than what they are given: MISSED (${missed.join(', ')})`,
);
process.exit();
