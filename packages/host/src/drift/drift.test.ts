import { buildDomain, domainData, parseXml } from '@kvm/domain-xml';
import { parseInventory } from '@kvm/inventory';
import { expect, test } from 'vitest';
import { deriveDesired, driftOf, lookAt, type Observed, planHost } from '../index.ts';

const desired = deriveDesired(
  parseInventory('host: { name: management, address: 192.168.100.1/24 }\nguests:\n  public: { vmid: 65 }'),
);
const [guest] = desired.guests;
const xml = guest ? await buildDomain(guest.domain) : '';

/** A host whose script and whose definition somebody has edited. */
function edited(changedAt: ReadonlyMap<string, number>): Observed {
  const { files, links, volumes } = lookAt(desired);
  return {
    files: new Map(
      files.map(({ path, mode, content }) => [
        path,
        { kind: 'file', mode, content: path === '/etc/kvm/tun-start' ? `${content}exit 0\n` : content },
      ]),
    ),
    settings: new Map(),
    links: new Map(links.map(({ path, to }) => [path, to])),
    domains: [
      {
        name: 'public',
        uuid: guest?.domain.uuid ?? '',
        active: false,
        paused: false,
        persistent: true,
        autostart: true,
        definition: domainData(parseXml(xml.replace(/<vcpu>\d+/, '<vcpu>7'))),
      },
    ],
    changedAt,
    taps: new Map(),
    routes: [],
    volumes: new Set(volumes),
  };
}

const found = (changedAt: ReadonlyMap<string, number>) => {
  const observed = edited(changedAt);
  return driftOf(planHost(desired, observed), observed).map(({ in: place, what, since }) => [place, what, since]);
};

test('drift says since when a file and a definition are what they are', () => {
  const times = new Map([
    ['/etc/kvm/tun-start', Date.UTC(2024, 0, 2, 3, 4, 5) / 1000],
    ['/etc/libvirt/qemu/public.xml', Date.UTC(2024, 5, 6, 7, 8, 9) / 1000],
    ['/etc/libvirt/qemu/other.xml', 1],
  ]);
  expect(found(times)).toEqual([
    ['file', '/etc/kvm/tun-start says something else', '2024-01-02T03:04:05.000Z'],
    ['definition', 'change the definition', '2024-06-06T07:08:09.000Z'],
    ['state', 'it does not run', undefined],
  ]);
});

test('and nothing where nobody knows', () => {
  expect(found(new Map()).map(([, , since]) => since)).toEqual([undefined, undefined, undefined]);
});
