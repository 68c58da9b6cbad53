// Measures the bundle beside what it is compared with, in one run on one machine: `npm run bench` in the top folder.
import { accessSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder, kvmctl } from './parts/load.js';
import { measure } from './parts/measure.js';

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Takes turns, so that what else the machine does troubles both alike. */
async function compare(rounds, ...commands) {
  const times = commands.map(() => []);
  for (let round = 0; round < rounds; round += 1)
    for (const [index, command] of commands.entries()) times[index].push((await measure(command)).cpu);
  return times.map(median);
}

function writeInventory(count) {
  const guests = Array.from({ length: count }, (_, index) => `  g${index + 1}: { vmid: ${index + 1} }\n`);
  const file = join(folder, `${count}.yaml`);
  writeFileSync(file, `host: { name: management, address: 192.168.100.1/24 }\nguests:\n${guests.join('')}`);
  return file;
}

let trees = 0;
/** Measures a render into a new folder so many times. */
async function renders(rounds, count) {
  const file = writeInventory(count);
  const runs = [];
  for (let round = 0; round < rounds; round += 1) {
    trees += 1;
    runs.push(await measure([kvmctl, '-q', '-i', file, 'render', '--out', join(folder, `tree${trees}`)]));
  }
  return runs;
}

/** Calls virt-install once for each guest, as a script of a host's owner would. */
function virtInstall(count) {
  const script = `
i=0
while [ $((i += 1)) -le ${count} ]; do
  virt-install --connect test:///default --print-xml --dry-run --import --osinfo detect=off,require=off \\
    --name g$i --memory 512 --vcpus 1 --disk none --network none --graphics vnc,port=$((5900 + i)) || exit 1
done`;
  return ['sh', '-c', script];
}

const milliseconds = (seconds) => `${(seconds * 1000).toFixed(seconds < 0.01 ? 2 : 0)} ms`;

function printTable(title, rows) {
  console.log(`\n${title}`);
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows)
    console.log(
      `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ')}`,
    );
}

accessSync(kvmctl);

const [node, version, help] = await compare(
  21,
  [process.execPath, '-e', '0'],
  [process.execPath, kvmctl, '--version'],
  [process.execPath, kvmctl, '--help'],
);
printTable('Start-up, CPU time, median of 21 (goal: --version at most 1.3 times node)', [
  ['', 'CPU', 'ratio'],
  ['node -e 0', milliseconds(node), '1.00'],
  ['kvmctl --version', milliseconds(version), (version / node).toFixed(2)],
  ['kvmctl --help', milliseconds(help), (help / node).toFixed(2)],
]);

const ours = median((await renders(5, 50)).map(({ cpu }) => cpu));
const { cpu: theirs } = await measure(virtInstall(50));
printTable('50 guests, CPU time (goal: 100 times less)', [
  ['', 'CPU', 'a guest', 'times'],
  ['kvmctl render (all files)', milliseconds(ours), milliseconds(ours / 50), '1'],
  [
    'virt-install --print-xml (domain only)',
    milliseconds(theirs),
    milliseconds(theirs / 50),
    (theirs / ours).toFixed(0),
  ],
]);

const rows = [];
for (const count of [1, 100, 1000, 4000]) {
  const runs = await renders(3, count);
  const cpu = median(runs.map((run) => run.cpu));
  const peak = median(runs.map((run) => run.peak));
  rows.push([String(count), milliseconds(cpu), milliseconds(cpu / count), `${peak.toFixed(0)} MiB`]);
}
printTable('kvmctl render into a new folder, median of 3 (goal for 1000: 1 s, 200 MiB)', [
  ['guests', 'CPU', 'a guest', 'peak memory'],
  ...rows,
]);
