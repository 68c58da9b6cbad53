// Moving a volume from one disk to another beside pvmove alone, in a virtual machine with real device-mapper. As root:
// node packages/lvm/bench/move.bench.js [MiB]. What a move takes longer is the reading and comparing of both disks at its end,
// which pvmove leaves out.
import { performance } from 'node:perf_hooks';
import { startVmHost } from '@kvm/lab';
import { moveVolume } from '../dist/run/index.js';

const mebibytes = Number(process.argv[2] ?? 256);
const rounds = 3;
const disk = { bytes: (mebibytes + 16) * 2 ** 20 };
const vm = await startVmHost({ disks: [disk, disk] });
const [first, second] = vm.disks;
const run = (command, input = '') => vm.exec(command, { input, env: { LC_ALL: 'C' }, timeoutMs: 600_000 });
async function must(script) {
  const { exitCode, stdout, stderr } = await run(['bash', '--norc', '-ec', script]);
  if (exitCode !== 0) throw new Error(`${script}: ${stderr}`);
  return stdout;
}
await must(`modprobe dm_mirror
printf '%s\\n' 'activation { monitoring=0 }' 'backup { backup=0 archive=0 }' >/etc/lvm/lvmlocal.conf
vgcreate -qq -s 1M vg ${first} ${second}
lvcreate -qqy -L ${mebibytes}M -n a vg ${first}
dd if=/dev/urandom of=/dev/vg/a bs=1M oflag=direct status=none || :`);

const seconds = async (work) => {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
};
let [from, to] = [first, second];
/** One there and the next one back. */
async function turn(work) {
  const time = await seconds(() => work(from, to));
  if (!(await must('lvs --noheadings -o devices vg/a')).includes(to)) throw new Error(`vg/a is not on ${to}`);
  [from, to] = [to, from];
  return time;
}

const copied = [];
const ways = {
  'pvmove -i 1': (source, target) => must(`pvmove -qq -i 1 -n a ${source} ${target}`),
  '@kvm/lvm': async (source, target) => {
    const start = performance.now();
    let done;
    const onProgress = ({ copiedBytes, bytes }) => {
      if (copiedBytes === bytes) done ??= (performance.now() - start) / 1000;
    };
    await moveVolume({ vg: 'vg', volume: 'a', from: source, to: [target] }, { run, onProgress });
    copied.push(done);
  },
};
const times = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
for (let round = 0; round < rounds; round += 1)
  for (const [way, work] of Object.entries(ways)) times[way].push(await turn(work));

const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];
const line = (what, time) =>
  console.log(`${what.padEnd(36)} ${time.toFixed(1).padStart(7)} s ${(mebibytes / time).toFixed(1).padStart(8)} MiB/s`);
console.log(`${mebibytes} MiB, median of ${rounds}`);
line('pvmove -i 1', median(times['pvmove -i 1']));
line('@kvm/lvm, until all is copied', median(copied));
line('@kvm/lvm, with both disks compared', median(times['@kvm/lvm']));
const ratio = median(times['pvmove -i 1']) / median(copied);
console.log(`  goal: copying no slower: ${ratio >= 1 ? 'met' : 'MISSED'}, ${ratio.toFixed(2)} of pvmove's rate`);
await vm[Symbol.asyncDispose]();
