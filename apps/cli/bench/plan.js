// How long `kvmctl plan` takes with 200 and 1,000 guests defined in a real libvirtd, every one of them read and compared, beside
// virsh dumpxml in a loop, which only reads. As root: node apps/cli/bench/plan.js
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const kvmctl = fileURLToPath(new URL('../dist/kvmctl.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'kvmctl-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** What the measuring needs of the sources. */
async function loadParts() {
  const outfile = join(folder, 'parts.mjs');
  await build({
    stdin: {
      contents: `
        export { startPrivateLibvirtd } from './test/private-libvirtd.ts';
        export { buildDomain } from '@kvm/domain-xml';
        export { deriveDesired } from '@kvm/host';
        export { parseInventory } from '@kvm/inventory';
        export { connect } from '@kvm/libvirt';`,
      resolveDir: fileURLToPath(new URL('..', import.meta.url)),
    },
    bundle: true,
    outfile,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    conditions: ['@kvm/source'],
    mainFields: ['module', 'main'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  return import(pathToFileURL(outfile));
}

/** Wall and processor time in seconds, and the peak of memory in MiB, of a program and its children. */
function measure(...command) {
  // resource's RUSAGE_CHILDREN is what Node does not tell.
  const meter = `
import json, resource, subprocess, sys, time
start = time.monotonic()
status = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL).returncode
wall = time.monotonic() - start
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"status": status, "wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "peak": usage.ru_maxrss / 1024}))`;
  const { stdout, stderr } = spawnSync('python3', ['-c', meter, ...command], { encoding: 'utf8' });
  const { status, ...times } = JSON.parse(stdout || '{}');
  if (status !== 0) throw new Error(`${command.join(' ')} failed: ${stderr}`);
  return times;
}

const inventoryOf = (count) => {
  const guests = Array.from({ length: count }, (_, index) => `  g${index + 1}: { vmid: ${index + 1} }\n`).join('');
  return `host: { name: management, address: 192.168.100.1/24, emulator: /usr/bin/qemu-system-x86_64 }
defaults: { state: stopped }
guests:
${guests}`;
};

const goals = new Map([
  [200, 1],
  [1000, 3],
]);
const verdict = (value, goal) => (value <= goal ? 'met' : 'MISSED');
const rounds = 3;
/** virsh processes are so slow that fewer of them say as much. */
const spawned = 20;

const { startPrivateLibvirtd, buildDomain, deriveDesired, parseInventory, connect } = await loadParts();
const libvirtd = await startPrivateLibvirtd();
const connection = await connect({ uri: libvirtd.uri });
let defined = 0;
for (const [count, goal] of goals) {
  const text = inventoryOf(count);
  const file = join(folder, `${count}.yaml`);
  writeFileSync(file, text);
  for (const { domain } of deriveDesired(parseInventory(text)).guests.slice(defined))
    await connection.defineDomain(await buildDomain({ ...domain, '@type': 'qemu' }));
  defined = count;
  const runs = Array.from({ length: rounds }, () =>
    measure(process.execPath, kvmctl, '-q', '-i', file, 'plan', '--connect', libvirtd.uri),
  ).sort((a, b) => a.wall - b.wall);
  const { wall, cpu } = runs[Math.floor(rounds / 2)];
  const peak = Math.max(...runs.map((each) => each.peak));
  const script = 'n=0; while [ $n -lt "$2" ]; do n=$((n + 1)); virsh -c "$1" dumpxml "g$n" >/dev/null; done';
  const loop = measure('sh', '-c', script, 'loop', libvirtd.uri, String(spawned)).wall * (count / spawned);
  console.log(
    `${count} guests: plan ${wall.toFixed(2)} s wall (goal ${goal} s: ${verdict(wall, goal)}), ${cpu.toFixed(2)} s CPU, ` +
      `${peak.toFixed(0)} MiB (goal 200: ${verdict(peak, 200)}); virsh dumpxml in a loop ${loop.toFixed(1)} s, ${(loop / wall).toFixed(1)}x`,
  );
}
await connection.close();
await libvirtd[Symbol.asyncDispose]();
