// What a packet costs with 1,000 guests and 7 rows each, the last guest's last row, beside rulesets of one accept and of a
// rule a row: as root, node packages/firewall/bench/packet.bench.js
// Each ruleset has a host of its own. One program sends UDP from the guests' namespaces through them to the LANs', some packets
// at a time, each host in turn: what is counted is the program's CPU time, in which the kernel also forwards the packet.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';

const bundled = await build({
  stdin: {
    contents: `export * from './src/index.ts'; export { Room } from './test/room.ts'; export { loadIptables, loadNft } from './test/load.ts';`,
    resolveDir: new URL('..', import.meta.url).pathname,
  },
  bundle: true,
  write: false,
  platform: 'node',
  target: 'node20',
  format: 'esm',
});
const { loadIptables, loadNft, renderBarrier, resolvePolicy, Room } = await import(
  `data:text/javascript;base64,${Buffer.from(bundled.outputFiles[0].contents).toString('base64')}`
);

const rounds = 80;
const packets = 5000;
const hex = (value) => value.toString(16).padStart(2, '0');
const guestOf = (vmid) => ({
  name: `g${vmid}`,
  tap: `tun${vmid}`,
  mac: `52:54:00:61:${hex(vmid >> 8)}:${hex(vmid & 255)}`,
  addresses: [`172.${16 + (vmid >> 8)}.${vmid & 255}.1`],
});
const last = guestOf(65);
const others = Array.from({ length: 1000 }, (_, index) => index + 1).filter((vmid) => vmid !== 65);
const zones = {
  guests: [...others.map(guestOf), last],
  host: { addresses: ['192.168.100.1', 'fd00:100::1'], uplink: 'eth0' },
  lan: ['192.168.100.0/24'],
  guestNetworks: { taps: 'tun', ranges: ['172.16.0.0/12'] },
  named: [{ name: 'common', addresses: ['192.168.100.5'] }],
};
const services = ['ssh', 'rdp', 'snmp', 'syslog', 'ldap', 'nfs4', 'udp/9'];
const rows = zones.guests.flatMap(({ name }) =>
  services.map((service) => ({ from: name, to: 'common', services: [service], action: 'accept' })),
);
const policy = resolvePolicy({ rows }, zones);
const portOf = (service) => ({ ssh: 22, rdp: 3389, snmp: 161, syslog: 514, ldap: 389, nfs4: 2049 })[service] ?? 9;
const flatIptables = `*filter\n-A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT\n${rows
  .map(({ from, services: [service] }) => {
    const { addresses } = zones.guests.find(({ name }) => name === from);
    return `-A FORWARD -s ${addresses[0]} -d 192.168.100.5 -p udp --dport ${portOf(service)} -j ACCEPT\n`;
  })
  .join('')}COMMIT\n`;
const flatRules = rows.map(({ from, services: [service] }) => {
  const { addresses } = zones.guests.find(({ name }) => name === from);
  return `ip saddr ${addresses[0]} ip daddr 192.168.100.5 udp dport ${portOf(service)} accept`;
});
const table = (rules) =>
  `table inet plain { chain forward { type filter hook forward priority 0; policy drop; ${rules.join('; ')}; }\n}`;

const oneIptables = `*filter
-A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
-A FORWARD -m conntrack --ctstate INVALID -j DROP
-A FORWARD -j ACCEPT
COMMIT
`;
const stateful = 'ct state established,related accept; ct state invalid drop';
/** With the rules of routing for all taps, of which one is there. */
function withBarrier(load) {
  return ({ host }) => {
    load(host, policy);
    host.sh('sh -s on', renderBarrier(policy).content);
    const taps = zones.guests.filter((guest) => guest !== last);
    const lines = ['rule del pref 0 lookup local', ...taps.map(({ tap }) => `rule add pref 0 iif ${tap} goto 2`)];
    host.sh('ip -batch -', [...lines, 'rule add pref 0 lookup local', ''].join('\n'));
  };
}

