import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MachineSetup, SharedServices } from '../src/index.ts';
import { dnsmasq, foreignAuthority, guests, names } from './declared.ts';
import { Room } from './room.ts';

/** Two more guests, for the other programs. */
const more = [
  { name: 'small', address: '172.16.66.1' },
  { name: 'old', address: '172.16.67.1' },
];

const services: SharedServices = {
  ...names,
  machines: [...names.machines, ...more.map(({ name, address }) => ({ name, addresses: [address] }))],
  dns: {
    server: 'common',
    clients: [
      { machine: 'web', implementation: 'resolv.conf' },
      { machine: 'db', implementation: 'resolv.conf' },
      { machine: 'small', implementation: 'systemd-resolved' },
      { machine: 'old', implementation: 'resolv.conf' },
    ],
    upstreams: ['172.16.99.1'],
    privateZones: ['corp.example', '1.10.in-addr.arpa'],
    replica: 'db',
  },
  time: {
    server: 'common',
    clients: [
      { machine: 'web', implementation: 'chrony' },
      { machine: 'db', implementation: 'chrony' },
      { machine: 'small', implementation: 'timesyncd' },
      { machine: 'old', implementation: 'ntpsec' },
    ],
    upstreams: [],
    hostClock: false,
  },
};

/** What runs a daemon that would set this machine's clock, which it is not to. */
const withoutClock = 'setpriv --bounding-set=-sys_time --inh-caps=-sys_time';
const asUser = 'setpriv --reuid systemd-timesync --regid systemd-timesync --clear-groups';

describe.skipIf(needs('root', 'unshare', 'apt-get', 'openssl'))('names and time', () => {
  let room: Room;
  let setups: MachineSetup[];

  beforeAll(async () => {
    room = await Room.open([...guests, ...more]);
    setups = await room.setUp(services);
    await room.start('common', 'dnsmasq', dnsmasq);
    for (const machine of ['common', 'web', 'db', 'stranger'])
      await room.run(machine, 'install -d -m 0750 -o _chrony -g _chrony /run/chrony /var/lib/chrony');
    const chronyd = 'chronyd -x -n -u _chrony -f /etc/chrony/chrony.conf';
    await room.start('common', 'chronyd', chronyd);
    await room.start('web', 'chronyd', chronyd);
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

  test('of a private zone private addresses are taken, and of no other', async () => {
    const zones = ['corp', 'evil'].map((name) => `--address=/${name}.example/10.1.2.3`);
    const records = [...zones, '--ptr-record=3.2.1.10.in-addr.arpa,intra.corp.example'].join(' ');
    await room.start(
      'stranger',
      'upstream',
      `dnsmasq -k -C /dev/null --no-resolv --user=root --pid-file= --bind-interfaces --listen-address=172.16.99.1 ${records}`,
    );
    expect(await room.until('web', 'dig +short +time=2 intra.corp.example | grep .')).toBe('10.1.2.3');
    expect(await room.run('web', 'dig +short +time=2 -x 10.1.2.3')).toBe('intra.corp.example.');
    expect(await room.run('web', 'dig +short +time=2 www.evil.example')).toBe('');
  });

  test('while the server of names is away, the second one answers', async () => {
    await room.stop('common', 'dnsmasq');
    const find = 'timeout 20 getent -s dns ahostsv4 old.home.arpa';
    expect((await room.attempt('web', find)).exitCode).not.toBe(0);
    await room.start('db', 'dnsmasq', dnsmasq);
    expect(await room.until('web', find)).toMatch(/^172\.16\.67\.1 /);
    await room.start('common', 'dnsmasq', dnsmasq);
    expect(await room.ailments(services, 'web', 'dns')).toEqual([]);
  });

  test('systemd-resolved asks the server, and its stub answers the guest', async () => {
    await room.run('small', 'install -d -o systemd-resolve -g systemd-resolve /run/systemd/resolve');
    await room.start('small', 'resolved', '/lib/systemd/systemd-resolved');
    await room.until('small', 'dig @127.0.0.53 +short +time=1 +tries=1 common.home.arpa | grep -x 172.16.60.1');
    await room.run('small', 'ln -sf ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf');
    expect(await room.ailments(services, 'small', 'dns')).toEqual([]);
  });

  /** Whether a machine gets the time by its configuration and nothing that it remembers; its clock is left alone. */
  const getsTime = async (machine: string, seconds: number): Promise<boolean> =>
    (await room.attempt(machine, `rm -f /var/lib/chrony/*.nts; chronyd -x -Q -t ${seconds} -f /etc/chrony/chrony.conf`))
      .exitCode === 0;

  describe.concurrent('time', () => {
    test('a guest with chrony is well: it gets the time by NTS, and from nobody else', async () => {
      await room.until('web', 'chronyc -n sources | grep "^\\^\\*"');
      expect(await room.run('web', 'chronyc -n authdata')).toMatch(/172\.16\.60\.1 +NTS +\d+ +15 +256/);
      expect(await room.ailments(services, 'web')).toEqual([]);
    });

    test('a machine that is no client gets none', async () => {
      await room.run('stranger', 'mkdir -p /etc/chrony; cat >/etc/chrony/chrony.conf', 'server 172.16.60.1 iburst\n');
      expect(await getsTime('stranger', 6)).toBe(false);
    });

    test('from a server of another name, or by a foreign authority, a guest takes none', async () => {
      expect(await getsTime('db', 60)).toBe(true);
      await room.run('db', "echo '172.16.60.1 other.home.arpa' >>/etc/hosts");
      await room.run('db', "sed -i 's/^server common/server other/' /etc/chrony/chrony.conf");
      expect(await getsTime('db', 6)).toBe(false);
      for (const setup of setups) if (setup.machine === 'db') await room.install(setup);
      await room.run('db', 'cat >/etc/chrony/kvm-ca.crt', await foreignAuthority(room));
      expect(await getsTime('db', 6)).toBe(false);
    });

    test('ntpsec gets it by NTS', async () => {
      await room.run('old', 'install -d -o ntpsec -g ntpsec /var/lib/ntpsec /var/log/ntpsec');
      await room.start('old', 'ntpd', `${withoutClock} ntpd -n -c /etc/ntpsec/ntp.conf`);
      await room.until('old', 'ntpq -pn | grep "^\\*172.16.60.1"', 120);
      expect(await room.run('old', 'ntpq -c nts')).toMatch(/^NTS client sends: +[1-9]/m);
      expect(await room.ailments(services, 'old')).toEqual([]);
    });

    test('timesyncd asks the same server', async () => {
      await room.run('small', 'install -d -o systemd-timesync -g systemd-timesync /run/systemd/timesync');
      await room.start('small', 'timesyncd', `${asUser} /lib/systemd/systemd-timesyncd`);
      await room.until(
        'small',
        'grep -E "(Contacted|synchronization to) time server 172.16.60.1" /var/log/timesyncd.out',
      );
    });
  });
});
