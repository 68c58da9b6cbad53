import type { RunProgram } from '@kvm/command';
import { expect, test } from 'vitest';
import { observeNetwork } from './observe-network.ts';

const printing =
  (stdout: string): RunProgram =>
  async () => ({ exitCode: 0, stdout, stderr: '' });

const links = [
  { ifname: 'lo', flags: ['UP'], addr_info: [{ local: '127.0.0.1', prefixlen: 8, scope: 'host' }] },
  {
    ifname: 'tun65',
    flags: ['UP', 'LOWER_UP'],
    mtu: 1500,
    qdisc: 'fq_codel',
    addr_info: [
      { local: '172.16.65.254', prefixlen: 24, scope: 'global' },
      { local: 'fe80::1', prefixlen: 64, scope: 'link' },
    ],
  },
  { ifname: 'tun66', flags: ['NO-CARRIER', 'NOARP', 'UP'], master: 'br0', mtu: 1000, qdisc: 'tbf', addr_info: [] },
];

test('taps with their addresses and settings, and the routes of both families', async () => {
  const parts = [
    JSON.stringify(links),
    '[{"dst":"default","dev":"eth0"},{"dst":"172.16.65.0/24","dev":"tun65"},{"type":"blackhole","dst":"172.16.65.1"}]',
    '',
    '[{"priority":0,"src":"all","table":"local"},{"priority":100,"src":"172.16.65.0","srclen":24,"action":"blackhole"},{"priority":32766,"src":"all","table":"main"}]',
    '[{"priority":99,"src":"all","iif":"tun66","table":"7"}]',
    '[{"dst":"172.16.65.1","dev":"tun65","lladdr":"02:00:00:00:00:01","state":["PERMANENT"]}]',
    'ipv4/conf/tun65/rp_filter:1\nipv6/conf/tun65/disable_ipv6:0\n',
  ];
  const { taps, routes, routingRules, uplinkIsDown } = await observeNetwork(printing(parts.join('--\n')), 'eth0');
  expect(uplinkIsDown).toBeUndefined();
  expect([...taps.keys()]).toEqual(['tun65', 'tun66']);
  expect(taps.get('tun65')).toEqual({
    isUp: true,
    isHeld: true,
    neighbours: [{ address: '172.16.65.1', mac: '02:00:00:00:00:01' }],
    addresses: ['172.16.65.254/24'],
    settings: new Map([
      ['ipv4/conf/tun65/rp_filter', '1'],
      ['ipv6/conf/tun65/disable_ipv6', '0'],
    ]),
  });
  expect(taps.get('tun66')).toMatchObject({
    ...{ isHeld: false, bridge: 'br0' },
    ...{ mtu: 1000, hasNoArp: true, queue: 'tbf' },
  });
  expect(routingRules).toEqual([
    { priority: 100, devices: [], networks: ['172.16.65.0/24'] },
    { priority: 99, devices: ['tun66'], networks: [] },
  ]);
  expect(routes).toEqual([
    { to: 'default', device: 'eth0' },
    { to: '172.16.65.0/24', device: 'tun65' },
    { to: '172.16.65.1/32' },
  ]);
});

test.each([
  [['BROADCAST'], true],
  [['BROADCAST', 'UP'], undefined],
])('an uplink with the flags %j is down: %s', async (flags, isDown) => {
  const all = JSON.stringify([{ ifname: 'eth0', flags, addr_info: [] }]);
  expect((await observeNetwork(printing(`${all}--\n`), 'eth0')).uplinkIsDown).toBe(isDown);
});

test('what is no list of links is said to be none', async () => {
  for (const wrong of ['{}', 'no JSON', '[1'])
    await expect(observeNetwork(printing(`${wrong}\n--\n`), 'eth0')).rejects.toThrow('prints no list');
  const odd = '[null, 1, {"ifname":"tun65"}, {"ifname":7,"flags":[],"addr_info":[]}]';
  expect((await observeNetwork(printing(`${odd}--\n[{}]`), 'eth0')).taps.size).toBe(0);
});
