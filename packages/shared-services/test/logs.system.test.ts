import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderServices, type SharedServices } from '../src/index.ts';
import { withSecrets } from '../src/run/index.ts';
import { by, dnsmasq, foreignAuthority, guests, names } from './declared.ts';
import { Room } from './room.ts';

const today = (machine: string): string => `/var/log/guests/${machine}.home.arpa/$(date +%Y-%m-%d).log`;

const missing = needs('root', 'unshare', 'apt-get', 'openssl');

describe.skipIf(missing)('logs by syslog-ng over TLS', () => {
  const services: SharedServices = { ...names, logs: { ...by('syslog-ng', 'syslog-ng'), keepDays: 90 } };
  let room: Room;

  const listen = async (machine: string): Promise<void> => {
    await room.start(machine, 'syslog-ng', 'syslog-ng -F --no-caps');
    await room.until(machine, '[ -S /dev/log ]');
  };

  beforeAll(async () => {
    room = await Room.open(guests);
    await room.setUp(services);
    await room.start('common', 'dnsmasq', dnsmasq);
    await room.start('common', 'syslog-ng', 'syslog-ng -F --no-caps');
    await room.until('common', "ss -ltn | grep -q ':6514 '");
  });

  afterAll(() => room?.[Symbol.asyncDispose]());

  test('a line is in the folder of its guest, whatever it says of itself', async () => {
    await listen('web');
    await room.run('web', 'logger -t trial "over TLS"');
    expect(await room.until('common', `grep "over TLS" ${today('web')}`)).toMatch(
      / web\.home\.arpa user\.notice trial/,
    );
    expect(await room.ailments(services, 'web', 'logs')).toEqual([]);
    await listen('db');
    await room.run('db', 'hostname web; logger --rfc5424 -t trial "I am web"; hostname db');
    await room.until('common', `grep "I am web" ${today('db')}`);
  });

  test('a guest that the inventory has no more is not listened to, though its certificate is still good', async () => {
    const common = (of: SharedServices) =>
      renderServices(of).filter(({ machine, files }) => machine === 'common' && files.length > 0);
    const restart = async (of: SharedServices): Promise<void> => {
      await room.stop('common', 'syslog-ng');
      for (const setup of await withSecrets(common(of), room.secrets)) await room.install(setup);
      await room.start('common', 'syslog-ng', 'syslog-ng -F --no-caps');
      await room.until('common', "ss -ltn | grep -q ':6514 '");
    };
    const { logs } = services;
    if (logs === undefined) throw new Error('no logs');
    await restart({ ...services, logs: { ...logs, clients: logs.clients.filter(({ machine }) => machine === 'web') } });
    const say = (machine: string): Promise<unknown> => {
      const own = '-cert /etc/kvm/tls/syslog-ng.crt -key /etc/kvm/tls/syslog-ng.key';
      const line = `<13>1 - ${machine} trial - - - still here ${machine}`;
      return room.attempt(
        machine,
        `(sleep 1; echo '${line}'; sleep 1) | openssl s_client -quiet -no_ign_eof ${own} -connect 172.16.60.1:6514`,
      );
    };
    await say('db');
    await say('web');
    await room.until('common', `grep "still here web" ${today('web')}`);
    expect((await room.attempt('common', 'grep -r "still here db" /var/log/guests')).exitCode).toBe(1);
    await restart(services);
  });

  test('with a foreign authority or a server of another name nothing is sent, without a certificate nothing taken', async () => {
    for (const machine of ['web', 'db']) await room.stop(machine, 'syslog-ng');
    await room.run('web', 'cat >/etc/kvm/tls/ca.crt', await foreignAuthority(room));
    await room.run('db', "echo '172.16.60.1 other.home.arpa' >>/etc/hosts");
    await room.run('db', `sed -i 's/"common.home.arpa"/"other.home.arpa"/' /etc/syslog-ng/syslog-ng.conf`);
    for (const machine of ['web', 'db']) {
      await room.run(machine, 'rm -f /dev/log /var/log/syslog');
      await listen(machine);
      await room.run(machine, 'logger -t trial refused');
    }
    await room.until('web', 'grep -i "certificate verify failed" /var/log/syslog');
    await room.until('db', 'grep -iE "(hostname|certificate).*(fail|match|error|invalid)" /var/log/syslog');
    expect((await room.ailments(services, 'web', 'logs')).join('\n')).toMatch(/^bad: .* certificate: /m);
    // TLS 1.3 tells a client only after its own first words that it was refused.
    const bare = `(sleep 1; echo "<13>1 - x trial - - - refused"; sleep 1) | openssl s_client -quiet -connect 172.16.60.1:6514`;
    await room.attempt('stranger', bare);
    await room.until('common', 'grep -i "peer did not return a certificate" /var/log/syslog');
    expect((await room.attempt('common', 'grep -r refused /var/log/guests')).exitCode).toBe(1);
  });
});

