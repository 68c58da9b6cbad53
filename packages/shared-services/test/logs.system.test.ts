import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SharedServices } from '../src/index.ts';
import { by, dnsmasq, foreignAuthority, guests, names } from './declared.ts';
import { Room } from './room.ts';

const services: SharedServices = { ...names, logs: { ...by('syslog-ng', 'syslog-ng'), keepDays: 90 } };

const today = (machine: string): string => `/var/log/guests/${machine}.home.arpa/$(date +%Y-%m-%d).log`;

describe.skipIf(needs('root', 'unshare', 'apt-get', 'openssl'))('logs by syslog-ng over TLS', () => {
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
    await listen('db');
    await room.run('db', 'hostname web; logger --rfc5424 -t trial "I am web"; hostname db');
    await room.until('common', `grep "I am web" ${today('db')}`);
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
    // TLS 1.3 tells a client only after its own first words that it was refused.
    const bare = `(sleep 1; echo "<13>1 - x trial - - - refused"; sleep 1) | openssl s_client -quiet -connect 172.16.60.1:6514`;
    await room.attempt('stranger', bare);
    await room.until('common', 'grep -i "peer did not return a certificate" /var/log/syslog');
    expect((await room.attempt('common', 'grep -r refused /var/log/guests')).exitCode).toBe(1);
  });
});
