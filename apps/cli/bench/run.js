// Measures the bundle beside what it is compared with, in one run on one machine: `npm run bench` in the top folder.
import { spawnSync } from 'node:child_process';
import { accessSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const kvmctl = fileURLToPath(new URL('../dist/kvmctl.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'kvmctl-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** What a program and its children take: user and system time in seconds, and the peak of memory in MiB. */
function measure(command, ...args) {
  // resource's RUSAGE_CHILDREN is what Node does not tell; virt-install needs Python anyway.
  const meter = `
import json, resource, subprocess, sys
status = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL).returncode
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"status": status, "cpu": usage.ru_utime + usage.ru_stime, "peak": usage.ru_maxrss / 1024}))`;
  const { stdout, stderr } = spawnSync('python3', ['-c', meter, command, ...args], { encoding: 'utf8' });
  const { status, cpu, peak } = JSON.parse(stdout || '{}');
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${stderr}`);
  return { cpu, peak };
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Takes turns, so that what else the machine does troubles both alike. */
function compare(rounds, ...commands) {
  const times = commands.map(() => []);
  for (let round = 0; round < rounds; round += 1)
    for (const [index, command] of commands.entries()) times[index].push(measure(...command).cpu);
  return times.map(median);
}

function writeInventory(count) {
  const guests = Array.from({ length: count }, (_, index) => `  g${index + 1}: { vmid: ${index + 1} }\n`);
  const file = join(folder, `${count}.yaml`);
  writeFileSync(file, `host: { name: management, address: 192.168.100.1/24 }\nguests:\n${guests.join('')}`);
  return file;
}

let renders = 0;
function render(count) {
  renders += 1;
  return [kvmctl, '-q', '-i', writeInventory(count), 'render', '--out', join(folder, `tree${renders}`)];
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

const [node, version, help] = compare(
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

const ours = median([1, 2, 3, 4, 5].map(() => measure(...render(50)).cpu));
const theirs = measure(...virtInstall(50)).cpu;
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

const counts = [1, 100, 1000, 4000];
printTable('kvmctl render into a new folder, median of 3 (goal for 1000: 1 s, 200 MiB)', [
  ['guests', 'CPU', 'a guest', 'peak memory'],
  ...counts.map((count) => {
    const runs = [1, 2, 3].map(() => measure(...render(count)));
    const cpu = median(runs.map((run) => run.cpu));
    const peak = median(runs.map((run) => run.peak));
    return [String(count), milliseconds(cpu), milliseconds(cpu / count), `${peak.toFixed(0)} MiB`];
  }),
]);