describe.skipIf(missing)('logs by RELP, and journals', () => {
  const services: SharedServices = { ...names, logs: { ...by('rsyslog', 'journald'), keepDays: 90 } };
  let room: Room;

  /** As Debian's own rsyslog.conf does, which reads the folder of ours. */
  const rsyslogd = 'rsyslogd -n -f /etc/rsyslog.conf';

  beforeAll(async () => {
    room = await Room.open(guests);
    await room.setUp(services);
    await room.start('common', 'dnsmasq', dnsmasq);
    await room.start('common', 'rsyslogd', rsyslogd);
    await room.until('common', "ss -ltn | grep -q ':2514 '");
    await room.start('web', 'rsyslogd', rsyslogd);
    await room.until('web', '[ -S /dev/log ]');
  });

  afterAll(() => room?.[Symbol.asyncDispose]());

  test('no line is lost while the server is away, nor when it comes back', async () => {
    expect(await room.ailments(services, 'web', 'logs')).toEqual([]);
    const say = (from: number, to: number): Promise<string> =>
      room.run('web', `for i in $(seq ${from} ${to}); do echo "line-$i."; done | logger -t trial`);
    await say(1, 200);
    await room.stop('common', 'rsyslogd');
    await say(201, 400);
    await room.start('common', 'rsyslogd', rsyslogd);
    await say(401, 600);
    const count = `grep -ohE "line-[0-9]+\\." ${today('web')} | sort -u | wc -l | grep -x 600`;
    await room.until('common', count, 120);
  });

  test('a journal goes to the server, and is found there by the name of its guest', async () => {
    const journals = '/lib/systemd/systemd-journal-remote';
    await room.run('common', 'install -d -o systemd-journal-remote /var/log/journal/remote');
    const remote = `setpriv --reuid systemd-journal-remote --regid systemd-journal-remote --clear-groups ${journals}`;
    // Its socket's port, which systemd would hand over.
    await room.start('common', 'journal-remote', `${remote} --listen-https=19532 --output=/var/log/journal/remote/`);
    await room.until('common', "ss -ltn | grep -q ':19532 '");
    const entry =
      '__REALTIME_TIMESTAMP=1700000000000000\n__MONOTONIC_TIMESTAMP=1\n_HOSTNAME=db\nMESSAGE=by journal\n\n';
    await room.run('db', `mkdir -p /var/log/journal/own; ${journals} -o /var/log/journal/own/system.journal -`, entry);
    // As systemd does for the unit, by the rendered LoadCredential.
    const credentials = '/run/credentials/systemd-journal-upload.service';
    await room.run('db', `mkdir -p ${credentials}; cp /etc/kvm/tls/journal-upload.key ${credentials}/key`);
    await room.start(
      'db',
      'journal-upload',
      '/lib/systemd/systemd-journal-upload -D /var/log/journal/own --save-state=/run/state',
    );
    await room.until('common', 'journalctl -D /var/log/journal/remote | grep "db .*by journal"');
    // No journald runs here that the doctor could say something to; the ways to the server are as they should be.
    expect(await room.ailments(services, 'db', 'logs')).toEqual([
      expect.stringContaining('/dev/log'),
      expect.stringContaining('not tried'),
    ]);
  });
});
