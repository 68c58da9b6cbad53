import { expect, test } from 'vitest';
import { firstOfEach, room } from '../test/rooms.ts';
import { checkDeclaration } from './check-declaration.ts';
import type { SharedServices } from './declaration.ts';
import { dnsRecords } from './dns/records.ts';
import { firewallRows } from './firewall-rows.ts';
import { renderServices } from './render.ts';

const good = room(firstOfEach);

function withKeys(keys: {
  readonly dns?: Partial<SharedServices['dns']>;
  readonly time?: Partial<SharedServices['time']>;
  readonly auth?: Partial<SharedServices['auth']>;
}): SharedServices {
  const { dns, time, auth } = good;
  if (dns === undefined || time === undefined || auth === undefined) throw new Error('no services');
  return {
    ...good,
    dns: { ...dns, ...keys.dns },
    time: { ...time, ...keys.time },
    auth: { ...auth, ...keys.auth },
  };
}

const contentOf = (services: SharedServices, machine: string, path: string): string | undefined =>
  renderServices(services)
    .find((each) => each.machine === machine)
    ?.files.find((file) => file.path === path)?.content;

test('only a pool is asked as a pool; a server with NTS has to show who it is, and the firewall lets it', () => {
  const services = withKeys({
    time: {
      upstreams: [
        { host: '2.debian.pool.ntp.org', nts: false },
        { host: 'ntp.example.org', nts: false },
        { host: '192.0.2.1', nts: false },
        { host: 'time.example.org', nts: true },
      ],
    },
  });
  expect(contentOf(services, 'common', '/etc/chrony/chrony.conf')?.match(/^(?:pool|server) .*$/gm)).toEqual([
    'pool 2.debian.pool.ntp.org iburst',
    'server ntp.example.org iburst',
    'server 192.0.2.1 iburst',
    'server time.example.org iburst nts',
  ]);
  const outwards = ({ time }: Partial<SharedServices>): string[] =>
    firewallRows({ ...good, ...(time && { time }) }).flatMap(({ service, to, services: ways }) =>
      service === 'time' && to === 'anywhere' ? ways : [],
    );
  expect(outwards(services)).toEqual(['ntp', 'tcp/4460']);
  expect(outwards(withKeys({ time: { upstreams: [{ host: 'ntp.example.org', nts: false }] } }))).toEqual(['ntp']);
  expect(renderServices(services)[0]?.packages).toContain('ca-certificates');
});

test('a clock that is wrong after the start, too, is set by each program', () => {
  for (const machine of ['common', 'web'])
    expect(contentOf(good, machine, '/etc/chrony/chrony.conf')).toMatch(/^makestep 1 -1$/m);
  const ntpsec = room({ ...firstOfEach, time: 'ntpsec' });
  expect(contentOf(ntpsec, 'web', '/etc/ntpsec/ntp.conf')).toMatch(/^tinker panic 0$/m);
});

test('who looks for the directory by SRV asks its copy last', () => {
  const records = dnsRecords(withKeys({ auth: { replica: 'db' } }));
  expect(records.filter(({ name }) => name === '_ldap._tcp.home.arpa')).toMatchObject([
    { target: 'common.home.arpa', priority: 0 },
    { target: 'db.home.arpa', priority: 10 },
  ]);
  expect(contentOf(withKeys({ auth: { replica: 'db' } }), 'common', '/etc/dnsmasq.d/kvm.conf')).toContain(
    'srv-host=_ldap._tcp.home.arpa,db.home.arpa,389,10\n',
  );
});

test('a second server of names has the same names, gives no addresses away, and is let in and out', () => {
  const dhcp = { first: '172.16.60.100', last: '172.16.60.199' };
  const services = withKeys({ dns: { replica: 'db', dhcp, upstreams: ['192.0.2.53'] } });
  expect(checkDeclaration(services)).toEqual([]);
  const [first = '', second = ''] = ['common', 'db'].map((name) =>
    contentOf(services, name, '/etc/dnsmasq.d/kvm.conf'),
  );
  const records = (text: string): string[] | null => text.match(/^(?:host-record|cname|srv-host)=.*$/gm);
  expect(records(second)).toEqual(records(first));
  expect([/^dhcp-range/m.test(first), /^dhcp-range/m.test(second)]).toEqual([true, false]);
  expect(contentOf(services, 'web', '/etc/resolv.conf')).toContain('nameserver 172.16.60.1\nnameserver 172.16.61.1\n');
  expect(contentOf(services, 'web', '/etc/kvm/names/hosts')).toBe(
    '172.16.60.1 common.home.arpa common\n172.16.61.1 db.home.arpa db\n',
  );
  const rows = firewallRows(services).filter(({ service }) => service === 'dns');
  expect(rows.map(({ from, to }) => [from, to])).toEqual([
    [['web', 'db'], 'common'],
    [['web'], 'db'],
    [['common'], 'anywhere'],
    [['db'], 'anywhere'],
  ]);
});

test('private zones are let through, reverse ones are asked for; what is none is refused with its place', () => {
  const zones = ['corp.example', '1.10.in-addr.arpa'];
  const services = withKeys({ dns: { privateZones: zones, upstreams: ['192.0.2.53'] } });
  const lines = contentOf(services, 'common', '/etc/dnsmasq.d/kvm.conf')?.split('\n') ?? [];
  expect(lines.filter((line) => /corp|10\.in/.test(line))).toEqual([
    'rebind-domain-ok=/corp.example/',
    'rebind-domain-ok=/1.10.in-addr.arpa/',
    'server=/1.10.in-addr.arpa/192.0.2.53',
  ]);
  expect(checkDeclaration(withKeys({ dns: { privateZones: ['corp.example', 'a/b'] } }))).toMatchObject([
    { code: 'bad-domain', path: ['dns', 'privateZones', 1] },
  ]);
});