/** Rulesets, each loaded into a host. */
const shapes = {
  'one accept': ({ host }) => host.sh('nft -f -', table(['accept'])),
  'one accept, stateful': ({ host }) => host.sh('nft -f -', table([stateful, 'accept'])),
  'iptables, one accept, stateful': ({ host }) => host.sh('iptables-restore', oneIptables),
  '@kvm/firewall, nft': ({ host }) => loadNft(host, policy),
  'the same and the barrier': withBarrier(loadNft),
  '@kvm/firewall, iptables': ({ host }) => loadIptables(host, policy),
  'these and the barrier': withBarrier(loadIptables),
  'iptables, a rule a row, as ferm': ({ host }) => host.sh('iptables-restore', flatIptables),
  'nft, a rule a row': ({ host }) => host.sh('nft -f -', table([stateful, ...flatRules])),
};
/** Answers each sender once, which makes its flow an established one. */
const ANSWER = `const s = require('node:dgram').createSocket('udp4'), seen = new Set();
s.on('message', (_, { port, address }) => { if (!seen.has(port)) { seen.add(port); s.send('y', port, address); } }).bind(9);`;
const gauge = `table inet gauge
  delete table inet gauge
  table inet gauge { counter passed { }
  chain after { type filter hook forward priority 200; udp dport 9 counter name passed; }\n}`;
/** Seconds after which the kernel forgets a connection: 0 makes each packet the first of a new one. */
const kinds = { 'the first packet of a flow': 0, 'a packet of an established flow': 30 };

const hosts = [];
const answerers = [];
for (const [shape, load] of Object.entries(shapes)) {
  const room = await Room.open({ ...zones, guests: [last] }, ['192.168.100.5', 'fd00:100::5']);
  load(room);
  const [program, words] = room.lan.enter(process.execPath, '-e', ANSWER);
  answerers.push(spawn(program, words, { stdio: 'inherit', detached: true }));
  hosts.push({ shape, room });
}
const guests = hosts.map(({ room }) => String(room.guests.get(last.name).pid));
const flood = new URL('flood.py', import.meta.url).pathname;
const sender = spawn('python3', [flood, last.addresses[0], '192.168.100.5', '9', ...guests], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const lines = createInterface({ input: sender.stdout });

/** @returns microseconds a packet */
async function timeOf(host) {
  const line = once(lines, 'line');
  sender.stdin.write(`${packets} ${host}\n`);
  return Number(await line) / packets;
}

function expectPassed({ shape, room }, wanted) {
  const passed = Number(/packets (\d+)/.exec(room.host.sh('nft list counter inet gauge passed'))[1]);
  // An answer goes from another port, and is not counted.
  if (passed < wanted * 0.99) throw new Error(`${shape}: of ${wanted} packets only ${passed} were forwarded`);
}

const median = (list) => list.toSorted((left, right) => left - right)[list.length >> 1];

try {
  for (const [kind, timeout] of Object.entries(kinds)) {
    for (const { room } of hosts) {
      room.host.sh(`echo ${timeout} >/proc/sys/net/netfilter/nf_conntrack_udp_timeout`);
      room.host.sh('nft -f -', gauge);
    }
    const times = new Map(hosts.map(({ shape }) => [shape, []]));
    for (let round = 0; round < rounds; round += 1)
      for (const [host, { shape }] of hosts.entries()) times.get(shape).push(await timeOf(host));
    for (const host of hosts) expectPassed(host, packets * rounds);

    console.log(`\n${kind}, microseconds of CPU time:`);
    const ratio = (shape) => median(times.get(shape)) / median(times.get('one accept, stateful'));
    for (const [shape, list] of times)
      console.log(`${shape.padEnd(31)} ${median(list).toFixed(2)}  ${ratio(shape).toFixed(2)} of one accept, stateful`);
    for (const shape of Object.keys(shapes).filter((each) => each.startsWith('@kvm')))
      console.log(`  goal: ${shape} within 1.1: ${ratio(shape) <= 1.1 ? 'met' : `MISSED, ${ratio(shape).toFixed(2)}`}`);
  }
} finally {
  sender.kill();
  for (const { pid } of answerers) process.kill(-pid, 'SIGKILL'); // nsenter's child too
  for (const { room } of hosts) await room.close();
}
