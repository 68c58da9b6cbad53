import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SharedServices } from '../src/index.ts';
import { dnsmasq, names } from './declared.ts';
import { alice, base, logsIn, setUpPam, startDirectory, startSssd } from './people.ts';
import { Room } from './room.ts';

const machines = [
  { name: 'common', address: '172.16.60.1' },
  { name: 'copy', address: '172.16.62.1' },
  { name: 'web', address: '172.16.65.1' },
];
const clients = [{ machine: 'web', implementation: 'sssd' as const }];
const services: SharedServices = {
  ...names,
  machines: machines.map(({ name, address }) => ({ name, addresses: [address] })),
  dns: {
    ...names.dns,
    server: 'common',
    clients: [
      { machine: 'web', implementation: 'resolv.conf' },
      { machine: 'copy', implementation: 'resolv.conf' },
    ],
    upstreams: [],
  },
  auth: { server: 'common', clients, base, firstId: 20000, replica: 'copy' },
};

const search = (who: string, ...attributes: string[]): string =>
  `ldapsearch -Q -LLL -o ldif-wrap=no -Y EXTERNAL -H ldapi:/// -b ${base} uid=${who} ${attributes.join(' ')}`;

describe.skipIf(needs('root', 'unshare', 'apt-get', 'openssl'))('a copy of the directory', () => {
  let room: Room;

  beforeAll(async () => {
    room = await Room.open(machines);
    await room.setUp(services);
    await room.start('common', 'dnsmasq', dnsmasq);
    await startDirectory(room, 'common');
    await room.run('common', '/etc/kvm/ldap/fill');
    await room.run('common', 'ldapadd -Q -Y EXTERNAL -H ldapi:///', alice);
    await startDirectory(room, 'copy');
    await setUpPam(room, 'web', 'ldap');
  });
  afterAll(() => room?.[Symbol.asyncDispose]());

  test('it has what the server has, groups and passwords too, and soon what is new there', async () => {
    const attributes = ['uidNumber', 'memberOf', 'userPassword'];
    await room.until('copy', `${search('alice', 'memberOf')} | grep -q ^memberOf`);
    expect(await room.run('copy', search('alice', ...attributes))).toBe(
      await room.run('common', search('alice', ...attributes)),
    );
    const change = `dn: uid=alice,ou=people,${base}\nchangetype: modify\nreplace: loginShell\nloginShell: /bin/dash\n`;
    await room.run('common', 'ldapmodify -Q -Y EXTERNAL -H ldapi:///', change);
    await room.until('copy', `${search('alice', 'loginShell')} | grep -q dash`);
    const membership = (verb: string): Promise<string> =>
      room.run(
        'common',
        'ldapmodify -Q -Y EXTERNAL -H ldapi:///',
        `dn: cn=login,ou=groups,${base}\nchangetype: modify\n${verb}: member\nmember: uid=bob,ou=people,${base}\n`,
      );
    await membership('add');
    await room.until('copy', `${search('bob', 'memberOf')} | grep -q ^memberOf`);
    await membership('delete');
    await room.until('copy', `! ${search('bob', 'memberOf')} | grep -q ^memberOf`);
  });

  test('who wants to write there is sent to the server; a guest sees no passwords', async () => {
    await room.run('web', "sed -n 's/^ldap_default_authtok = //p' /etc/sssd/sssd.conf | tr -d '\\n' >/tmp/password");
    const own = `-ZZ -H ldap://copy.home.arpa -x -D cn=web,ou=guests,${base} -y /tmp/password`;
    const as = (command: string, input = '') =>
      room.attempt('web', `LDAPTLS_CACERT=/etc/kvm/tls/ca.crt ${command} ${own}`, input);
    const change = `dn: cn=web,ou=guests,${base}\nchangetype: modify\nreplace: userPassword\nuserPassword: other secret\n`;
    const written = await as('ldapmodify', change);
    expect(written).toMatchObject({ exitCode: 10 });
    expect(written.stderr).toContain('ldap://common.home.arpa');
    const { stdout } = await as(`ldapsearch -LLL -b ${base} uid=alice`);
    expect(stdout).toContain('uidNumber: 20001');
    expect(stdout).not.toContain('userPassword');
  });

  test('while the server is away, a person who was never there before logs in', async () => {
    // All of it: the names of machines are answered by it, too.
    await room.run('common', 'ip link set eth0 down');
    await startSssd(room, 'web');
    await room.until('web', 'getent passwd alice');
    const login = { machine: 'web', user: 'alice' };
    expect(await logsIn(room, { ...login, password: 'correct horse' })).toBe(true);
    expect(await logsIn(room, { ...login, password: 'wrong' })).toBe(false);
    expect(await logsIn(room, { machine: 'web', user: 'bob', password: 'battery staple' })).toBe(false);
    await room.run('common', 'ip link set eth0 up');
    expect(await room.ailments(services, 'web', 'auth')).toEqual([]);
  });
});
