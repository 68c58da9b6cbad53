import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SharedServices } from '../src/index.ts';
import { by, dnsmasq, foreignAuthority, guests, names } from './declared.ts';
import { Room } from './room.ts';

const services: SharedServices = {
  ...names,
  time: { ...by('chrony', 'chrony'), upstreams: [], hostClock: false },
};

describe.skipIf(needs('root', 'unshare', 'apt-get', 'openssl'))('names and time', () => {
  let room: Room;

  beforeAll(async () => {
    room = await Room.open(guests);
    await room.setUp(services);
    await room.start('common', 'dnsmasq', dnsmasq);
    await room.until('web', 'dig +short +time=1 +tries=1 common.home.arpa | grep .');
  });

  afterAll(() => room?.[Symbol.asyncDispose]());

  test('a guest asks for names, addresses, services, and names that are nobody', async () => {
    const questions = [
      ...['common.home.arpa A', '-x 172.16.65.1', 'ntp.home.arpa A'],
      ...['_ntp._udp.home.arpa SRV', 'nobody.home.arpa A'],
    ];
    const answers = await room.run('web', questions.map((each) => `dig +short +time=2 ${each}`).join('; echo; '));
    expect(answers.split('\n\n')).toEqual([
      '172.16.60.1',
      'web.home.arpa.',
      'common.home.arpa.\n172.16.60.1',
      '0 0 123 common.home.arpa.\n',
    ]);
  });

  test('the C library finds the server by its short name', async () => {
    expect(await room.run('db', 'getent ahostsv4 common')).toMatch(/^172\.16\.60\.1 /);
  });

  describe('time', () => {
    beforeAll(async () => {
      for (const machine of ['common', 'web', 'stranger'])
        await room.run(machine, 'install -d -m 0750 -o _chrony -g _chrony /run/chrony /var/lib/chrony');
      await room.start('common', 'chronyd', 'chronyd -x -n -u _chrony -f /etc/chrony/chrony.conf');
    });

    /** Whether a machine gets the time by its configuration and nothing that it remembers; its clock is left alone. */
    const getsTime = async (machine: string): Promise<boolean> =>
      (await room.attempt(machine, 'rm -f /var/lib/chrony/*.nts; chronyd -x -Q -t 10 -f /etc/chrony/chrony.conf'))
        .exitCode === 0;

    test('a guest gets the time by NTS', async () => {
      await room.start('web', 'chronyd', 'chronyd -x -n -u _chrony -f /etc/chrony/chrony.conf');
      const sources = await room.until('web', 'chronyc -n sources | grep "^\\^\\*"');
      expect(sources).toContain('172.16.60.1');
      expect(await room.run('web', 'chronyc -n authdata')).toMatch(/172\.16\.60\.1 +NTS +\d+ +15 +256/);
      await room.stop('web', 'chronyd');
    });

    test('a machine that is no client gets none', async () => {
      await room.run('stranger', 'mkdir -p /etc/chrony; cat >/etc/chrony/chrony.conf', 'server 172.16.60.1 iburst\n');
      expect(await getsTime('stranger')).toBe(false);
    });

    test('with a foreign authority, or from a server of another name, a guest takes none', async () => {
      await room.run('web', 'cat >/etc/chrony/kvm-ca.crt', await foreignAuthority(room));
      expect(await getsTime('web')).toBe(false);
      await room.setUp(services);
      expect(await getsTime('web')).toBe(true);
      await room.run('web', "echo '172.16.60.1 other.home.arpa' >>/etc/hosts");
      await room.run('web', "sed -i 's/^server common/server other/' /etc/chrony/chrony.conf");
      expect(await getsTime('web')).toBe(false);
    });
  });
});
