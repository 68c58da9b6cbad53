// How long `kvmctl apply` takes to make 20 guests with a volume each, beside a shell loop of lvcreate and virsh define, in a
// virtual machine with real LVM and libvirtd. The guests are not started: that takes both the same. As root:
// node apps/cli/bench/apply.js
import { startVmHost } from '@kvm/lab';
import { kvmctl, loadSources } from './parts/load.js';

const count = 20;
const rounds = 3;

const { prepareHost, buildDomain, deriveDesired, parseInventory } = await loadSources(`
  export { prepareHost } from './test/prepare-host.ts';
  export { buildDomain } from '@kvm/domain-xml';
  export { deriveDesired } from '@kvm/host';
  export { parseInventory } from '@kvm/inventory';`);

const guests = Array.from(
  { length: count },
  (_, index) => `  g${index + 1}: { vmid: ${index + 1}, xml: "<domain type='qemu'/>" }\n`,
);
const inventory = `host: { name: vmhost, address: 192.168.100.1/24 }
defaults: { state: stopped, autostart: false, disks: { root: 64 MiB, var: none, swap: none } }
guests:
${guests.join('')}`;
const domains = deriveDesired(parseInventory(inventory)).guests.map(({ domain }) => buildDomain(domain));

const disk = { bytes: 8 * 2 ** 30 };
const vm = await startVmHost({ name: 'vmhost', disks: [disk, disk] });
async function seconds(script) {
  const start = performance.now();
  const { exitCode, stderr } = await vm.exec(['sh', '-ec', script], { timeoutMs: 1_200_000 });
  if (exitCode !== 0) throw new Error(`${script}\nended with ${exitCode}: ${stderr}`);
  return (performance.now() - start) / 1000;
}
await seconds(prepareHost);
const files = await Promise.all(domains);
await seconds(`mkdir -p /run/bench; cat >/run/bench/inventory.yaml <<'EOF'\n${inventory}EOF`);
for (const [index, xml] of files.entries()) await seconds(`cat >/run/bench/g${index + 1}.xml <<'EOF'\n${xml}\nEOF`);

const strip = `for guest in $(virsh list --all --name); do virsh undefine $guest; done >/dev/null
lvs --noheadings -o lv_full_name vg | xargs -r lvremove -qqy`;
const ways = {
  'kvmctl apply': `${process.execPath} ${kvmctl} -q -i /run/bench/inventory.yaml apply --yes >/dev/null`,
  'a shell loop': `for i in $(seq ${count}); do lvcreate -qqy -L 64M -n g$i.root vg; virsh define /run/bench/g$i.xml >/dev/null; done`,
};
const times = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
for (let round = 0; round < rounds; round += 1)
  for (const [way, script] of Object.entries(ways)) {
    await seconds(strip);
    times[way].push(await seconds(script));
  }
await vm[Symbol.asyncDispose]();

const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];
console.log(`${count} guests, median of ${rounds}`);
for (const [way, list] of Object.entries(times))
  console.log(`${way.padEnd(16)} ${median(list).toFixed(1).padStart(7)} s`);
console.log(
  `  apply takes ${(median(times['kvmctl apply']) / median(times['a shell loop'])).toFixed(2)} of the loop's time`,
);
