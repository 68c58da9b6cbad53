import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Namespace } from '@kvm/ci/namespace';
import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderBarrier, resolvePolicy } from '../src/index.ts';
import { COUNT_RECEIVED, LISTEN, neighbourFrames, oddFrames, SAY, SEND_FRAMES } from './frames.ts';
import { loadIptables, loadNft } from './load.ts';
import { seedPolicy, seedZones } from './policies.ts';
import { type Probe, Room } from './room.ts';

const lacks = needs('root', 'ip', 'tc', 'unshare', 'nsenter', 'nft', 'iptables', 'ipset');
const policy = resolvePolicy(seedPolicy, seedZones);
const { content } = renderBarrier(policy);

test.skipIf(needs('shellcheck'))('a shell reads it', () => {
  for (const shell of ['dash', 'busybox sh']) {
    const [program = '', ...words] = shell.split(' ');
    expect(spawnSync(program, [...words, '-n'], { input: content, encoding: 'utf8' })).toMatchObject({ status: 0 });
  }
  expect(spawnSync('shellcheck', ['-'], { input: content, encoding: 'utf8' })).toMatchObject({ status: 0, stdout: '' });
});

describe.skipIf(lacks)('the barrier alone', () => {
  let host: Namespace;
  const barrier = (...words: string[]): string => host.sh(`sh -s ${words.join(' ')}`, content);
  const rules = (family: string): string => host.sh(`ip ${family} rule show`);
  const missing = (): string[] =>
    barrier('check')
      .split('\n')
      .filter((line) => line !== '');

  beforeAll(async () => {
    host = await Namespace.open();
    for (const tap of ['tun0', 'tun7', 'tun65']) host.sh(`ip link add ${tap} type veth peer name p${tap}`);
  });
  afterAll(() => host.close());

  test('is there for all taps, for one alone, and again after somebody has taken parts of it away', () => {
    const before = rules('-4');
    expect(missing()).toHaveLength(10);
    barrier('tap', 'tun65');
    expect(missing()).toEqual(['ip -4 rule', 'ip -6 rule', 'tc filter'].map((what) => `barrier: ${what}, tun7`));
    barrier('on');
    expect(missing()).toEqual([]);
    expect(rules('-4')).not.toContain('tun0');
    const whole = rules('-4');
    barrier('on');
    expect(rules('-4')).toBe(whole);
    for (const harm of [
      'ip rule flush; ip rule add pref 32766 lookup main; ip rule add pref 32767 lookup default',
      'ip -6 rule del pref 0 iif lo',
      'ip rule del pref 0 iif tun7',
      'ip rule del pref 0 lookup local',
      'ip rule del pref 1',
      'ip rule del pref 2 ipproto udp',
      'ip rule del pref 3',
      'tc qdisc del dev tun65 clsact',
      'tc filter del dev tun7 ingress',
      'echo 0 >/proc/sys/net/ipv4/conf/all/src_valid_mark',
      'echo 1 >/proc/sys/net/ipv4/ip_early_demux',
    ]) {
      host.sh(harm);
      expect(missing().length).toBeGreaterThan(0);
      barrier('tap', 'tun65');
      barrier('on');
      expect(missing()).toEqual([]);
      const own = rules('-4')
        .split('\n')
        .filter((line) => /^[013]:/.test(line));
      expect(own.map((line) => line.replace(/.*from all /, ''))).toEqual([
        expect.stringContaining('goto 3'),
        expect.stringContaining('goto 3'),
        expect.stringContaining('goto 3'),
        expect.stringMatching(/^iif tun/),
        expect.stringMatching(/^iif tun/),
        'lookup local',
        'goto 3',
        'lookup local',
      ]);
    }
    barrier('off');
    expect(rules('-4')).toBe(before);
    expect(missing()).toHaveLength(8);
  });

  test('taps that come at the same time', () => {
    for (let vmid = 100; vmid < 120; vmid += 1) host.sh(`ip link add tun${vmid} type veth peer name q${vmid}`);
    host.write('/run/barrier', content);
    host.sh('for tap in $(seq 100 119); do sh /run/barrier tap tun$tap & done; wait');
    expect(missing().filter((line) => /tun1\d\d/.test(line))).toEqual([]);
    expect(rules('-4').match(/lookup local/g)).toHaveLength(2);
  });

  test('a tap that goes meanwhile holds nothing up', () => {
    host.write('/run/barrier', content);
    const churn = 'while :; do ip link add tun70 type veth peer name p70; ip link del tun70; done >/dev/null 2>&1 & ';
    host.sh(
      `${churn} for try in $(seq 12); do sh /run/barrier on 2>>/run/errors || { kill $!; exit 1; }; done; kill $!`,
    );
  });

  test('nor does one in whose place another of its name has come, which is closed on its own', () => {
    host.write('/run/barrier', content);
    const again = 'ip link add tun71 type veth peer name p71';
    host.write(
      '/run/late/tc',
      `#!/bin/sh\ncase "$*" in *replace*tun71*) ip link del tun71; ${again} ;; esac\nexec env PATH="$REAL" tc "$@"\n`,
    );
    host.sh(`${again}; chmod +x /run/late/tc; REAL=$PATH PATH=/run/late:$PATH sh /run/barrier on; ip link del tun71`);
  });

  test('a tap with something else in its place is told, and the others are closed', () => {
    barrier('on');
    host.sh('ip link add tun6 type veth peer name p6; tc qdisc add dev tun6 ingress; tc qdisc del dev tun7 clsact');
    host.write('/run/barrier', content);
    expect(host.attempt('sh', '/run/barrier', 'on')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('barrier: not closed: tun6. Something else is there'),
    });
    expect(missing()).toEqual(['barrier: tc filter, tun6']);
    host.sh('ip link del tun6');
  });

  test("what libvirt does for <inbound> of a guest's <bandwidth> leaves it as it is", () => {
    barrier('on');
    host.sh(
      'tc qdisc del dev tun7 root || :; tc qdisc del dev tun7 ingress || :; tc qdisc add dev tun7 root handle 1: htb',
    );
    expect(missing()).toEqual([]);
    host.sh('tc qdisc del dev tun7 root');
    expect(missing()).toEqual([]);
  });

  test('names that are none', () => {
    for (const words of ['', 'nonsense', 'tap'])
      expect(host.attempt('sh', '-c', content, 'barrier', ...(words === '' ? [] : [words])).status).not.toBe(0);
  });
});

