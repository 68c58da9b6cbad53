// Speed against a bare line reader, mawk and jc, and the memory of a long stream, with the goals:
// `node bench/iostat-parse.bench.js [MB of the stream]`.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { parseIostatStream } from '../dist/index.js';

const streamMegabytes = Number(process.argv[2] ?? 1000);
const fileMegabytes = 50;
const runs = 5;

const header = 'Linux 6.1.0 (host) \t11/23/26 \t_x86_64_\t(2 CPU)\n\n';

/** Reports of `iostat -N -x` for a host with 30 volumes, with numbers that differ from row to row. */
function reportText(seed) {
  const columns =
    'r/s rkB/s rrqm/s %rrqm r_await rareq-sz w/s wkB/s wrqm/s %wrqm w_await wareq-sz d/s dkB/s drqm/s %drqm d_await dareq-sz f/s f_await aqu-sz %util';
  const names = columns.split(' ');
  const row = (device) =>
    names
      .map((_, column) => (((seed * 31 + device * 7919 + column * 104729) % 99991) / 100).toFixed(2).padStart(9))
      .join('');
  const devices = Array.from({ length: 30 }, (_, at) => `vg-guest${at}.root`.padEnd(16) + row(at));
  const cpu =
    'avg-cpu:  %user   %nice %system %iowait  %steal   %idle\n          16.87    0.00    4.22    0.25    0.01   78.65\n\n';
  return `${cpu}Device          ${names.map((name) => name.padStart(9)).join('')}\n${devices.join('\n')}\n\n`;
}

/** How long a work takes, and how much of this process's CPU, which says more on a busy machine. */
async function measured(work) {
  const start = process.hrtime.bigint();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: Number(process.hrtime.bigint() - start) / 1e9, cpu: (user + system) / 1e6 };
}

async function speed(name, bytes, work) {
  const times = [];
  for (let run = 0; run < runs; run++) times.push(await measured(work));
  const rate = bytes / 1e6 / Math.min(...times.map(({ seconds }) => seconds));
  console.log(`${name.padEnd(44)} ${rate.toFixed(1).padStart(8)} MB/s`);
  return { rate, perCpu: bytes / 1e6 / Math.min(...times.map(({ cpu }) => cpu)) };
}

/** @param least the goal, in times the other's speed */
function compare(ours, others, least) {
  const ratio = ours / others;
  console.log(`  ${ratio.toFixed(2)} of its speed; goal ${least}: ${ratio >= least ? 'met' : 'MISSED'}`);
}

const program = (command, args, input) => {
  const { status, error } = spawnSync(command, args, { stdio: [input ?? 'ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw error ?? new Error(`${command} failed`);
};
const has = (command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;

async function countReports(chunks) {
  let count = 0;
  for await (const _ of parseIostatStream(chunks)) count++;
  return count;
}

async function compareSpeeds() {
  const folder = mkdtempSync(join(tmpdir(), 'iostat-parse-bench-'));
  const file = join(folder, 'iostat.txt');
  try {
    const pieces = [header];
    for (let at = 0, length = 0; length < fileMegabytes * 1e6; at++)
      length += pieces[pieces.push(reportText(at)) - 1].length;
    writeFileSync(file, pieces.join(''));
    pieces.length = 0;
    const bytes = readFileSync(file).length;

    const parser = await speed('@kvm/iostat-parse, file stream', bytes, () => countReports(createReadStream(file)));
    const lines = await speed('node:readline, nothing done', bytes, async () => {
      const reader = createInterface({ input: createReadStream(file) });
      let lines = 0;
      reader.on('line', () => lines++);
      await new Promise((done) => reader.on('close', done));
    });
    console.log('  by CPU time, which both spend in this process:');
    compare(parser.perCpu, lines.perCpu, 0.5);
    if (has('mawk')) {
      const sums = '{ for (i = 2; i <= NF; i++) s[i] += $i } END { print s[2] }';
      const mawk = await speed('mawk, summing the same columns', bytes, () => program('mawk', [sums, file]));
      compare(parser.rate, mawk.rate, 1.5);
    }
    if (has('jc')) {
      for (const option of ['--iostat', '--iostat-s']) {
        const small = join(folder, 'small.txt');
        writeFileSync(small, readFileSync(file).subarray(0, 5_000_000));
        const jc = await speed(`jc ${option}, 5 MB`, 5e6, () => program('sh', ['-c', `jc ${option} <${small}`]));
        compare(parser.rate, jc.rate, 20);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What a process does with the stream on its stdin; each in one of its own, as this one has held the whole file. */
const memoryTests = {
  async nothing() {
    for await (const _ of process.stdin);
  },
  async parser() {
    await countReports(process.stdin);
  },
  // What the parser lets go is collected when V8's young generation is full, which grows in a long stream without this.
  async parserOfSmallHeap() {
    setFlagsFromString('--semi-space-growth-factor=1');
    await countReports(process.stdin);
  },
};

/** @returns the most memory that the process had, in MB */
const most = () => (Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024) / 1e6;

/** @returns the most memory of a process that was given the whole stream, in MB */
async function memoryOf(name) {
  const child = spawn(process.execPath, [import.meta.filename, String(streamMegabytes), name], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answer = text(child.stdout);
  const chunk = Buffer.from(Array.from({ length: 10 }, (_, at) => reportText(at)).join(''));
  child.stdin.write(header);
  for (let sent = 0; sent < streamMegabytes * 1e6; sent += chunk.length)
    if (!child.stdin.write(chunk)) await once(child.stdin, 'drain');
  child.stdin.end();
  return Number(await answer);
}

async function compareMemory() {
  console.log(`a stream of ${streamMegabytes} MB, the most memory:`);
  for (const [name, title, goal] of [
    ['nothing', 'Node, which reads it and does nothing'],
    ['parser', '@kvm/iostat-parse'],
    ['parserOfSmallHeap', '  with --semi-space-growth-factor=1', 60],
  ]) {
    const megabytes = await memoryOf(name);
    console.log(`  ${title.padEnd(42)} ${megabytes.toFixed(0).padStart(8)} MB`);
    if (goal !== undefined) console.log(`  goal ${goal}: ${megabytes <= goal ? 'met' : 'MISSED'}`);
  }
}

if (process.argv[3] in memoryTests) {
  await memoryTests[process.argv[3]]();
  console.log(most());
} else {
  await compareSpeeds();
  await compareMemory();
}
