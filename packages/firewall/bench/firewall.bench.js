// How long a policy takes to be compiled, loaded and proven: node packages/firewall/bench/firewall.bench.js (as root, after
// npm run build). Everything is loaded into a network namespace that ends with its command.
import { spawnSync } from 'node:child_process';
import { prove, readNft, renderIpset, renderIptables, renderNft, resolvePolicy } from '@kvm/firewall';

const SERVICES = ['ssh', 'rdp', 'snmp', 'syslog', 'ldap', 'nfs4', 'smtp'];

function zonesOf(count) {
  const guests = Array.from({ length: count }, (_, index) => {
    const vmid = index + 1;
    const digits = String(vmid % 100).padStart(2, '0');
    return {
      name: `g${vmid}`,
      tap: `tun${vmid}`,
      mac: `52:54:00:${(0x61 + Math.floor(vmid / 100)).toString(16)}:${digits}:01`,
      addresses: [`172.${16 + (vmid >> 8)}.${vmid & 255}.1`, `fd00:61:0:${vmid}::1`],
    };
  });
  return {
    guests,
    host: { addresses: ['192.168.100.1', 'fd00:100::1'], uplink: 'eth0' },
    lan: ['192.168.100.0/24', 'fd00:100::/64'],
    guestNetworks: { taps: 'tun', ranges: ['172.16.0.0/12', 'fd00:61::/48'] },
    named: [{ name: 'common', addresses: ['192.168.100.5', 'fd00:100::5'] }],
  };
}

const row = (from, to, service) => ({ from, to, services: [service], action: 'accept' });

/** The same cells in seven rows, and in seven rows for each guest. */
const shapes = {
  '7 rows': () =>
    SERVICES.map((service, index) => (index < 3 ? row('lan', 'guests', service) : row('guests', 'common', service))),
  '7 rows a guest': ({ guests }) =>
    guests.flatMap(({ name }) =>
      SERVICES.map((service, index) => (index < 3 ? row('lan', name, service) : row(name, 'common', service))),
    ),
};

function median(times, work) {
  const taken = Array.from({ length: times }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return taken.sort((a, b) => a - b)[Math.floor(times / 2)];
}

/** Runs a script in a namespace of its own; its last words are what `time` says. */
function inNamespace(script, input) {
  const { status, stdout, stderr } = spawnSync('unshare', ['--net', 'bash', '-ec', script], {
    input,
    encoding: 'utf8',
    env: { ...process.env, TZ: 'UTC', TIMEFORMAT: '%U %S' },
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(stderr);
  return { stdout, cpu: stderr.trim().split('\n').at(-1) };
}

const milliseconds = (value) => `${value.toFixed(0)} ms`.padStart(8);
const cpuOf = (times) => milliseconds(times.split(' ').reduce((sum, each) => sum + Number(each) * 1000, 0));

for (const [shape, rowsOf] of Object.entries(shapes))
  for (const count of [50, 250, 1000]) {
    const zones = zonesOf(count);
    const rows = rowsOf(zones);
    const policy = resolvePolicy({ rows }, zones);
    const toNft = median(5, () => renderNft(resolvePolicy({ rows }, zones)));
    const toIptables = median(5, () => {
      const resolved = resolvePolicy({ rows }, zones);
      return [renderIpset(resolved), renderIptables(resolved, 4), renderIptables(resolved, 6)];
    });
    const nft = inNamespace('time nft -f -', renderNft(policy));
    const [ipset, four, six] = [renderIpset(policy), renderIptables(policy, 4), renderIptables(policy, 6)];
    const load = `f() { ipset restore <<'E'\n${ipset}E\niptables-restore -n <<'E'\n${four}E\nip6tables-restore -n <<'E'\n${six}E\n}; time f`;
    const iptables = inNamespace('bash -s', load);
    console.log(
      `${String(count).padStart(4)} guests, ${shape.padEnd(14)}: compile nft ${milliseconds(toNft)}, iptables ${milliseconds(toIptables)}; load (CPU) nft ${cpuOf(nft.cpu)}, iptables ${cpuOf(iptables.cpu)}`,
    );
  }

for (const count of [3, 50]) {
  const zones = zonesOf(count);
  const policy = resolvePolicy({ rows: shapes['7 rows']() }, zones);
  const { stdout } = inNamespace('nft -f -; nft -j -n list table inet kvm', renderNft(policy));
  const ruleset = readNft(stdout);
  const start = performance.now();
  const { packets, disagreements } = prove(policy, [ruleset]);
  const taken = performance.now() - start;
  console.log(
    `prove ${count} guests: ${packets} packets, ${disagreements.length} disagreements, ${milliseconds(taken)}`,
  );
}
