import { buildDomain, domainData, parseXml } from '@kvm/domain-xml';
import { parseInventory } from '@kvm/inventory';
import { tapSettings } from '@kvm/netplan';
import { describe, expect, test } from 'vitest';
import { settingsIn } from '../host-files.ts';
import {
  type Desired,
  deriveDesired,
  lookAt,
  type Observed,
  type ObservedTap,
  type PlanOptions,
  planHost,
} from '../index.ts';

const desired = (guests: string, policy = '') =>
  deriveDesired(
    parseInventory(`host: { name: management, address: 192.168.100.1/24 }\nguests:\n${guests}\n${policy}`, {
      file: 'home.yaml',
    }),
  );

const two = desired('  public: { vmid: 65 }\n  db: { vmid: 61, state: stopped }');

/** A host that is what an inventory says, running guests included. */
async function asDesired(what: Desired): Promise<Observed> {
  const { files, links, settings, volumes } = lookAt(what);
  const domains = await Promise.all(
    what.guests.map(async ({ guest, domain }) => {
      const definition = domainData(parseXml(await buildDomain(domain)));
      const active = guest.state === 'running';
      return {
        name: guest.name,
        uuid: domain.uuid ?? '',
        active,
        paused: false,
        persistent: true,
        autostart: guest.autostart !== false,
        definition,
        ...(active && { running: definition }),
      };
    }),
  );
  return {
    files: new Map(files.map(({ path, mode, content }) => [path, { kind: 'file', mode, content }])),
    settings: new Map(
      files.flatMap(({ content }) => settingsIn(content).map(({ path, value }): [string, string] => [path, value])),
    ),
    links: new Map(links.map(({ path, to }) => [path, to])),
    domains,
    changedAt: new Map(),
    ...asSetUp(what),
    volumes: new Set(volumes),
    ...(settings.length > 0 && what.policy && { firewall: { foreign: [], missing: [] } }),
  };
}

/** The taps of running guests as `/etc/kvm/tun-start` makes them. */
function asSetUp({ guests, inventory }: Desired): Pick<Observed, 'taps' | 'routes'> {
  const running = guests.filter(({ guest }) => guest.state === 'running').map(({ net }) => net);
  return {
    taps: new Map(
      running.map(({ tap, ipv4, ipv6 }) => [
        tap,
        {
          isUp: true,
          isHeld: true,
          addresses: [ipv4, ...(ipv6 ? [ipv6] : [])].map(({ host, prefix }) => `${host}/${prefix}`),
          settings: new Map(
            tapSettings(inventory.ranges).map(({ family, name, value }) => [
              `${family}/conf/${tap}/${name}`,
              `${value}`,
            ]),
          ),
        },
      ]),
    ),
    routes: running.flatMap(({ tap, ipv4, ipv6 }) =>
      [ipv4, ...(ipv6 ? [ipv6] : [])].map(({ cidr }) => ({ to: cidr, device: tap })),
    ),
  };
}

function tapOf({ taps }: Observed, name: string): ObservedTap {
  const tap = taps.get(name);
  if (tap === undefined) throw new Error(`there is no ${name}`);
  return tap;
}

/** What a plan says: a line for each step, and each thing that is left alone. */
function planned(what: Desired, observed: Observed, options?: PlanOptions): string[] {
  const { steps, waiting } = planHost(what, observed, options);
  return [
    ...steps.map(({ id, effect, changes }) =>
      [`${id}: ${effect}`, ...changes.map((each) => `${each.what} ${each.before} -> ${each.after}`)].join('; '),
    ),
    ...waiting.map(({ kind, what: text, changes }) =>
      [`${kind}: ${text}`, ...changes.map((each) => `${each.what} ${each.before} -> ${each.after}`)].join('; '),
    ),
  ];
}

const empty: Observed = {
  files: new Map(),
  links: new Map(),
  settings: new Map(),
  changedAt: new Map(),
  taps: new Map(),
  routes: [],
  domains: [],
  volumes: new Set(),
};

test('nothing is to be done where all is as desired', async () => {
  expect(planHost(two, await asDesired(two))).toEqual({ steps: [], waiting: [] });
});

test('on an empty host, files and firewall come before any guest starts, in the order the inventory gives', () => {
  const what = desired(
    `  a: { vmid: 1 }
  b: { vmid: 2, autostart: { order: 20 } }
  c: { vmid: 3, autostart: { order: 10, delay: 5 s } }
  d: { vmid: 4, autostart: { order: 20 } }`,
    'policy: []',
  );
  const volumes = new Set(lookAt(what).volumes);
  const { steps } = planHost(what, { ...empty, volumes, firewall: { foreign: [], missing: ['table inet kvm {'] } });
  const after = Object.fromEntries(steps.map((step) => [step.id, step.after]));
  const place = (id: string) => steps.findIndex((step) => step.id === id);
  for (const step of steps) for (const id of step.after) expect(place(id)).toBeLessThan(place(step.id));
  expect(after['start c']).toEqual(
    expect.arrayContaining(['write /etc/kvm/tun-start', 'load /etc/sysctl.d/60-kvm.conf', 'load firewall', 'define c']),
  );
  const starts = (id: string) => after[id]?.filter((each) => each.startsWith('start '));
  expect(['start c', 'start b', 'start d', 'start a'].map(starts)).toEqual([
    [],
    ['start c'],
    ['start c'],
    ['start b', 'start d'],
  ]);
});

