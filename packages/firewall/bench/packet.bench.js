// What a packet of a new flow costs with 1,000 guests and 7 rows each, the last guest's last row: as root,
//   node packages/firewall/bench/packet.bench.js
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
const flatIptables = `*filter\n${rows
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
const shapes = {
  'one accept': () => room.host.sh('nft -f -', table(['accept'])),
  'one accept, conntrack': () =>
    room.host.sh(
      'nft -f -',
      table(['ct state vmap { established : accept, related : accept, invalid : drop }', 'accept']),
    ),
  '@kvm/firewall, nft': () => loadNft(room.host, policy),
  '@kvm/firewall, iptables': () => loadIptables(room.host, policy),
  'iptables, a rule a row, as ferm': () => room.host.sh('iptables-restore', flatIptables),
  'nft, a rule a row': () => room.host.sh('nft -f -', table(flatRules)),
};
const FLOOD = `const s = require('node:dgram').createSocket('udp4');
const send = () => { for (let i = 0; i < 64; i += 1) s.send('x', 9, '192.168.100.5'); setImmediate(send); };
s.bind({ address: '${last.addresses[0]}' }, send);`;
const GAUGE = `table inet gauge { counter passed { }
  chain before { type filter hook prerouting priority -310; udp dport 9 notrack; }
  chain after { type filter hook forward priority 200; udp dport 9 counter name passed; }\n}`;

const [program, words] = room.guests.get(last.name).enter(process.execPath, '-e', FLOOD);
const passed = () => Number(/packets (\d+)/.exec(room.host.sh('nft list counter inet gauge passed'))[1]);
const times = new Map(Object.keys(shapes).map((name) => [name, []]));
for (let round = 0; round < rounds; round += 1)
  for (const [name, load] of Object.entries(shapes)) {
    room.host.sh('nft flush ruleset; for set in $(ipset list -n); do ipset destroy $set; done');
    load();
    room.host.sh('nft -f -', GAUGE);
    const flood = spawn(program, words, { stdio: 'inherit' });
    await sleep(500);
    const [start, before] = [performance.now(), passed()];
    await sleep(seconds * 1000);
    const [packets, taken] = [passed() - before, performance.now() - start];
    flood.kill('SIGKILL');
    await once(flood, 'exit');
    times.get(name).push((taken * 1000) / packets);
  }
await room.close();
const base = Math.min(...times.get('one accept'));
for (const [name, list] of times) {
  const best = Math.min(...list);
  console.log(
    `${name.padEnd(31)} ${best.toFixed(2)} us a packet, ${(best / base).toFixed(2)} of one accept (${list.map((each) => each.toFixed(2)).join(' ')})`,
  );
}
