import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MachineSetup, renderServices, type SharedServices } from '../src/index.ts';
import { type Rotation, type RotationStep, rotate, withSecrets } from '../src/run/index.ts';
import { by, dnsmasq, foreignAuthority, guests, names } from './declared.ts';
import { alice, base, key, logsIn as logsInAs, setUpPam, startDirectory, startSssd } from './people.ts';
import { Room } from './room.ts';

const services: SharedServices = { ...names, auth: { ...by('sssd', 'nslcd'), base, firstId: 20000 } };

describe.skipIf(needs('root', 'unshare', 'apt-get', 'openssl'))('people', () => {
  let room: Room;
  let setups: MachineSetup[];

  const serve = async (): Promise<void> => {
    await startDirectory(room, 'common');
    await room.run('common', '/etc/kvm/ldap/fill');
  };

  const logsIn = (machine: string, user: string, password: string): Promise<boolean> =>
    logsInAs(room, { machine, user, password });

  const start = {
    web: (): Promise<void> => startSssd(room, 'web'),
    db: async (): Promise<void> => {
      await room.run('db', 'install -d -o nslcd -g nslcd /run/nslcd');
      await room.start('db', 'nslcd', 'nslcd -d'); // in the foreground, and says all
    },
  };

  beforeAll(async () => {
    room = await Room.open(guests);
    setups = await room.setUp(services);
    await room.start('common', 'dnsmasq', dnsmasq);
    await serve();
    await room.run('common', 'ldapadd -Q -Y EXTERNAL -H ldapi:///', alice);
    await setUpPam(room, 'web', 'ldap');
    await setUpPam(room, 'db', 'sss');
    await Promise.all([start.web(), start.db()]);
  });

  afterAll(() => room?.[Symbol.asyncDispose]());

  test.each(['web', 'db'])('on %s a person of the directory is known and logs in; others do not', async (machine) => {
    expect(await room.until(machine, 'getent passwd alice')).toContain('alice:');
    expect(await logsIn(machine, 'alice', 'correct horse')).toBe(true);
    expect(await logsIn(machine, 'alice', 'wrong')).toBe(false);
    expect(await logsIn(machine, 'bob', 'battery staple')).toBe(false);
    expect(await room.ailments(services, machine, 'auth')).toEqual([]);
  });

  test('sssd brings sudo rules and ssh keys', async () => {
    expect(await room.until('web', 'sudo -l -U alice | grep -A1 "may run"')).toMatch(/\(ALL\) ALL/);
    expect((await room.attempt('web', 'sudo -l -U bob')).stdout).toContain('not allowed to run sudo');
    const sudo = 'setpriv --reuid 20001 --regid 20001 --clear-groups sudo -S id -u';
    expect(await room.run('web', sudo, 'correct horse\n')).toBe('0');
    expect(await room.run('web', 'sss_ssh_authorizedkeys alice')).toBe(key);
  });

  test('slapd can be set up again: what people have put into it stays', async () => {
    await room.stop('common', 'slapd');
    await serve();
    const search = `ldapsearch -Q -LLL -Y EXTERNAL -H ldapi:/// -b ${base} uid=alice memberOf`;
    expect(await room.run('common', search)).toContain(`memberOf: cn=login,ou=groups,${base}`);
  });

  test('a configuration that slapd refuses leaves it running as it is', async () => {
    const config = '/etc/kvm/ldap/config.ldif';
    await room.run('common', `cp -p ${config} /tmp/config; sed -i 's/^olcSuffix:/olcNonsense:/' ${config}`);
    expect((await room.attempt('common', '/etc/kvm/ldap/load')).exitCode).not.toBe(0);
    await room.run('common', `mv /tmp/config ${config}; ldapwhoami -Q -Y EXTERNAL -H ldapi:///`);
    await room.stop('common', 'slapd');
    await serve(); // what it had loaded before is still there
  });

  test("what the directory refuses is said; a machine that is no guest any more is not known to it, and others' are", async () => {
    const passwords = '/etc/kvm/ldap/passwords.ldif';
    await room.run('common', `cp -p ${passwords} /tmp/passwords; sed -i '0,/cn=web/s//cn=nobody/' ${passwords}`);
    const refused = await room.attempt('common', '/etc/kvm/ldap/fill');
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('No such object (32)') });
    await room.run('common', `mv /tmp/passwords ${passwords}`);
    const account = (name: string, more: string): string =>
      `dn: cn=${name},ou=guests,${base}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: ${name}\nuserPassword: x\n${more}\n`;
    await room.run(
      'common',
      'ldapadd -Q -Y EXTERNAL -H ldapi:///',
      `${account('gone', 'description: kvmctl\n')}${account('printer', '')}`,
    );
    await room.run('common', '/etc/kvm/ldap/fill');
    const search = `ldapsearch -Q -LLL -Y EXTERNAL -H ldapi:/// -s one -b ou=guests,${base} cn | sed -n 's/^cn: //p'`;
    expect((await room.run('common', search)).split('\n').sort()).toEqual(['db', 'printer', 'web']);
  });

  test('nobody binds without encryption, without a name, or by the account of another guest', async () => {
    await room.run('db', 'sed -n "s/^bindpw //p" /etc/nslcd.conf | tr -d "\\n" >/tmp/password');
    const bind = (words: string): Promise<{ exitCode: number }> =>
      room.attempt('db', `LDAPTLS_CACERT=/etc/kvm/tls/ca.crt ldapwhoami -H ldap://common.home.arpa ${words}`);
    const own = `-x -D cn=db,ou=guests,${base} -y /tmp/password`;
    expect((await bind(`-ZZ ${own}`)).exitCode).toBe(0);
    expect((await bind(own)).exitCode).toBe(13);
    expect((await bind('-ZZ -x')).exitCode).toBe(48);
    expect((await bind(`-ZZ ${own.replace('cn=db', 'cn=web')}`)).exitCode).toBe(49);
  });

  test('while the server is away, sssd lets in who was there before', async () => {
    await room.stop('common', 'slapd');
    expect(await logsIn('web', 'alice', 'correct horse')).toBe(true);
    expect(await logsIn('web', 'alice', 'wrong')).toBe(false);
    await serve();
  });

  test('passwords of guests change in stages: the directory takes both until all have the new ones', async () => {
    const rollOut = async (): Promise<void> => {
      setups = await withSecrets(renderServices(services), room.secrets);
      await room.stop('common', 'slapd');
      for (const setup of setups) await room.install(setup);
      await serve();
    };
    const own = (): Promise<string> => room.run('db', 'sed -n "s/^bindpw //p" /etc/nslcd.conf');
    const binds = async (password: string): Promise<number> => {
      const command = `tr -d '\\n' >/tmp/password; LDAPTLS_CACERT=/etc/kvm/tls/ca.crt ldapwhoami -ZZ -H ldap://common.home.arpa -x -D cn=db,ou=guests,${base} -y /tmp/password`;
      return (await room.attempt('db', command, `${password}\n`)).exitCode;
    };
    const take = (step: RotationStep): Promise<Rotation> => rotate(services, step, { folder: room.secrets });
    const before = await own();
    expect(await take('begin')).toMatchObject({ stage: 'begun', moved: [] });
    await rollOut();
    const next = readFileSync(join(room.secrets, 'bind/db.next'), 'utf8');
    expect([await own(), await binds(before), await binds(next)]).toEqual([before, 0, 0]);
    expect(await take({ canary: 'web' })).toMatchObject({ stage: 'canary', moved: ['web'] });
    await rollOut();
    expect([await own(), await binds(before)]).toEqual([before, 0]);
    expect(await room.ailments(services, 'web', 'auth')).toEqual([]);
    expect(await take('all')).toMatchObject({ stage: 'all', waiting: [] });
    await rollOut();
    expect([await own(), await binds(before), await binds(next)]).toEqual([next, 0, 0]);
    expect(await take('finish')).toMatchObject({ stage: 'none' });
    await rollOut();
    expect([await own(), await binds(before), await binds(next)]).toEqual([next, 49, 0]);
    // Each reads its files when it starts.
    await room.stop('web', 'sssd');
    await room.stop('db', 'nslcd');
    await Promise.all([start.web(), start.db()]);
    for (const machine of ['web', 'db']) await room.until(machine, 'getent passwd alice');
  });

  const foreign = async (machine: string): Promise<unknown> =>
    room.run(machine, 'cat >/etc/kvm/tls/ca.crt', await foreignAuthority(room));
  const otherName = async (machine: string): Promise<unknown> =>
    room.run(
      machine,
      "echo '172.16.60.1 other.home.arpa' >>/etc/hosts; sed -i 's,ldap://common,ldap://other,' /etc/sssd/sssd.conf /etc/nslcd.conf 2>/dev/null; true",
    );

  test.each([
    ['a foreign authority', foreign],
    ['a server of another name', otherName],
  ])('with %s nobody is known', async (_what, spoil) => {
    const refuses = async (machine: 'web' | 'db', program: string, words: string): Promise<void> => {
      await room.stop(machine, program);
      for (const setup of setups) if (setup.machine === machine) await room.install(setup);
      await spoil(machine);
      await start[machine]();
      await room.until(machine, `getent passwd alice; grep -F '${words}' /var/log/${program}.out`);
      expect((await room.attempt(machine, 'getent passwd alice')).exitCode).toBe(2);
      expect((await room.ailments(services, machine, 'auth'))[0]).toContain(
        `bad: ${machine} knows the groups of the directory`,
      );
    };
    await Promise.all([
      refuses('web', 'sssd', 'Failed to connect, going offline'),
      refuses('db', 'nslcd', 'ldap_start_tls_s() failed'),
    ]);
  });
});
