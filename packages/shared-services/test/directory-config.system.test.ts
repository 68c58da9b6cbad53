import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MachineSetup, SharedServices } from '../src/index.ts';
import { compareSetup, type RunProgram } from '../src/run/index.ts';
import { by, dnsmasq, guests, names } from './declared.ts';
import { base, startDirectory } from './people.ts';
import { Room } from './room.ts';

const home = { name: 'home', path: '/srv/nfs/home', mount: '/nfs/home', readOnly: false };
const services: SharedServices = {
  ...names,
  auth: { ...by('sssd', 'nslcd'), base, firstId: 20_000 },
  files: { ...by('autofs', 'autofs'), exports: [home] },
};

/** People with homes in the export, and some that would lead elsewhere. */
const people = [
  ['carol', 20_003, '/nfs/home/carol'],
  ['local', 20_004, '/home/local'],
  ['up', 20_005, '/nfs/home/../up'],
  ['dot', 20_006, '/nfs/home/.ssh'],
  ['deep', 20_007, '/nfs/home/carol/deep'],
  ['low', 10, '/nfs/home/low'],
]
  .map(
    ([name, number, path]) => `dn: uid=${name},ou=people,${base}
objectClass: inetOrgPerson
objectClass: posixAccount
uid: ${name}
cn: ${name}
sn: ${name}
uidNumber: ${number}
gidNumber: ${number}
homeDirectory: ${path}
`,
  )
  .join('\n');

/** What a person who runs the directory does to cn=config. */
const byHand = `dn: olcDatabase={1}mdb,cn=config
changetype: modify
add: olcDbIndex
olcDbIndex: sn eq

dn: cn=mine,cn=schema,cn=config
changetype: add
objectClass: olcSchemaConfig
cn: mine
olcAttributeTypes: ( 1.3.6.1.4.1.99999.1 NAME 'mine' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
`;

describe.skipIf(needs('root', 'unshare', 'apt-get', 'openssl'))('the directory on its server', () => {
  let room: Room;
  let common: MachineSetup;
  const changes = async (): Promise<string[]> => {
    const run: RunProgram = (command, input) => room.exec('common', command, input);
    return (await compareSetup(common, run)).changes.map(({ found }) => found);
  };

  beforeAll(async () => {
    room = await Room.open(guests);
    const setups = await room.setUp(services);
    const found = setups.find(({ machine }) => machine === 'common');
    if (found === undefined) throw new Error('no server');
    common = found;
    await room.start('common', 'dnsmasq', dnsmasq);
    await startDirectory(room, 'common');
    await room.run('common', '/etc/kvm/ldap/fill');
  });
  afterAll(() => room?.[Symbol.asyncDispose]());

  test("people's homes in an export are made on the server, once, each its owner's, and nowhere else", async () => {
    await room.run('common', 'ldapadd -Q -Y EXTERNAL -H ldapi:///', people);
    await room.run('common', 'mkdir -p /srv/nfs/home; /etc/kvm/files/make-homes');
    // Without a file system of its own, the homes would lie on the server's.
    expect(await room.run('common', 'ls -A /srv/nfs/home')).toBe('');
    await room.run('common', 'mount -t tmpfs -o mode=0755 homes /srv/nfs/home; echo hello >/etc/skel/.greeting');
    await room.run('common', '/etc/kvm/files/make-homes');
    expect(await room.run('common', "cd /srv/nfs/home; find . -name '.greeting' -o -mindepth 1 -type d | sort")).toBe(
      './carol\n./carol/.greeting',
    );
    expect(await room.run('common', "stat -c '%u %g %a' /srv/nfs/home/carol /srv/nfs/home/carol/.greeting")).toBe(
      '20003 20003 700\n20003 20003 644',
    );
    await room.run('common', 'rm /srv/nfs/home/carol/.greeting; /etc/kvm/files/make-homes');
    expect(await room.attempt('common', 'ls /srv/nfs/home/carol/.greeting')).toMatchObject({ exitCode: 2 });
    await room.run('common', 'rm -r /srv/nfs/home/carol; chmod 1777 /srv/nfs/home');
    expect(await room.attempt('common', '/etc/kvm/files/make-homes')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('others than root may write there'),
    });
    expect(await room.run('common', 'ls -A /srv/nfs/home')).toBe('');
  });

  test('what somebody adds to cn=config is told of, kept when it is loaded anew, and then no longer there', async () => {
    expect(await changes()).toEqual([]);
    await room.run('common', 'ldapmodify -Q -Y EXTERNAL -H ldapi:///', byHand);
    expect(await changes()).toEqual([
      'cn=config: somebody has added cn={6}mine,cn=schema,cn=config',
      'cn=config: somebody has changed olcDbIndex of olcDatabase={1}mdb,cn=config',
    ]);
    await room.stop('common', 'slapd');
    await room.run('common', '/etc/kvm/ldap/load');
    expect(await changes()).toEqual([]);
    // What Debian's package had there before is the first copy.
    const copies = await room.run('common', 'grep -rl "^dn: cn={6}mine" /etc/kvm/replaced/etc/ldap');
    expect(copies.split('\n')).toHaveLength(1);
    const before = await room.run('common', 'ls /etc/kvm/replaced/etc/ldap');
    await room.run('common', '/etc/kvm/ldap/load');
    expect(await room.run('common', 'ls /etc/kvm/replaced/etc/ldap')).toBe(before);
    await room.run('common', '/etc/kvm/ldap/load remove');
    expect(await room.attempt('common', 'ls -d /etc/ldap/slapd.d')).toMatchObject({ exitCode: 2 });
    await room.run('common', 'test -d /var/lib/ldap/kvm');
  });
});
