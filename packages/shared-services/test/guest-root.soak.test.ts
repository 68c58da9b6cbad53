import { needs } from '@kvm/ci/needs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { SharedServices } from '../src/index.ts';
import { by, dnsmasq, guests, names } from './declared.ts';
import { alice, base, startDirectory } from './people.ts';
import { Room } from './room.ts';

const services: SharedServices = {
  ...names,
  auth: { ...by('sssd', 'nslcd'), base, firstId: 20000 },
  logs: { ...by('syslog-ng', 'syslog-ng'), keepDays: 90 },
  mail: { ...by('msmtp', 'msmtp'), aliases: [{ name: 'ops', to: 'root' }], relay: ['web'] },
};

/** What a guest's root tries against the common server, over and over; what it must not get is counted. */
describe.skipIf(needs('root', 'unshare', 'apt-get', 'openssl'))("a guest's root against the common server", () => {
  let room: Room;
  let tried = 0;
  let right = 0;

  const on = (command: string, input = '') => room.attempt('web', command, input);
  /** Counts an attempt, and whether it ended as it must. */
  function count(isRight: boolean, what: string): void {
    tried += 1;
    if (isRight) right += 1;
    else process.stderr.write(`wrong: ${what}\n`);
  }

  beforeAll(async () => {
    room = await Room.open(guests);
    await room.setUp(services);
    await room.start('common', 'dnsmasq', dnsmasq);
    await startDirectory(room, 'common');
    await room.run('common', '/etc/kvm/ldap/fill');
    await room.run('common', 'ldapadd -Q -Y EXTERNAL -H ldapi:///', alice);
    await room.start('common', 'syslog-ng', 'syslog-ng -F --no-caps');
    await room.run(
      'common',
      `cp /usr/share/postfix/master.cf.dist /etc/postfix/master.cf
      install -d -m 0755 /var/spool/postfix /var/lib/postfix; chown postfix:postfix /var/lib/postfix
      postfix -c /etc/postfix set-permissions >/dev/null 2>&1; install -d -m 2775 -g mail /var/mail
      install -o nobody -g mail -m 0600 /dev/null /var/mail/kvm-root; postfix start >/var/log/postfix-start.out 2>&1`,
    );
    for (const port of [25, 6514]) await room.until('common', `ss -ltn | grep -q ':${port} '`);
    await room.run('web', 'sed -n "s/^ldap_default_authtok = //p" /etc/sssd/sssd.conf | tr -d "\\n" >/tmp/own');
    await room.run('db', 'sed -n "s/^bindpw //p" /etc/nslcd.conf | tr -d "\\n" >/tmp/own');
  });
  afterAll(() => room?.[Symbol.asyncDispose]());
  afterEach(({ task }) => {
    process.stderr.write(`${task.name}: ${tried} tried, ${right} right\n`);
    [tried, right] = [0, 0];
  });

  const ldap = 'LDAPTLS_CACERT=/etc/kvm/tls/ca.crt';
  const to = '-ZZ -x -H ldap://common.home.arpa';
  const account = (name: string): string => `cn=${name},ou=guests,${base}`;
  const asOwn = `${to} -D ${account('web')} -y /tmp/own`;

  test('lockouts', async () => {
    for (const dn of [account('web'), account('db'), account('common'), `cn=admin,${base}`])
      for (let round = 0; round < 25; round += 1) {
        const { exitCode } = await on(`${ldap} ldapwhoami ${to} -D ${dn} -w wrong${round}`);
        count(exitCode === 49, `${dn} bound`);
      }
    for (const machine of ['web', 'db']) {
      const own = `${ldap} ldapwhoami ${to} -D ${account(machine)} -y /tmp/own`;
      count((await room.attempt(machine, own)).exitCode === 0, `${machine} is locked out`);
    }
    expect([tried, right]).toEqual([102, 102]);
  });

  test("other guests' names in the directory", async () => {
    for (const name of ['db', 'common', 'stranger', 'nobody', 'web,ou=guests'])
      for (const password of ['-y /tmp/own', "-w ''", '-w web', '-w secret']) {
        const { exitCode } = await on(`${ldap} ldapwhoami ${to} -D '${account(name)}' ${password}`);
        count(exitCode !== 0, `bound as ${name} by ${password}`);
      }
    expect(right).toBe(tried);
  });

  test("others' hashes", async () => {
    const people = [`uid=alice,ou=people,${base}`, `uid=bob,ou=people,${base}`, account('db'), account('web'), base];
    for (const dn of people)
      for (const words of [
        "'*' '+'",
        'userPassword',
        'pwdHistory',
        'userPassword;binary',
        '@simpleSecurityObject',
        'userPKCS12',
      ]) {
        const { stdout } = await on(`${ldap} ldapsearch ${asOwn} -LLL -o ldif-wrap=no -b '${dn}' ${words}`);
        count(!/^(userPassword|pwdHistory)|\{(SSHA|ARGON2)\}|e1NTSEF|e0FSR09/im.test(stdout), `${dn}: ${words}`);
      }
    for (const filter of [
      'userPassword=*',
      'pwdHistory=*',
      'userPassword={SSHA}*',
      'userPassword>=a',
      'pwdHistory>=0',
    ]) {
      const { stdout } = await on(`${ldap} ldapsearch ${asOwn} -LLL -b ${base} '(${filter})' dn`);
      count(!stdout.includes('dn:'), `filter ${filter}`);
    }
    for (const dn of people) {
      const { exitCode } = await on(`${ldap} ldapcompare ${asOwn} '${dn}' 'userPassword:correct horse'`);
      count(exitCode !== 6, `compared ${dn}`);
    }
    expect(right).toBe(tried);
  });

  test('writing to the directory', async () => {
    const changes: readonly (readonly [string, string])[] = [
      [`cn=login,ou=groups,${base}`, 'add: member\nmember: uid=bob,ou=people,dc=home,dc=arpa'],
      [`cn=admins,ou=groups,${base}`, 'add: memberUid\nmemberUid: bob'],
      [`cn=admins,ou=sudoers,${base}`, 'add: sudoUser\nsudoUser: ALL'],
      [`uid=alice,ou=people,${base}`, 'replace: sshPublicKey\nsshPublicKey: ssh-ed25519 AAAA mine'],
      [`uid=alice,ou=people,${base}`, 'replace: userPassword\nuserPassword: mine for now'],
      [`uid=alice,ou=people,${base}`, 'replace: uidNumber\nuidNumber: 0'],
      [`uid=alice,ou=people,${base}`, 'add: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z'],
      [account('db'), 'replace: userPassword\nuserPassword: mine for now'],
      [account('web'), 'add: userPassword\nuserPassword: mine for later'],
      [account('web'), `replace: pwdPolicySubentry\npwdPolicySubentry: cn=default,ou=policies,${base}`],
      [`cn=default,ou=policies,${base}`, 'replace: pwdCheckQuality\npwdCheckQuality: 0'],
      ['olcDatabase={1}mdb,cn=config', 'replace: olcAccess\nolcAccess: to * by * write'],
    ];
    for (const [dn, change] of changes) {
      const { exitCode } = await on(`${ldap} ldapmodify ${asOwn}`, `dn: ${dn}\nchangetype: modify\n${change}\n`);
      count(exitCode === 50, `${dn}: ${change.split('\n')[0]} ended with ${exitCode}`);
    }
    const entry = `dn: uid=eve,ou=people,${base}\nobjectClass: inetOrgPerson\nuid: eve\ncn: e\nsn: e\n`;
    count((await on(`${ldap} ldapadd ${asOwn}`, entry)).exitCode === 50, 'added a person');
    count((await on(`${ldap} ldapdelete ${asOwn} ${account('db')}`)).exitCode === 50, 'removed an account');
    expect(right).toBe(tried);
  });

  test("logs under another's name", async () => {
    const send = (line: string, identity: string): Promise<unknown> =>
      on(
        `(sleep 0.5; printf '%s\\n' "$LINE"; sleep 0.5) | openssl s_client -quiet -no_ign_eof ${identity} -connect 172.16.60.1:6514`.replace(
          '"$LINE"',
          `'${line}'`,
        ),
      );
    const own = '-cert /etc/kvm/tls/syslog-ng.crt -key /etc/kvm/tls/syslog-ng.key';
    const hosts = ['db', 'db.home.arpa', '../db.home.arpa', '../../../../etc/cron.d/x', 'common', '-', '$(id)', '%n'];
    for (const [index, host] of hosts.entries()) await send(`<13>1 - ${host} trial - - - forged-${index}.`, own);
    // A certificate that web signs by its own key, one by itself, and another's name in it.
    await room.run(
      'web',
      `cd /tmp; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout self.key -out self.crt -subj /CN=db.home.arpa -days 2 2>/dev/null
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout sub.key -out sub.crt -subj /CN=db.home.arpa -days 2 -CA /etc/kvm/tls/syslog-ng.crt -CAkey /etc/kvm/tls/syslog-ng.key 2>/dev/null
      cat /etc/kvm/tls/syslog-ng.crt >chain.crt`,
    );
    await send('<13>1 - db trial - - - forged-self.', '-cert /tmp/self.crt -key /tmp/self.key');
    await send('<13>1 - db trial - - - forged-sub.', '-cert /tmp/sub.crt -key /tmp/sub.key -cert_chain /tmp/chain.crt');
    await room.until('common', `grep -r 'forged-${hosts.length - 1}\\.' /var/log/guests`);
    const found = await room.attempt(
      'common',
      "grep -rl 'forged-' /var/log /etc/cron.d 2>/dev/null | grep -v '/openssl'",
    );
    for (let index = 0; index < hosts.length; index += 1) {
      const { stdout } = await room.attempt('common', `grep -rl 'forged-${index}\\.' /var/log/guests /etc/cron.d`);
      count(
        /^\/var\/log\/guests\/web\.home\.arpa\/[\d-]+\.log$/.test(stdout),
        `${hosts[index]}: ${stdout || 'nowhere'}`,
      );
    }
    for (const name of ['self', 'sub'])
      count(
        (await room.attempt('common', `grep -r 'forged-${name}\\.' /var/log/guests`)).exitCode === 1,
        `${name} was taken`,
      );
    expect(found.stdout).not.toMatch(/\/db\.home\.arpa\//);
    expect(right).toBe(tried);
  });

  test('mail in the name of others, to elsewhere, and through others', async () => {
    const says = async (sender: string, recipient: string): Promise<string> => {
      const words = `EHLO x.home.arpa\\r\\nMAIL FROM:<${sender}>\\r\\nRCPT TO:<${recipient}>\\r\\nQUIT\\r\\n`;
      const talk = `printf '${words}' | timeout 20 openssl s_client -quiet -starttls smtp -connect 172.16.60.1:25`;
      const { stdout, stderr } = await on(talk);
      return stdout + stderr;
    };
    const forged = [
      ...['boss@home.arpa', 'root@home.arpa', 'root@common.home.arpa', 'root@db.home.arpa', 'root', 'postmaster'],
      ...['root@DB.HOME.ARPA', 'a@example.org', 'a@home.arpa.web.home.arpa.example.org', 'a%db.home.arpa@home.arpa'],
      ...['"a@db.home.arpa"@home.arpa', 'web.home.arpa@home.arpa', 'a@[172.16.60.1]', '@web.home.arpa:boss@home.arpa'],
      ...['boss@home.arpa@web.home.arpax', 'root@localhost', 'a+web.home.arpa@home.arpa'],
    ];
    for (const sender of forged) count(!/^250 2\.1\.5/m.test(await says(sender, 'ops@home.arpa')), `from ${sender}`);
    for (const sender of ['a@web.home.arpa', ''])
      count(/^250 2\.1\.5/m.test(await says(sender, 'ops@home.arpa')), `not from ${sender}`);
    expect(right).toBe(tried);
  });
});
