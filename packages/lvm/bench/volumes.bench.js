// Creating and removing 100 volumes, beside a shell loop and, where it is installed, libblockdev (python3-blockdev). LVM on two
// loop devices, without device-mapper: what is measured is LVM's own work and what each adds to it. Needs root.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { planVolumes } from '../dist/index.js';
import { executeStep, readStorage, runHere } from '../dist/run/index.js';

const count = 100;
const mib = 2 ** 20;
const folder = mkdtempSync(join(tmpdir(), 'kvm-lvm-bench-'));
const disks = [];

function must(program, ...words) {
  const { status, stdout, stderr, error } = spawnSync(program, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: ${error?.message ?? stderr}`);
  return stdout.trim();
}

/** LVM that sees the bench's own disks only. */
function begin() {
  for (const name of ['a', 'b']) {
    const file = join(folder, name);
    writeFileSync(file, '');
    truncateSync(file, 256 * mib);
    disks.push(must('losetup', '--find', '--show', file));
  }
  for (const name of ['etc', 'lock']) mkdirSync(join(folder, name));
  const accept = disks.map((disk) => `"a|^${disk}$|"`).join(', ');
  const settings = `devices { filter = [ ${accept}, "r|.*|" ]  use_devicesfile = 0  obtain_device_list_from_udev = 0 }
global { activation = 0  locking_dir = "${folder}/lock"  event_activation = 0 }
backup { backup = 0  archive = 0 }
`;
  writeFileSync(join(folder, 'etc/lvm.conf'), settings);
  Object.assign(process.env, { LVM_SYSTEM_DIR: join(folder, 'etc'), LVM_SUPPRESS_FD_WARNINGS: '1', LC_ALL: 'C' });
  must('vgcreate', '--physicalextentsize', '64k', 'vg', ...disks);
}

async function ours() {
  const runner = { run: runHere };
  const desired = Array.from({ length: count }, (_, index) => ({
    ...{ vg: 'vg', name: `v${index}`, bytes: mib, owner: `v/${index}`, layout: { type: 'linear' } },
  }));
  for (const step of planVolumes(desired, await readStorage(runner)).steps) await executeStep(step, runner);
  const remove = desired.map(({ name }) => `vg/${name}`);
  for (const step of planVolumes([], await readStorage(runner), { remove }).steps) await executeStep(step, runner);
}

const loop = `set -e
for i in $(seq ${count}); do lvcreate -qqy -L 1M -n v$i vg 2>/dev/null; done
for i in $(seq ${count}); do lvremove -qqy vg/v$i 2>/dev/null; done`;

const python = `import gi
gi.require_version('BlockDev', '2.0')
from gi.repository import BlockDev
BlockDev.init([BlockDev.PluginSpec(name=BlockDev.Plugin.LVM)], None)
for i in range(${count}): BlockDev.lvm_lvcreate('vg', 'v%d' % i, ${mib}, 'linear', None, None)
for i in range(${count}): BlockDev.lvm_lvremove('vg', 'v%d' % i, True, None)`;

async function time(what, work) {
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  console.log(`${what.padEnd(44)} ${seconds.toFixed(2).padStart(8)} s`);
  return seconds;
}

const hasBlockDev = spawnSync('/usr/bin/python3', ['-c', python.split('\n').slice(0, 3).join('\n')]).status === 0;
try {
  begin();
  console.log(`${count} volumes created and removed`);
  const own = await time('@kvm/lvm: space found for all, marked as ours', ours);
  const shell = await time('a shell loop', () => must('sh', '-c', loop));
  console.log(`    ${(own / shell).toFixed(2)}x the shell loop`);
  if (hasBlockDev) {
    const peer = await time('libblockdev', () => must('/usr/bin/python3', '-c', python));
    console.log(`    ${(own / peer).toFixed(2)}x libblockdev`);
  } else console.log('libblockdev is not installed (python3-blockdev, libblockdev-lvm2)');
} finally {
  for (const disk of disks) spawnSync('losetup', ['--detach', disk]);
  rmSync(folder, { recursive: true });
}
