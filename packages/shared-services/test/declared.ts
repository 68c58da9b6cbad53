import type { SharedServices } from '../src/index.ts';
import type { Room } from './room.ts';

/** A common server, two guests, and one that is nobody's. */
export const guests = [
  { name: 'common', address: '172.16.60.1' },
  { name: 'web', address: '172.16.65.1' },
  { name: 'db', address: '172.16.61.1' },
  { name: 'stranger', address: '172.16.99.1' },
];

export const base: SharedServices = {
  domain: 'home.arpa',
  machines: guests.slice(0, 3).map(({ name, address }) => ({ name, addresses: [address] })),
};

/** The guests as clients, each by a program. */
export const by = <const Program extends string>(web: Program, db: Program) => ({
  server: 'common',
  clients: [
    { machine: 'web', implementation: web },
    { machine: 'db', implementation: db },
  ],
});

/** DNS, which the other services find their server by. */
export const names: SharedServices = { ...base, dns: { ...by('resolv.conf', 'resolv.conf'), upstreams: [] } };

export const dnsmasq = 'dnsmasq -k -C /etc/dnsmasq.d/kvm.conf --user=root --pid-file=/run/dnsmasq.pid';

/** The certificate of an authority that nobody of the room knows. */
export const foreignAuthority = (room: Room): Promise<string> =>
  room.run(
    'stranger',
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /tmp/foreign.key -subj '/CN=Foreign' -days 2 2>/dev/null",
  );
