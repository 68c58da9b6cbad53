import { describe, expect, test } from 'vitest';
import { asDesired, desired, planned, tapOf } from '../../test/host-as-desired.ts';
import { type ObservedTap, planHost } from '../index.ts';

const two = desired('  public: { vmid: 65 }\n  db: { vmid: 61, state: stopped }');

/** A guest whose card its raw XML makes, which nothing is added to. */
const ownCard = (more: string) =>
  desired(
    `  public: { vmid: 65, template: none, xml: "<domain type='kvm'><os><type>hvm</type></os><devices><interface type='ethernet'><script path='/etc/kvm/tun-start'/><target dev='tun65'/>${more}</interface></devices></domain>" }`,
  );

test.each<[string, Partial<ObservedTap>, string[]]>([
  ['down', { isUp: false }, ['link down -> up']],
  ['on a bridge', { bridge: 'br0' }, ['bridge br0 -> undefined']],
  ['of shorter packets', { mtu: 1000 }, ['mtu 1000 -> 1500']],
  ['without ARP', { hasNoArp: true }, ['ARP off -> on']],
  ['without its address', { addresses: [] }, ['address undefined -> 172.16.65.254/24']],
  ['with an address more', { addresses: ['172.16.65.254/24', '10.9.9.9/24'] }, ['address 10.9.9.9/24 -> undefined']],
  [
    'with another setting',
    { settings: new Map([['ipv4/conf/tun65/rp_filter', '0']]) },
    ['net/ipv4/conf/tun65/rp_filter 0 -> 1'],
  ],
])('a tap that is %s is set up again while its guest runs', async (_, changed, changes) => {
  const observed = await asDesired(two);
  const tap = { ...tapOf(observed, 'tun65'), ...changed };
  const found = { ...observed, taps: new Map([['tun65', tap]]) };
  expect(planned(two, found)).toEqual([['set up tun65: live', ...changes].join('; ')]);
});

test('a tap without the route to its guest is given its address anew, which makes the route', async () => {
  const { steps } = planHost(two, { ...(await asDesired(two)), routes: [] });
  expect(steps.map(({ action }) => action)).toEqual([
    { kind: 'set up tap', tap: 'tun65', remove: ['172.16.65.254/24'], mtu: 1500 },
  ]);
});

test.each([
  ['is gone', undefined],
  ['has no guest at its end', false],
])('a tap that %s is one for a restart', async (before, isHeld) => {
  const observed = await asDesired(two);
  const taps = new Map(isHeld === undefined ? [] : [['tun65', { ...tapOf(observed, 'tun65'), isHeld }]]);
  expect(planned(two, { ...observed, taps })).toEqual([
    `restart: public runs on, and has this only after a restart; tun65 ${before} -> there`,
  ]);
  expect(planned(two, { ...observed, taps }, { restart: true })).toEqual([
    `restart public: restart; tun65 ${before} -> there`,
  ]);
});

test("a route that takes what is a guest's is shown, and left to a person", async () => {
  const observed = await asDesired(two);
  const routes = [...observed.routes, { to: '172.16.65.1/32' }];
  expect(planned(two, { ...observed, routes })).toEqual([
    'differs: 172.16.65.1/32 of public is routed nowhere, and not to tun65 alone',
  ]);
});

test.each([
  [{ priority: 100, devices: [], networks: ['172.16.65.0/24'] }, ['172.16.65.0/24']],
  [{ priority: 100, devices: [], networks: ['172.16.0.0/12', '10.0.0.0/8'] }, ['172.16.0.0/12 and 10.0.0.0/8']],
  [{ priority: 100, devices: ['tun65'], networks: [] }, ['tun65']],
  [{ priority: 100, devices: ['wg0'], networks: [] }, []],
  [{ priority: 100, devices: [], networks: ['172.16.66.0/24', 'fd00::/64'] }, []],
])("a rule of routing for a guest's packets is shown, and one for others' is not: %j", async (rule, shown) => {
  const found = { ...(await asDesired(two)), routingRules: [rule] };
  expect(planned(two, found)).toEqual(
    shown.map((what) => `differs: a rule of routing for ${what} comes before the host's own routes for public`),
  );
});

