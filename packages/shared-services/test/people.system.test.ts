import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MachineSetup, renderServices, type SharedServices } from '../src/index.ts';
import { type Rotation, type RotationStep, recordRollOut, rotate, withSecrets } from '../src/run/index.ts';
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

  const asAlice = `-ZZ -x -H ldap://common.home.arpa -D uid=alice,ou=people,${base}`;
  const asRoot = '-Q -Y EXTERNAL -H ldapi:///';
  const trusting = 'LDAPTLS_CACERT=/etc/kvm/tls/ca.crt';
  const change = (dn: string, ...changes: string[]): Promise<string> =>
    room.run('common', `ldapmodify ${asRoot}`, `dn: ${dn}\nchangetype: modify\n${changes.join('\n-\n')}\n`);
  const alicesEntry = `uid=alice,ou=people,${base}`;

  test('wrong passwords lock no machine out, and a person for a while', async () => {
    const binds = async (dn: string, password: string, times = 1): Promise<number> => {
      const bind = `${trusting} ldapwhoami -ZZ -x -H ldap://common.home.arpa -D ${dn} -w '${password}'`;
      return (await room.attempt('db', `for i in $(seq ${times}); do ${bind}; done`)).exitCode;
    };
    const password = await room.run('db', 'sed -n "s/^bindpw //p" /etc/nslcd.conf');
    for (const guest of ['db', 'web']) await binds(`cn=${guest},ou=guests,${base}`, 'wrong', 8);
    expect(await binds(`cn=db,ou=guests,${base}`, password)).toBe(0);
    expect(await binds(alicesEntry, 'correct horse')).toBe(0);
    await binds(alicesEntry, 'wrong', 5);
    expect(await binds(alicesEntry, 'correct horse')).toBe(49);
    // Who comes by a key comes in all the same: else anybody could lock everybody out.
    for (const machine of ['web', 'db'])
      expect(await room.attempt(machine, 'pamtester kvm alice acct_mgmt')).toMatchObject({ exitCode: 0 });
    await change(alicesEntry, 'delete: pwdAccountLockedTime');
    expect(await binds(alicesEntry, 'correct horse')).toBe(0);
  });

  test('a person takes no short password, and none that slapd cannot read; what it keeps is Argon2, also of old ones', async () => {
    await change(`cn=default,ou=policies,${base}`, 'replace: pwdInHistory\npwdInHistory: 3');
    const passes = (own: string, words: string): Promise<{ exitCode: number; stdout: string; stderr: string }> =>
      room.attempt('db', `${trusting} ldappasswd ${asAlice} -w '${own}' ${words}`);
    expect((await passes('correct horse', '-s a')).stderr + (await passes('correct horse', '-s a')).stdout).toContain(
      '19',
    );
    const hashed = `dn: ${alicesEntry}\nchangetype: modify\nreplace: userPassword\nuserPassword: {SSHA}PKh3Rz3RMmrXzTUvCPHfXIiqiDgoOyWk\n`;
    expect((await room.attempt('db', `${trusting} ldapmodify ${asAlice} -w 'correct horse'`, hashed)).exitCode).toBe(
      19,
    );
    expect((await passes('correct horse', "-s 'longer horse'")).exitCode).toBe(0);
    const found = await room.run(
      'common',
      `ldapsearch ${asRoot} -LLL -o ldif-wrap=no -b ${alicesEntry} userPassword pwdHistory`,
    );
    const kept = [...found.matchAll(/^userPassword:: (.*)$/gm)].map(([, text = '']) =>
      Buffer.from(text, 'base64').toString(),
    );
    expect(kept).toEqual([expect.stringMatching(/^\{ARGON2\}\$argon2/)]);
    expect(found).toContain('pwdHistory:');
    // A guest's root asks for everything there is of everybody.
    const own = `-ZZ -x -H ldap://common.home.arpa -D cn=db,ou=guests,${base} -y /tmp/password`;
    await room.run('db', 'sed -n "s/^bindpw //p" /etc/nslcd.conf | tr -d "\\n" >/tmp/password');
    const all = await room.run('db', `${trusting} ldapsearch ${own} -LLL -o ldif-wrap=no -b ${base} '*' '+'`);
    expect(all).toContain(`dn: ${alicesEntry}`);
    expect(all).not.toMatch(/^(userPassword|pwdHistory)|ARGON2|SSHA/im);
    const second = `dn: cn=db,ou=guests,${base}\nchangetype: modify\nadd: userPassword\nuserPassword: my own for later\n`;
    expect((await room.attempt('db', `${trusting} ldapmodify ${own}`, second)).exitCode).toBe(50);
    await room.run('common', `ldappasswd ${asRoot} -s 'correct horse' ${alicesEntry}`);
  });

  test('who is locked, or whose account has expired, does not get in by a key, nor has one', async () => {
    const isLetIn = async (machine: string): Promise<boolean> =>
      (await room.attempt(machine, 'pamtester kvm alice acct_mgmt')).exitCode === 0;
    const keys = (): Promise<string> => room.run('web', '/etc/kvm/ssh/authorized-keys alice');
    const forget = (): Promise<unknown> => room.attempt('web', 'sss_cache -E');
    const everywhere = async (): Promise<unknown[]> => {
      await forget();
      return [await isLetIn('web'), await isLetIn('db'), await keys()];
    };
    expect(await everywhere()).toEqual([true, true, key]);
    await change(alicesEntry, 'add: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z');
    expect(await everywhere()).toEqual([false, false, '']);
    await change(alicesEntry, 'delete: pwdAccountLockedTime');
    expect(await everywhere()).toEqual([true, true, key]);
    await change(alicesEntry, 'add: objectClass\nobjectClass: shadowAccount', 'add: shadowExpire\nshadowExpire: 1');
    expect(await everywhere()).toEqual([false, false, '']);
    await change(alicesEntry, 'delete: shadowExpire');
    expect(await everywhere()).toEqual([true, true, key]);
    expect((await room.attempt('web', "/etc/kvm/ssh/authorized-keys '-x'")).exitCode).toBe(1);
  });

  test('a tree from before gets what it lacks, and keeps what was chosen there', async () => {
    const policy = `cn=default,ou=policies,${base}`;
    const quality = (): Promise<string> =>
      room.run('common', `ldapsearch ${asRoot} -LLL -b ${policy} pwdCheckQuality | sed -n 's/^pwdCheckQuality: //p'`);
    await change(policy, 'delete: pwdCheckQuality');
    await change(`cn=db,ou=guests,${base}`, 'delete: pwdPolicySubentry');
    await room.run('common', '/etc/kvm/ldap/fill');
    expect(await quality()).toBe('2');
    expect(
      await room.run('common', `ldapsearch ${asRoot} -LLL -b cn=db,ou=guests,${base} pwdPolicySubentry`),
    ).toContain('cn=machines');
    await change(policy, 'replace: pwdCheckQuality\npwdCheckQuality: 1');
    await room.run('common', '/etc/kvm/ldap/fill');
    expect(await quality()).toBe('1');
    await change(policy, 'replace: pwdCheckQuality\npwdCheckQuality: 2');
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
      await recordRollOut(setups, room.secrets);
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

  test('root of a guest with nslcd does not wait for a server that is off', async () => {
    await room.run('common', 'ip link set eth0 down');
    await room.run('db', 'ip neigh flush dev eth0; timeout 5 id -G root; timeout 5 id -G daemon');
    await room.run('common', 'ip link set eth0 up');
    await room.until('db', 'getent passwd alice');
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