describe.skipIf(lacks)('real packets, when somebody flushes all rules', () => {
  let room: Room;
  const lan = ['192.168.100.2', 'fd00:100::2'];
  const hostOwn = ['192.168.100.1', 'fd00:100::1'];

  beforeAll(async () => {
    room = await Room.open(seedZones, lan);
  });
  afterAll(() => room.close());

  /** Between all machines, on a port that the rows open and one that they do not. */
  function probes(): Map<Namespace, Probe[]> {
    const machines = [
      { sandbox: room.host, addresses: hostOwn },
      { sandbox: room.lan, addresses: lan },
      ...seedZones.guests.flatMap(({ name, addresses }) => {
        const sandbox = room.guests.get(name);
        return sandbox === undefined ? [] : [{ sandbox, addresses }];
      }),
    ];
    return new Map(
      machines.map(({ sandbox, addresses }) => [
        sandbox,
        addresses.flatMap((from) =>
          machines
            .filter((each) => each.sandbox !== sandbox)
            .flatMap((each) => each.addresses)
            .filter((to) => to.includes(':') === from.includes(':'))
            .flatMap((to) =>
              (['tcp', 'udp'] as const).flatMap((protocol) => [22, 80].map((port) => ({ from, to, protocol, port }))),
            ),
        ),
      ]),
    );
  }

  /** From guests to all that the host receives besides: groups, broadcasts, its other addresses, also from forged sources. */
  function oddities(): Map<Namespace, Probe[]> {
    const guest = room.guests.get('public');
    if (guest === undefined) throw new Error('no guest');
    guest.sh('ip address replace 192.168.100.99 dev eth0; ip address replace fd00:100::99 dev eth0 nodad');
    guest.sh('ip route replace 255.255.255.255 dev eth0; ip route replace 224.0.0.0/4 dev eth0');
    const to4 = ['172.16.65.254', '172.16.66.254', '192.168.100.1', '192.168.100.2', '255.255.255.255', '224.0.0.1'];
    const to6 = ['fd00:61:0:65::254', 'fd00:100::1', 'fd00:100::2', 'ff02::1%eth0'];
    const probe = (from: string, to: string): Probe => ({ from, to, protocol: 'udp', port: 53 });
    return new Map([
      [
        guest,
        [
          ...['172.16.65.1', '192.168.100.99'].flatMap((from) => to4.map((to) => probe(from, to))),
          ...['fd00:61:0:65::1', 'fd00:100::99'].flatMap((from) => to6.map((to) => probe(from, to))),
        ],
      ],
    ]);
  }

  const isOfGuest = (text: string): boolean => /(172\.16\.|fd00:61:|192\.168\.100\.99|fd00:100::99)/.test(text);
  const barrier = (action: string): string => room.host.sh(`sh -s ${action}`, content);
  const tables = ['filter', 'nat', 'mangle', 'raw', 'security'];
  const flushAll = ['iptables', 'ip6tables']
    .flatMap((program) => tables.flatMap((table) => [`${program} -t ${table} -F`, `${program} -t ${table} -X`]))
    .join('; ');

  /** Counted on the host, while rules of ours or none are there. */
  function received(guest: Namespace): string {
    room.host.sh('nft -f -', COUNT_RECEIVED);
    guest.run('perl', '-e', SEND_FRAMES, ...oddFrames);
    return /packets \d+/.exec(room.host.sh('nft list table ip count'))?.[0] ?? '';
  }

  test("a guest asks for neighbours from its own address, and fills the host's table with no other", () => {
    const guest = room.guests.get('public');
    if (guest === undefined) throw new Error('no guest');
    room.host.sh('ip address add 172.16.65.254/24 dev tun65');
    const neighbours = (): string[] => {
      room.host.sh('ip -4 neigh flush dev tun65');
      guest.run('perl', '-e', SEND_FRAMES, ...neighbourFrames);
      return room.host.sh('ip -4 neigh show dev tun65').match(/^\S+/gm) ?? [];
    };
    expect(neighbours().length).toBeGreaterThan(200);
    barrier('on');
    expect(neighbours()).toEqual(['172.16.65.1']);
    room.host.sh('ip address del 172.16.65.254/24 dev tun65');
    barrier('off');
  });

  test('what the kernel routes nowhere, or unpacks, and what is of a connection that was there, does not pass after a flush', async () => {
    room.host.sh('nft flush ruleset');
    const row = { from: 'guests', to: 'host', services: ['tcp/7000'], action: 'accept' } as const;
    loadNft(room.host, resolvePolicy({ rows: [row] }, seedZones));
    barrier('on');
    const guest = room.guests.get('public');
    if (guest === undefined) throw new Error('no guest');
    let heard = '';
    const start = (where: Namespace, script: string, address: string): ChildProcessWithoutNullStreams => {
      const [program, words] = where.enter('perl', '-e', script, address);
      return spawn(program, words);
    };
    const connections: ChildProcessWithoutNullStreams[] = [];
    for (const address of ['172.16.65.254', 'fd00:61:0:65::254']) {
      const server = start(room.host, LISTEN, address);
      server.stdout.on('data', (data) => {
        heard += data;
      });
      await expect.poll(() => heard).toContain(`listens on ${address}`);
      const client = start(guest, SAY, address);
      client.stdin.write('before\n');
      await expect.poll(() => heard).toContain(`${address} heard before`);
      connections.push(server, client);
    }
    expect(received(guest)).toBe('packets 0');
    room.host.sh('nft flush ruleset');
    for (const each of connections) each.stdin.write('after\n');
    expect(received(guest)).toBe('packets 0');
    await sleep(500);
    expect(heard).not.toContain('after');
    for (const each of connections) each.kill();
    barrier('off');
    expect(received(guest)).toBe(`packets ${oddFrames.length}`);
  });

  test.each([
    ['nft', loadNft, ['nft flush ruleset', 'nft delete table inet kvm', 'nft flush table inet kvm']],
    ['iptables', loadIptables, ['iptables -F; ip6tables -F', flushAll, 'nft flush ruleset']],
  ] as const)('%s: open is what rows open, and after a flush nothing from or to a guest', async (_, load, flushes) => {
    // As on a real host: what goes to a guest is asked for its way back.
    room.host.sh('nft flush ruleset; echo 1 >/proc/sys/net/ipv4/conf/all/rp_filter');
    load(room.host, policy);
    barrier('off');
    const open = await room.send(probes());
    const odd = await room.send(oddities(), [room.host, room.lan]);
    expect(open.filter(isOfGuest)).toHaveLength(12);
    barrier('on');
    // Neighbours are asked for anew: the kernel looks up the way of an ARP request as well.
    for (const each of [room.host, room.lan, ...room.guests.values()]) each.sh('ip neigh flush all');
    expect(await room.send(probes())).toEqual(open);
    for (const flush of flushes) {
      room.host.sh(flush);
      const arrived = [...(await room.send(probes())), ...(await room.send(oddities(), [room.host, room.lan]))];
      expect(arrived.filter(isOfGuest)).toEqual([]);
      // The LAN still reaches the host.
      expect(arrived).toEqual(open.filter((text) => !isOfGuest(text)));
      load(room.host, policy);
      expect(await room.send(probes())).toEqual(open);
    }
    expect(odd).toEqual([]);
    barrier('off');
    room.host.sh('nft flush ruleset');
    const without = await room.send(oddities(), [room.host, room.lan]);
    expect(without.filter(isOfGuest).length).toBeGreaterThan(8);
  });
});
