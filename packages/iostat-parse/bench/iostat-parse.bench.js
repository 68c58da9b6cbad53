// Speed against a bare line reader, mawk and jc, and the memory of a long stream, with the goals:
// `node bench/iostat-parse.bench.js [MB of the stream]`.
import { spawnSync } from 'node:child_process';
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
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

async function* endless(megabytes) {
  const chunk = Buffer.from(Array.from({ length: 10 }, (_, at) => reportText(at)).join(''));
  yield Buffer.from(header);
  for (let sent = 0; sent < megabytes * 1e6; sent += chunk.length) yield chunk;
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

/** In MB. */
const most = () => (Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024) / 1e6;

const memoryTests = {
  async nothing() {
    for await (const _ of endless(streamMegabytes));
  },
  async parser() {
    await countReports(endless(streamMegabytes));
  },
};

/** Each in a process of its own: this one has held the whole file. */
function compareMemory() {
  const measure = (name, ...flags) =>
    Number(
      spawnSync(process.execPath, [...flags, import.meta.filename, String(streamMegabytes), name], { encoding: 'utf8' })
        .stdout,
    );
  const show = (name, megabytes) => console.log(`${name.padEnd(44)} ${megabytes.toFixed(0).padStart(8)} MB`);
  console.log(`a stream of ${streamMegabytes} MB, the most memory:`);
  show('  Node, which reads it and does nothing', measure('nothing'));
  const parser = measure('parser');
  show('  @kvm/iostat-parse', parser);
  console.log(`  goal 60: ${parser <= 60 ? 'met' : 'MISSED'}`);
  // What the parser lets go is collected when V8's young generation is full, which grows in a long stream.
  const small = measure('parser', '--max-semi-space-size=1');
  show('  the same, node --max-semi-space-size=1', small);
  console.log(`  goal 60: ${small <= 60 ? 'met' : 'MISSED'}`);
}

if (process.argv[3] in memoryTests) {
  await memoryTests[process.argv[3]]();
  console.log(most());
} else {
  await compareSpeeds();
  compareMemory();
}
