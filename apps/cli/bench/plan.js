// How long `kvmctl plan` takes with 200 and 1,000 guests defined in a real libvirtd, every one of them read and compared, beside
// virsh dumpxml in a loop, which only reads. As root: node apps/cli/bench/plan.js
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder, kvmctl, loadSources } from './parts/load.js';
import { measure } from './parts/measure.js';

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

const { startPrivateLibvirtd, buildDomain, deriveDesired, parseInventory, connect } = await loadSources(`
  export { startPrivateLibvirtd } from './test/private-libvirtd.ts';
  export { buildDomain } from '@kvm/domain-xml';
  export { deriveDesired } from '@kvm/host';
  export { parseInventory } from '@kvm/inventory';
  export { connect } from '@kvm/libvirt';`);
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
  const runs = [];
  for (let round = 0; round < rounds; round += 1)
    runs.push(await measure([process.execPath, kvmctl, '-q', '-i', file, 'plan', '--connect', libvirtd.uri]));
  runs.sort((a, b) => a.wall - b.wall);
  const { wall, cpu } = runs[Math.floor(rounds / 2)];
  const peak = Math.max(...runs.map((each) => each.peak));
  const script = 'n=0; while [ $n -lt "$2" ]; do n=$((n + 1)); virsh -c "$1" dumpxml "g$n" >/dev/null; done';
  const { wall: spent } = await measure(['sh', '-c', script, 'loop', libvirtd.uri, String(spawned)]);
  const loop = spent * (count / spawned);
  console.log(
    `${count} guests: plan ${wall.toFixed(2)} s wall (goal ${goal} s: ${verdict(wall, goal)}), ${cpu.toFixed(2)} s CPU, ` +
      `${peak.toFixed(0)} MiB (goal 200: ${verdict(peak, 200)}); virsh dumpxml in a loop ${loop.toFixed(1)} s, ${(loop / wall).toFixed(1)}x`,
  );
}
await connection.close();
await libvirtd[Symbol.asyncDispose]();