test.each<[string, string, string[], string[]]>([
  [
    'more memory',
    '  public: { vmid: 65, memory: 1 GiB }\n  db: { vmid: 61, state: stopped }',
    [
      'define public: next boot; memory 524288 -> 1048576; currentMemory 524288 -> 1048576',
      'restart: public runs on, and has this only after a restart; memory 524288 -> 1048576; currentMemory 524288 -> 1048576',
    ],
    [
      'define public: next boot; memory 524288 -> 1048576; currentMemory 524288 -> 1048576',
      'restart public: restart; memory 524288 -> 1048576; currentMemory 524288 -> 1048576',
    ],
  ],
])('%s', async (_, guests, plain, restarting) => {
  const [what, observed] = [desired(guests), await asDesired(two)];
  expect(planned(what, observed)).toEqual(plain);
  expect(planned(what, observed, { restart: true })).toEqual(restarting);
});

test('a new kernel for all guests is a link that leads elsewhere, and a folder in its place is left alone', async () => {
  const to = (folder: string) =>
    deriveDesired(
      parseInventory(
        `host: { name: management, address: 192.168.100.1/24, current: ${folder} }\nguests:\n  public: { vmid: 65 }`,
      ),
    );
  const [what, observed] = [to('/boot/kvm-6.12'), await asDesired(to('/boot/kvm-6.1'))];
  expect(planned(what, observed)).toEqual([
    'link /boot/kvm.current: next boot; /boot/kvm.current /boot/kvm-6.1 -> /boot/kvm-6.12',
  ]);
  expect(planned(what, { ...observed, links: new Map() })).toEqual(['link /boot/kvm.current: live']);
  expect(planned(what, { ...observed, links: new Map([['/boot/kvm.current', undefined]]) })).toEqual([
    'blocked: /boot/kvm.current is there, where a link is to be',
  ]);
});

test.each<[string, Partial<ObservedTap>, string[]]>([
  ['down', { isUp: false }, ['link down -> up']],
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
    { kind: 'set up tap', tap: 'tun65', remove: ['172.16.65.254/24'] },
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

test.each([
  ['its own', 'disks: { var: none }', ''],
  ['the defaults', '', 'defaults: { disks: { data: 1 GiB } }'],
])('a disk that is put before others by %s is attached under a letter of its own', async (_, own, defaults) => {
  const before = desired(`  mail: { vmid: 70, disks: { home: 1 GiB, ${own ? 'var: none' : ''} } }`);
  const after = desired('  mail: { vmid: 70, disks: { home: 1 GiB } }', defaults);
  const disk = own ? 'vdd' : 'vde';
  const observed = { ...(await asDesired(before)), volumes: new Set(lookAt(after).volumes) };
  const { steps, waiting } = planHost(after, observed);
  expect(steps.map(({ id }) => id)).toEqual(['define mail', `attach mail ${disk}`]);
  expect(steps[0]?.changes).toMatchObject([{ what: `devices.disk[${disk}]` }]);
  expect(waiting).toEqual([]);
});

test('disks behind one that goes keep their letters, and are not told the size of another', async () => {
  const before = desired('  mail: { vmid: 70, disks: { var: 1 GiB, swap: 4 GiB } }');
  const after = desired('  mail: { vmid: 70, disks: { var: none, swap: 4 GiB } }');
  const observed = await asDesired(before);
  const volumes = lookAt(before).volumes.map((path) => ({
    ...{ vg: 'vg', name: path.replace('/dev/vg/', ''), tags: [], role: [], segments: [] },
    bytes: path.endsWith('swap') ? 4 * 2 ** 30 : 2 ** 30,
  })) as never;
  const domains = observed.domains.map((domain) => ({
    ...domain,
    diskBytes: new Map([
      ['vda', 2 ** 30],
      ['vdb', 2 ** 30],
      ['vdc', 4 * 2 ** 30],
    ]),
  }));
  const lines = planned(after, { ...observed, domains, storage: { groups: [], disks: [], volumes } });
  expect(lines.map((line) => line.replace(/ <disk.*/s, ''))).toEqual([
    'define mail: next boot; devices.disk[vdb]',
    'restart: mail runs on, and has this only after a restart; devices.disk[vdb]',
  ]);
});
