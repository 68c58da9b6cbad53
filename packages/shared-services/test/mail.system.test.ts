import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SharedServices } from '../src/index.ts';
import { by, dnsmasq, foreignAuthority, guests, names } from './declared.ts';
import { alice, base, startDirectory } from './people.ts';
import { Room } from './room.ts';

const services: SharedServices = {
  ...names,
  auth: { ...by('sssd', 'nslcd'), base, firstId: 20_000 },
  mail: {
    ...by('msmtp', 'ssmtp'),
    aliases: [{ name: 'ops', to: 'root' }],
    relay: ['web'],
    senders: [{ machine: 'web', addresses: ['shop@example.org'] }],
  },
};

describe.skipIf(needs('root', 'unshare', 'apt-get', 'openssl'))('mail', () => {
  let room: Room;

  beforeAll(async () => {
    room = await Room.open(guests);
    const setups = await room.setUp(services);
    await room.start('common', 'dnsmasq', dnsmasq);
    // What Debian's package does when it is installed.
    await room.run(
      'common',
      `cp /usr/share/postfix/master.cf.dist /etc/postfix/master.cf
      install -d -m 0755 /var/spool/postfix /var/lib/postfix; chown postfix:postfix /var/lib/postfix
      postfix -c /etc/postfix set-permissions >/dev/null 2>&1; install -d -m 2775 -g mail /var/mail`,
    );
    await startDirectory(room, 'common');
    await room.run('common', '/etc/kvm/ldap/fill');
    await room.run('common', 'ldapadd -Q -Y EXTERNAL -H ldapi:///', alice);
    await room.run('common', 'install -d -o nslcd -g nslcd /run/nslcd');
    await room.start('common', 'nslcd', 'nslcd -d');
    const handlers = setups.find(({ machine }) => machine === 'common')?.handlers ?? [];
    const commands = handlers.flatMap(({ reads, commands }) =>
      reads.includes('/etc/postfix/main.cf') ? commands : [],
    );
    for (const [program = '', ...words] of commands)
      await room.run('common', [program, ...words.map((word) => `'${word}'`)].join(' '));
    await room.run('common', 'postfix start >/var/log/postfix-start.out 2>&1');
    await room.until('common', "ss -ltn | grep -q ':25 '");
  });

  afterAll(() => room?.[Symbol.asyncDispose]());

  test.each([
    ['msmtp', 'web', 'msmtp ops@home.arpa'],
    ['ssmtp', 'db', 'ssmtp ops@home.arpa'],
  ])("%s's mail lands in a mailbox", async (program, machine, send) => {
    await room.run(machine, send, `Subject: by ${program}\n\nhello\n`);
    await room.until('common', `grep "Subject: by ${program}" /var/mail/kvm-root`);
  });

  test('a person of the directory has a mailbox, and nothing else on the server', async () => {
    expect(await room.until('common', 'getent passwd alice')).toBe(
      'alice:*:20001:20001:Alice:/nonexistent:/usr/sbin/nologin',
    );
    await room.run('web', 'msmtp alice@home.arpa', 'Subject: for a person\n\nhello\n');
    await room.until('common', 'grep "Subject: for a person" /var/mail/alice');
    expect(await room.run('common', "stat -c '%U %a' /var/mail/alice")).toBe('alice 600');
    expect((await room.attempt('web', 'msmtp nobody-known@home.arpa', 'x\n')).exitCode).not.toBe(0);
  });

  test.each(['root@db.home.arpa', 'www-data@web.home.arpa'])(
    "mail to a machine's own account, %s, is root's, and so is what comes back to it",
    async (recipient) => {
      await room.run('web', `msmtp ${recipient}`, `Subject: to ${recipient}\n\nhello\n`);
      await room.until('common', `grep "Subject: to ${recipient}" /var/mail/kvm-root`);
    },
  );

  test('mail to other domains is taken from those who may, and from nobody else', async () => {
    const mail = 'Subject: outwards\n\nhello\n';
    await room.run('web', 'msmtp someone@example.org', mail);
    await room.until('common', 'postqueue -p | grep someone@example.org');
    const refused = await room.attempt('db', 'ssmtp someone@example.org', mail);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stderr).toMatch(/[Rr]elay access denied/);
  });

  /** What the server says to a machine that greets it, encrypted, and wants to send. */
  const says = async (machine: string, sender = `a@${machine}.home.arpa`): Promise<string> => {
    const words = `EHLO x.home.arpa\\r\\nMAIL FROM:<${sender}>\\r\\nRCPT TO:<ops@home.arpa>\\r\\nQUIT\\r\\n`;
    const talk = `printf '${words}' | timeout 20 openssl s_client -quiet -starttls smtp -connect 172.16.60.1:25`;
    const { stdout, stderr } = await room.attempt(machine, talk);
    return stdout + stderr;
  };

  test('a machine that is not listed is refused, and so is who does not encrypt', async () => {
    expect(await says('web')).toMatch(/^250 2\.1\.5 Ok/m);
    expect(await says('stranger')).toMatch(/^554 5\.7\.1 .*Client host rejected/m);
    const plain = "printf 'EHLO x\\r\\nMAIL FROM:<a@home.arpa>\\r\\nQUIT\\r\\n' | nc -w 20 172.16.60.1 25";
    expect((await room.attempt('web', plain)).stdout).toMatch(/^530 5\.7\.0 Must issue a STARTTLS/m);
  });

  test.each([
    ['web', 'boss@home.arpa'],
    ['web', 'root@db.home.arpa'],
    ['web', 'root@common.home.arpa'],
    ['web', 'root'],
    ['db', 'shop@example.org'],
    ['web', 'other@example.org'],
    ['web', 'a@web.home.arpa.example.org'],
  ])('%s does not send in the name of %s', async (machine, sender) => {
    const said = await says(machine, sender);
    expect(said).toMatch(/^5\d\d 5\.\d\.\d <[^>]*>: Sender address rejected/m);
    expect(said).not.toMatch(/^250 2\.1\.5 Ok/m);
  });

  test.each([
    ['web', 'anybody@web.home.arpa'],
    ['web', 'shop@example.org'],
    ['db', ''],
  ])('%s sends in the name of %j', async (machine, sender) => {
    expect(await says(machine, sender)).toMatch(/^250 2\.1\.5 Ok/m);
  });

  test('guests are well, the one that may send elsewhere and the one that may not', async () => {
    expect(await Promise.all([room.ailments(services, 'web', 'mail'), room.ailments(services, 'db', 'mail')])).toEqual([
      [],
      [],
    ]);
  });

  test('with a foreign authority or a server of another name, msmtp sends nothing', async () => {
    const send = (): Promise<{ exitCode: number }> =>
      room.attempt('web', 'msmtp ops@home.arpa', 'Subject: astray\n\nx\n');
    await room.run('web', 'cat >/etc/kvm/tls/ca.crt', await foreignAuthority(room));
    expect((await send()).exitCode).not.toBe(0);
    const ailments = (await room.ailments(services, 'web', 'mail')).join('\n');
    expect(ailments).toMatch(/^bad: common\.home\.arpa takes mail of web/m);
    expect(ailments).toMatch(/^bad: msmtp of web knows common\.home\.arpa: .*certificate/m);
    await room.setUp(services);
    await room.run(
      'web',
      "echo '172.16.60.1 other.home.arpa' >>/etc/hosts; sed -i 's/^host common/host other/' /etc/msmtprc",
    );
    expect((await send()).exitCode).not.toBe(0);
    expect((await room.attempt('common', 'grep astray /var/mail/kvm-root')).exitCode).toBe(1);
  });
});
