// How long ferm takes for the same rows, beside ours: node packages/firewall/bench/peers.bench.js (as root, after npm run
// build). CPU time, Node's or Perl's own start included; ferm has one rule a row, IPv4 and no anti-spoofing; loaded into a network namespace that ends with its command.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SERVICES = { ssh: 22, rdp: 3389, snmp: 161, syslog: 514, ldap: 389, nfs4: 2049, smtp: 25 };
const UDP = ['snmp', 'syslog'];
const OURS = new URL('../dist/index.js', import.meta.url).href;

/** A row each for a guest: three from the LAN to it, four from it to the common server. */
const rowsOf = (count) =>
  Array.from({ length: count }, (_, index) => index + 1).flatMap((vmid) =>
    Object.keys(SERVICES).map((service, index) => ({ vmid, service, isInward: index < 3 })),
  );
const addressOf = (vmid) => `172.${16 + (vmid >> 8)}.${vmid & 255}.1`;

const fermOf = (count) => `domain ip table filter chain FORWARD {
  policy DROP;
  mod state state (ESTABLISHED RELATED) ACCEPT;
${rowsOf(count)
  .map(({ vmid, service, isInward }) => {
    const [from, to] = isInward ? ['192.168.100.0/24', addressOf(vmid)] : [addressOf(vmid), '192.168.100.5'];
    return `  saddr ${from} daddr ${to} proto ${UDP.includes(service) ? 'udp' : 'tcp'} dport ${SERVICES[service]} ACCEPT;`;
  })
  .join('\n')}
}
`;

const oursOf = (count, backEnd) => `
import { renderIpset, renderIptables, renderNft, resolvePolicy } from '${OURS}';
const rows = [], guests = [];
for (let vmid = 1; vmid <= ${count}; vmid += 1) {
  const mac = '52:54:00:' + [vmid >> 8, vmid & 255, 1].map((each) => each.toString(16).padStart(2, '0')).join(':');
  guests.push({ name: 'g' + vmid, tap: 'tun' + vmid, mac, addresses: ['172.' + (16 + (vmid >> 8)) + '.' + (vmid & 255) + '.1'] });
  ${JSON.stringify(Object.keys(SERVICES))}.forEach((service, index) => rows.push({ from: index < 3 ? 'lan' : 'g' + vmid,
    to: index < 3 ? 'g' + vmid : 'common', services: [service], action: 'accept' }));
}
const policy = resolvePolicy({ rows }, { guests, host: { addresses: ['192.168.100.1'], uplink: 'eth0' },
  guestNetworks: { taps: 'tun', ranges: ['172.16.0.0/12'] }, lan: ['192.168.100.0/24'], named: [{ name: 'common', addresses: ['192.168.100.5'] }] });
process.stdout.write(${backEnd === 'nft' ? 'renderNft(policy)' : "renderIpset(policy) + 'EOF\\n' + renderIptables(policy, 4)"});`;

const folder = mkdtempSync(join(tmpdir(), 'kvm-bench-'));

/** Runs a shell script in a namespace of its own. @returns what it prints, and its CPU milliseconds */
function timed(script, input = '') {
  const measured = `work() {\n${script}\n}; TIMEFORMAT='%U %S'; time work`;
  const options = { input, cwd: folder, encoding: 'utf8', env: { ...process.env, TZ: 'UTC' }, maxBuffer: 2 ** 30 };
  const { status, stdout, stderr } = spawnSync('unshare', ['--net', 'bash', '-ec', measured], options);
  if (status !== 0) throw new Error(`${script}: ${stderr}`);
  const times = stderr.trim().split('\n').at(-1).split(' ');
  return { stdout, cpu: times.reduce((sum, each) => sum + Number(each) * 1000, 0) };
}

const node = `${process.execPath} --input-type=module -`;
const loadSets = "sed '/^EOF$/,$d' rules | ipset restore; sed '1,/^EOF$/d' rules | iptables-restore -n";
const milliseconds = (value) => `${value.toFixed(0)} ms`.padStart(8);

for (const count of [50, 250, 1000]) {
  writeFileSync(join(folder, 'ferm'), fermOf(count));
  const runs = {
    ferm: ['ferm --noexec --lines ferm', 'iptables-restore <rules'],
    '@kvm/firewall, nft': [node, 'nft -f rules', oursOf(count, 'nft')],
    '@kvm/firewall, iptables': [node, loadSets, oursOf(count, 'iptables')],
  };
  for (const [name, [compile, load, input]] of Object.entries(runs)) {
    const compiled = timed(compile, input);
    writeFileSync(join(folder, 'rules'), compiled.stdout);
    const loaded = timed(load);
    const who = `${String(count).padStart(4)} guests x 7 rows, ${name.padEnd(23)}`;
    console.log(`${who}: compile ${milliseconds(compiled.cpu)}, load ${milliseconds(loaded.cpu)}`);
  }
}
rmSync(folder, { recursive: true });
