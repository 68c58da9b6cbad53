import { buildDomain } from '@kvm/domain-xml';
import { formatProblem, InventoryError, parseInventory } from '@kvm/inventory';
import { expect, test } from 'vitest';
import { deriveDesired, guestUuid, renderTree } from '../index.ts';

const desired = (text: string) => deriveDesired(parseInventory(text, { file: 'home.yaml' }));

const small = `
host: { name: management, address: 192.168.100.1/24 }
machines: { hoge: 192.168.100.2 }
guests:
  public: { vmid: 65 }
  db: { vmid: 61, memory: 1 GiB, disks: { swap: none, data: 20 GiB } }
`;

const guest = (text: string, name: string) => {
  const found = desired(text).guests.find((candidate) => candidate.guest.name === name);
  if (!found) throw new Error(`no guest ${name}`);
  return found;
};

test("the seed's guest: public, VMID 65, is the seed's template filled in, and our mark", async () => {
  expect(await buildDomain(guest(small, 'public').domain)).toBe(`<domain type="kvm">
  <name>public</name>
  <uuid>${guestUuid({ name: 'management' }, { name: 'public' })}</uuid>
  <metadata>
    <kvmctl:guest xmlns:kvmctl="urn:kvmctl:guest:1" vmid="65" disks="root var swap"/>
  </metadata>
  <memory>524288</memory>
  <currentMemory>524288</currentMemory>
  <vcpu>1</vcpu>
  <os>
    <type>hvm</type>
    <kernel>/boot/kvm.current/vmlinuz</kernel>
    <cmdline>root=/dev/vda</cmdline>
  </os>
  <features>
    <acpi/>
  </features>
  <clock offset="utc"/>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
    <emulator>/usr/bin/kvm</emulator>
    <disk type="block" device="disk">
      <source dev="/dev/vg/public.root"/>
      <target dev="vda" bus="virtio"/>
    </disk>
    <disk type="block" device="disk">
      <source dev="/dev/vg/public.var"/>
      <target dev="vdb" bus="virtio"/>
    </disk>
    <disk type="block" device="disk">
      <source dev="/dev/vg/public.swap"/>
      <target dev="vdc" bus="virtio"/>
    </disk>
    <interface type="ethernet">
      <mac address="52:54:00:61:65:01"/>
      <script path="/etc/kvm/tun-start"/>
      <downscript path="/etc/kvm/tun-stop"/>
      <target dev="tun65"/>
      <model type="virtio"/>
    </interface>
    <graphics type="vnc" port="5965" autoport="no" listen="127.0.0.1"/>
    <console type="pty">
      <source path="/dev/pts/65"/>
      <target port="0"/>
    </console>
  </devices>
</domain>
`);
});

test('a guest has the disks it names, in their order', () => {
  const disks = guest(small, 'db').domain.devices?.disk?.map(({ target, ...disk }) => [
    target['@dev'],
    disk['@type'] === 'block' ? disk.source?.['@dev'] : undefined,
  ]);
  expect(disks).toEqual([
    ['vda', '/dev/vg/db.root'],
    ['vdb', '/dev/vg/db.var'],
    ['vdc', '/dev/vg/db.data'],
  ]);
});

test('UUIDs are name-based (version 5): the same for the same names, different for another host or guest', () => {
  const uuid = guestUuid({ name: 'management' }, { name: 'public' });
  expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(guestUuid({ name: 'management' }, { name: 'public' })).toBe(uuid);
  expect(
    new Set([uuid, guestUuid({ name: 'management' }, { name: 'db' }), guestUuid({ name: 'other' }, { name: 'public' })])
      .size,
  ).toBe(3);
});

test('raw XML is merged into the guest that has it, and no other', async () => {
  const xml = `{ vmid: 65, xml: "<domain><cpu mode='host-passthrough'/></domain>" }`;
  const text = small.replace('{ vmid: 65 }', xml);
  expect(await buildDomain(guest(text, 'public').domain)).toContain('<cpu mode="host-passthrough"/>');
  expect(await buildDomain(guest(text, 'db').domain)).not.toContain('<cpu');
});

test('raw XML that cannot be merged is a problem at its line, for every guest at once', () => {
  const text = `
host: { name: management, address: 192.168.100.1/24 }
guests:
  public:
    vmid: 65
    xml: |
      <domain>
        <cpu mode='host-passthrough'>
      </domain>
  db:
    vmid: 61
    xml: <domain><name>mine</name></domain>
`;
  const problems = (() => {
    try {
      desired(text);
      return [];
    } catch (error) {
      if (error instanceof InventoryError) return error.problems;
      throw error;
    }
  })();
  expect(problems.map(({ line, path }) => [line, path])).toEqual([
    [9, ['guests', 'public', 'xml']],
    [12, ['guests', 'db', 'xml']],
  ]);
  expect(problems.map(formatProblem).join('\n')).toContain('home.yaml:9:');
});

test('the tree is the same bytes every time, sorted, and every path is absolute and unique', async () => {
  const [first, second] = [await renderTree(desired(small)), await renderTree(desired(small))];
  expect(second).toEqual(first);
  const paths = first.map(({ path }) => path);
  expect(paths).toEqual([...new Set(paths)].sort());
  expect(paths.filter((path) => !path.startsWith('/etc/'))).toEqual([]);
  expect(paths).toContain('/etc/kvm/domains/public.xml');
  expect(paths).toContain('/etc/kvm/guests/db/etc/network/interfaces');
  expect(paths).toContain('/etc/kvm/routes/linux.sh');
});

test('a comment in the inventory changes no file', async () => {
  const text = `host: { name: management, address: 192.168.100.1/24 }
guests: { public: { vmid: 65 }, db: { vmid: 61 } }
policy:
  - { from: lan, to: guests, service: ssh }
  - { from: public, to: db, service: [ssh, postgresql] }
`;
  for (const firewall of ['nft', 'iptables']) {
    const of = text.replace('/24 }', `/24, firewall: ${firewall} }`);
    const tree = (inventory: string) => renderTree(deriveDesired(parseInventory(inventory)));
    expect(await tree(`# Words.\n\n${of}`)).toEqual(await tree(of));
  }
});