test('a tap that nothing is passed on from is shown', async () => {
  const observed = await asDesired(two);
  const tap = tapOf(observed, 'tun65');
  const settings = (value: string) => new Map([...tap.settings, ['ipv4/conf/tun65/forwarding', value]]);
  const taps = (value: string) => new Map([['tun65', { ...tap, settings: settings(value) }]]);
  expect(planned(two, { ...observed, taps: taps('1') })).toEqual([]);
  expect(planned(two, { ...observed, taps: taps('0') })).toEqual([
    'differs: the host passes nothing on that comes from public: net.ipv4.conf.tun65.forwarding is 0',
  ]);
  // Letting the host forward lets every interface of it.
  const off = new Map([...observed.settings, ['net/ipv4/ip_forward', '0']]);
  const both = planHost(two, { ...observed, settings: off, taps: taps('0') });
  expect(both.waiting).toEqual([]);
  expect(JSON.stringify(both.steps)).toContain('ip_forward');
});

test("a neighbour that somebody set for good with another MAC address than the guest's is shown", async () => {
  const observed = await asDesired(two);
  const taps = (mac: string) =>
    new Map([['tun65', { ...tapOf(observed, 'tun65'), neighbours: [{ address: '172.16.65.1', mac }] }]]);
  const own = two.guests.find(({ guest }) => guest.name === 'public')?.net.mac ?? '';
  expect(planned(two, { ...observed, taps: taps(own) })).toEqual([]);
  expect(planned(two, { ...observed, taps: taps('02:00:00:00:00:01') })).toEqual([
    `differs: what goes to 172.16.65.1 at tun65 is sent to 02:00:00:00:00:01, set by somebody for good, and public has ${own}`,
  ]);
});

test('an interface to the LAN that is down is shown', async () => {
  expect(planned(two, { ...(await asDesired(two)), uplinkIsDown: true })).toEqual([
    "differs: eth0, the host's interface to the LAN, is down: nothing gets in or out",
  ]);
});

test('a queue that somebody put at a tap is shown, and one of what its card says of bandwidth is not', async () => {
  const observed = await asDesired(two);
  const taps = new Map([['tun65', { ...tapOf(observed, 'tun65'), queue: 'tbf' }]]);
  expect(planned(two, { ...observed, taps })).toEqual([
    'differs: what goes to public waits in a queue (tbf) that somebody has put at tun65',
  ]);
  const limited = ownCard("<bandwidth><inbound average='100'/></bandwidth>");
  expect(planned(limited, { ...(await asDesired(limited)), taps })).toEqual([]);
});

test('a card that says of what size its packets are has a tap of that size', async () => {
  const own = ownCard("<mtu size='9000'/>");
  const observed = await asDesired(own);
  const tap = (mtu: number) => new Map([['tun65', { ...tapOf(observed, 'tun65'), mtu }]]);
  expect(planned(own, { ...observed, taps: tap(9000) })).toEqual([]);
  expect(planned(own, { ...observed, taps: tap(1400) })).toEqual(['set up tun65: live; mtu 1400 -> 9000']);
});

describe('guests that run in other subnets than the inventory says', () => {
  const ranges = desired('  public: { vmid: 65 }', 'policy: []\nranges: { ipv4: 10.64.0.0/12 }');
  const before = desired('  public: { vmid: 65 }', 'policy: []');
  const firewall = { foreign: [], missing: ['a rule'] };

  test('are cut off by the firewall, and keep the addresses of their taps until they are restarted', async () => {
    const observed = { ...(await asDesired(before)), firewall };
    const lines = planned(ranges, observed);
    expect(lines).toContain(
      'load firewall: restart; cuts off until its restart undefined -> public; rule undefined -> a rule',
    );
    expect(lines).toContain(
      'restart: public runs on, and has this only after a restart; gateway 172.16.65.254/24 -> 10.64.65.254/24',
    );
    expect(lines.filter((line) => line.startsWith('set up'))).toEqual([]);
  });

  test('are still shown when all else is as the inventory says', async () => {
    const { taps, routes } = await asDesired(before);
    const { waiting } = planHost(ranges, { ...(await asDesired(ranges)), taps, routes });
    expect(waiting.map(({ kind, guest }) => `${kind} ${guest}`)).toEqual(['restart public']);
    expect(waiting[0]?.remedy).toContain('etc/kvm/guests/public first. Then `kvmctl apply --restart`');
  });

  test.each([
    ['ranges', ranges],
    ['VMID', desired('  public: { vmid: 66 }', 'policy: []')],
  ])(
    'are restarted with --restart after a change of the %s, and the plan says that their own files come first',
    async (_, now) => {
      const { steps, waiting } = planHost(now, { ...(await asDesired(before)), firewall }, { restart: true });
      expect(steps.find(({ id }) => id === 'load firewall')).toMatchObject({ effect: 'restart' });
      expect(steps.find(({ id }) => id === 'restart public')).toBeDefined();
      expect(waiting.map(({ remedy }) => remedy).join()).toContain('etc/kvm/guests/public first');
    },
  );
});
