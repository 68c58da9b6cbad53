// Files of both sides for 250 to 1,000 guests: CPU seconds, and whether they grow as the guests do.
import { renderCloudInit, renderServices, verifyServices } from '../dist/index.js';

const goalSeconds = 2;

function room(count) {
  const guests = Array.from({ length: count }, (_, index) => ({
    name: `g${index}`,
    addresses: [`172.${16 + (index >> 8)}.${index & 255}.1`],
  }));
  const by = (implementation) => ({
    server: 'common',
    clients: guests.map(({ name }) => ({ machine: name, implementation })),
  });
  return {
    domain: 'home.arpa',
    machines: [{ name: 'common', addresses: ['172.31.255.1'] }, ...guests],
    auth: { ...by('sssd'), base: 'dc=home,dc=arpa', firstId: 20_000 },
    logs: { ...by('syslog-ng'), keepDays: 90 },
    files: { ...by('autofs'), exports: [{ name: 'home', path: '/srv/nfs/home', mount: '/nfs/home', readOnly: false }] },
    mail: { ...by('msmtp'), aliases: [], relay: [] },
    dns: { ...by('resolv.conf'), upstreams: [] },
    time: { ...by('chrony'), upstreams: [], hostClock: false },
  };
}

function cpuSeconds(work) {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const measure = (count) => {
  const services = room(count);
  return cpuSeconds(() => renderServices(services).map(renderCloudInit));
};

measure(100);
const [quarter, half, whole] = [250, 500, 1000].map(measure);
const verdict = (met) => (met ? 'met' : 'MISSED');
console.log(
  `files and user-data of 250, 500, 1,000 guests: ${[quarter, half, whole].map((s) => `${s.toFixed(2)} s`).join(', ')} CPU`,
);
console.log(`1,000 guests in under ${goalSeconds} s CPU: ${verdict(whole < goalSeconds)}`);
console.log(
  `linear: 1,000 guests take ${(whole / quarter).toFixed(1)} times as long as 250 (4, at most 5.5: ${verdict(whole / quarter < 5.5)})`,
);
const services = room(250);
const machines = renderServices(services).map(({ machine, files }) => ({
  machine,
  fqdn: `${machine}.home.arpa`,
  addresses: services.machines.find(({ name }) => name === machine).addresses,
  files,
}));
console.log(`verify of 250 guests: ${cpuSeconds(() => verifyServices({ machines })).toFixed(2)} s CPU`);
