import { explain, makePacket, renderBootFiles } from '@kvm/firewall';
import { formatProblem, InventoryError, parseInventory } from '@kvm/inventory';
import { expect, test } from 'vitest';
import { deriveDesired, renderTree } from '../index.ts';

const desired = (text: string) => deriveDesired(parseInventory(text, { file: 'home.yaml' }));

const room = `
host: { name: management, address: 192.168.100.1/24, address6: 'fd00:100::1/64' }
ranges: { ipv6: 'fd00:61::/48' }
networks: { office: [10.1.0.0/16, 'fd00:2::/64'] }
machines: { hoge: 192.168.100.2 }
guests: { public: { vmid: 65 }, private: { vmid: 66 }, db: { vmid: 61 } }
groups: { web: [public, private] }
`;
const policy = `services: { backup: [tcp/9101-9103, udp/9101] }
policy:
  - { from: web, to: db, service: [backup, postgresql] }
  - { from: office, to: web, service: https, action: reject, log: true, comment: 'not "yet"; { }' }
nat: { forwards: [{ from: lan, service: tcp/8080, guest: public, port: 80 }] }
`;

test('zones are all that the inventory names, with the addresses that follow', () => {
  expect(desired(room).zones).toEqual({
    guests: [
      {
        name: 'public',
        tap: 'tun65',
        mac: '52:54:00:61:65:01',
        addresses: ['172.16.65.1', 'fd00:61:0:65::1'],
        groups: ['web'],
      },
      {
        name: 'private',
        tap: 'tun66',
        mac: '52:54:00:61:66:01',
        addresses: ['172.16.66.1', 'fd00:61:0:66::1'],
        groups: ['web'],
      },
      {
        name: 'db',
        tap: 'tun61',
        mac: '52:54:00:61:61:01',
        addresses: ['172.16.61.1', 'fd00:61:0:61::1'],
        groups: [],
      },
    ],
    host: {
      addresses: [
        '192.168.100.1',
        'fd00:100::1',
        '172.16.65.254',
        'fd00:61:0:65::254',
        '172.16.66.254',
        'fd00:61:0:66::254',
        '172.16.61.254',
        'fd00:61:0:61::254',
      ],
      uplink: 'eth0',
    },
    lan: ['192.168.100.0/24', 'fd00:100::/64'],
    guestNetworks: { taps: 'tun', ranges: ['172.16.0.0/12', 'fd00:61::/48'] },
    named: [
      { name: 'hoge', addresses: ['192.168.100.2'] },
      { name: 'office', addresses: ['10.1.0.0/16', 'fd00:2::/64'] },
    ],
  });
});

test('the policy decides by the rows of the inventory, and says their lines', () => {
  const { policy: resolved } = desired(room + policy);
  if (resolved === undefined) throw new Error('no policy');
  const tried = (from: string, to: string, port: number) =>
    explain(resolved, makePacket(resolved, { from, to, protocol: 6, port }));
  expect(tried('172.16.66.1', '172.16.61.1', 9102)).toMatch(/: accept, by line 10 \(web -> db: backup postgresql/);
  expect(tried('fd00:2::5', 'fd00:61:0:66::1', 443)).toMatch(/: reject, by line 11 /);
  expect(tried('192.168.100.2', '172.16.65.1', 80)).toMatch(/: accept, by line 12 /);
  expect(tried('192.168.100.2', '172.16.66.1', 80)).toMatch(/: drop, because no row/);
});

test('the tree has what loads the policy at boot when there is one, be it empty, in the words of the chosen back end', async () => {
  const bootFiles = async (text: string) =>
    (await renderTree(desired(text))).filter(({ path }) => /firewall|\/barrier$/.test(path));
  expect(await bootFiles(room)).toEqual([]);
  const files = await bootFiles(`${room}policy: []\n`);
  const ruleset = files.find(({ path }) => path.startsWith('/etc/kvm/firewall.'));
  const unit = files.find(({ path }) => path.endsWith('/kvm-firewall.service'));
  expect(ruleset).toMatchObject({ path: '/etc/kvm/firewall.nft', mode: 0o755 });
  expect(ruleset?.content).toMatch(/^#!\/usr\/sbin\/nft -f\nadd table inet kvm\n/);
  expect(unit?.content).toContain('ExecStart=/etc/kvm/firewall.nft\n');
  const text = (room + policy).replace('host: {', 'host: { firewall: iptables,');
  const { policy: table } = desired(text);
  if (table === undefined) throw new Error('no policy');
  const byPath = (a: { path: string }, b: { path: string }): number => (a.path < b.path ? -1 : 1);
  expect([...(await bootFiles(text))].sort(byPath)).toEqual([...renderBootFiles(table, 'iptables')].sort(byPath));
});

test('what the firewall cannot take is a problem at its line, with all others of its kind and of raw XML', () => {
  const wrong = `guests: { db: { vmid: 61, xml: <domain> } }
services: { backup: tpc/9101, 1st: tcp/1 }
policy:
  - { from: lan, to: db, service: shs }
  - from: lan
    to: db
    service: [ssh, tcp/70000]
    limit: ten/minute
    expires: 2027-02-30
nat: { forwards: [{ from: lan, service: tcp/80-90, guest: db, port: 80 }] }
`;
  const problems = (() => {
    try {
      desired(`host: { name: management, address: 192.168.100.1/24, uplink: eth+0 }\n${wrong}`);
      return [];
    } catch (error) {
      if (error instanceof InventoryError) return error.problems;
      throw error;
    }
  })();
  expect(problems.map(({ line, code, path }) => `${line} ${code} ${path.join('.')}`)).toEqual([
    '1 bad-interface host.uplink',
    '2 bad-xml guests.db.xml',
    '3 bad-service services.backup',
    '3 bad-name services.1st',
    '5 unknown-service policy.0.service',
    '8 unknown-service policy.1.service',
    '9 bad-limit policy.1.limit',
    '10 bad-expiry policy.1.expires',
    '11 bad-forward nat.forwards.0.service',
  ]);
  expect(problems[4]?.remedy).toBe('Did you mean ssh?');
  const shown = problems.map(formatProblem).join('\n');
  expect(shown).toContain('home.yaml:5:35: policy.0.service: There is no service "shs".');
});
