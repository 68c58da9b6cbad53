// What a packet costs with 1,000 guests and 7 rows each, the last guest's last row, beside rulesets of one accept and of a
// rule a row: as root, node packages/firewall/bench/packet.bench.js
// One program sends UDP from a guest's namespace through the host's to the LAN's; its sendmsg is part of every number.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
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
const { loadIptables, loadNft, resolvePolicy, Room } = await import(
  `data:text/javascript;base64,${Buffer.from(bundled.outputFiles[0].contents).toString('base64')}`
);

const rounds = 5;
const seconds = 1;
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

const room = await Room.open({ ...zones, guests: [last] }, ['192.168.100.5', 'fd00:100::5']);
const stateful = 'ct state established,related accept; ct state invalid drop';
/** Rulesets, and whether they track connections as ours do. */
const shapes = {
  'one accept': () => room.host.sh('nft -f -', table(['accept'])),
  'one accept, stateful': () => room.host.sh('nft -f -', table([stateful, 'accept'])),
  '@kvm/firewall, nft': () => loadNft(room.host, policy),
  '@kvm/firewall, iptables': () => loadIptables(room.host, policy),
  'iptables, a rule a row, as ferm': () => room.host.sh('iptables-restore', flatIptables),
  'nft, a rule a row': () => room.host.sh('nft -f -', table([stateful, ...flatRules])),
};
const FLOOD = `const s = require('node:dgram').createSocket('udp4');
const send = () => { for (let i = 0; i < 64; i += 1) s.send('x', 9, '192.168.100.5'); setImmediate(send); };
s.bind({ address: '${last.addresses[0]}' }, send);`;
/** Answers each sender once, which makes its flow an established one. */
const ANSWER = `const s = require('node:dgram').createSocket('udp4'), seen = new Set();
s.on('message', (_, { port, address }) => { if (!seen.has(port)) { seen.add(port); s.send('y', port, address); } }).bind(9);`;
const gauge = (more) => `table inet gauge { counter passed { }
  ${more}
  chain after { type filter hook forward priority 200; udp dport 9 counter name passed; }\n}`;
const kinds = {
  'a packet that is not tracked': {
    timeout: 30,
    gauge: gauge('chain before { type filter hook prerouting priority -310; udp dport 9 notrack; }'),
  },
  // A connection that ends at once makes each packet the first of a new one.
  'the first packet of a flow': { timeout: 0, gauge: gauge('') },
  'a packet of an established flow': { timeout: 30, gauge: gauge('') },
};

const [program, words] = room.guests.get(last.name).enter(process.execPath, '-e', FLOOD);
const [answerer, itsWords] = room.lan.enter(process.execPath, '-e', ANSWER);
const answering = spawn(answerer, itsWords, { stdio: 'inherit', detached: true });
const passed = () => Number(/packets (\d+)/.exec(room.host.sh('nft list counter inet gauge passed'))[1]);

/** Microseconds a packet of a flood takes. */
async function timeOf(kind) {
  room.host.sh(`echo ${kind.timeout} >/proc/sys/net/netfilter/nf_conntrack_udp_timeout`);
  room.host.sh('nft -f -', kind.gauge);
  const flood = spawn(program, words, { stdio: 'inherit', detached: true });
  await sleep(500);
  const [start, before] = [performance.now(), passed()];
  await sleep(seconds * 1000);
  const [packets, taken] = [passed() - before, performance.now() - start];
  process.kill(-flood.pid, 'SIGKILL'); // nsenter's child too
  await once(flood, 'exit');
  room.host.sh('nft delete table inet gauge');
  return (taken * 1000) / packets;
}

const times = new Map();
for (let round = 0; round < rounds; round += 1)
  for (const [name, load] of Object.entries(shapes)) {
    room.host.sh('nft flush ruleset; for set in $(ipset list -n); do ipset destroy $set; done');
    load();
    for (const [kind, each] of Object.entries(kinds)) {
      const key = `${kind}|${name}`;
      times.set(key, [...(times.get(key) ?? []), await timeOf(each)]);
    }
  }
process.kill(-answering.pid, 'SIGKILL');
await room.close();
for (const kind of Object.keys(kinds)) {
  console.log(`\n${kind}:`);
  const best = (name) => Math.min(...times.get(`${kind}|${name}`));
  const base = best(kind === 'a packet that is not tracked' ? 'one accept' : 'one accept, stateful');
  for (const name of Object.keys(shapes)) {
    const list = times.get(`${kind}|${name}`).map((each) => each.toFixed(2));
    console.log(
      `${name.padEnd(31)} ${best(name).toFixed(2)} us, ${(best(name) / base).toFixed(2)} (${list.join(' ')})`,
    );
  }
  for (const name of ['@kvm/firewall, nft', '@kvm/firewall, iptables']) {
    const ratio = best(name) / base;
    console.log(`  goal: ${name} within 1.1 of one accept: ${ratio <= 1.1 ? 'met' : `MISSED, ${ratio.toFixed(2)}`}`);
  }
}
