import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seedDomain } from '../../test/seed-domain.ts';
import { outlineLines } from '../generated/outline.ts';
import { findExposures, mergeXml } from '../index.ts';
import { allowList } from './allow-list.ts';

const web = { name: 'web', vg: 'vg', hasScreen: true };
const found = (xml: string, guest = web): string[] =>
  findExposures(xml, guest).map(({ path, value }) => `${path} ${value}`.trim());
const inDevices = (xml: string): string => `<domain><devices>${xml}</devices></domain>`;

test('what stays inside the guest is no exposure', () => {
  const xml = `<domain type='qemu' xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'>
  <title>a / b</title>
  <metadata><libosinfo:libosinfo><libosinfo:os id="http://debian.org/debian/12"/></libosinfo:libosinfo></metadata>
  <memory unit='MiB'>512</memory>
  <vcpu placement='static' cpuset='0-3,^2'>2</vcpu>
  <iothreads>1</iothreads>
  <cputune><shares>512</shares><vcpupin vcpu='0' cpuset='1'/></cputune>
  <os firmware='efi'>
    <type arch='x86_64' machine='pc-q35-7.2'>hvm</type>
    <loader readonly='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE_4M.fd</loader>
    <nvram template='/usr/share/OVMF/OVMF_VARS_4M.fd'>/var/lib/libvirt/qemu/nvram/web_VARS.fd</nvram>
    <boot dev='hd'/>
  </os>
  <features><acpi/><hyperv mode='custom'><spinlocks state='on' retries='8191'/></hyperv></features>
  <cpu mode='host-passthrough' check='none' migratable='on'><topology sockets='1' dies='1' cores='2' threads='1'/></cpu>
  <clock offset='timezone' timezone='Europe/Berlin'><timer name='rtc' tickpolicy='catchup'/></clock>
  <on_crash>destroy</on_crash>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type='block' device='disk'>
      <driver name='qemu' type='raw' cache='none' io='native' discard='unmap'/>
      <source dev='/dev/vg/web.data'/>
      <target dev='sda' bus='scsi'/>
      <iotune><read_iops_sec>100</read_iops_sec></iotune>
      <address type='drive' controller='0' bus='0' target='0' unit='0'/>
    </disk>
    <disk type='file' device='cdrom'><target dev='sdb' bus='sata'/><readonly/></disk>
    <controller type='scsi' index='0' model='virtio-scsi'><driver queues='4'/></controller>
    <graphics type='vnc' port='-1' autoport='yes' passwd='a/b'/>
    <graphics type='spice' autoport='yes'><listen type='address' address='127.0.0.1'/></graphics>
    <serial type='pty'><target type='isa-serial' port='0'><model name='isa-serial'/></target></serial>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <input type='tablet' bus='usb'/>
    <tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>
    <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
    <watchdog model='i6300esb' action='reset'/>
    <memballoon model='virtio'><stats period='5'/></memballoon>
  </devices>
</domain>`;
  expect(found(xml)).toEqual([]);
});

test.each<[string, string, string]>([
  [
    '<serial type="file"><source path="/proc/sys/kernel/poweroff_cmd"/></serial>',
    'serial/source/@path',
    '/proc/sys/kernel/poweroff_cmd',
  ],
  ['<console type="dev"><source path="/dev/ttyS0"/></console>', 'console/@type', 'dev'],
  ['<parallel type="pipe"><source path="/tmp/p"/></parallel>', 'parallel/source/@path', '/tmp/p'],
  [
    '<channel type="unix"><source mode="bind" path="/etc/x"/><target type="virtio" name="a"/></channel>',
    'channel/source/@path',
    '/etc/x',
  ],
  [
    '<channel type="unix"><target type="virtio" name="../../../../etc/x"/></channel>',
    'channel/target/@name',
    '../../../../etc/x',
  ],
  ['<channel type="unix"><target type="virtio" name=".."/></channel>', 'channel/target/@name', '..'],
  ['<watchdog xmlns="urn:x" model="i6300esb"/>', 'watchdog', ''],
  ['<serial type="pty"><log file="/etc/cron.d/x"/></serial>', 'serial/log', '/etc/cron.d/x'],
  ['<emulator>/tmp/evil</emulator>', 'emulator', '/tmp/evil'],
  ['<emulator>/usr/bin/../../tmp/qemu-system-x86_64</emulator>', 'emulator', '/usr/bin/../../tmp/qemu-system-x86_64'],
  ['<disk type="file"><source file="/etc/shadow"/><target dev="vdz"/></disk>', 'disk/source/@file', '/etc/shadow'],
  ['<disk type="block"><source dev="/dev/sda"/><target dev="vdz"/></disk>', 'disk/source/@dev', '/dev/sda'],
  ['<disk type="block"><source dev="/dev/vg/web.a/../../sda"/></disk>', 'disk/source/@dev', '/dev/vg/web.a/../../sda'],
  ['<disk type="block"><source dev="/dev/vg/db.root"/></disk>', 'disk/source/@dev', '/dev/vg/db.root'],
  ['<disk type="block"><source dev="/dev/vg/web."/></disk>', 'disk/source/@dev', '/dev/vg/web.'],
  ['<disk type="block"><source dev="/dev/vg//web.root"/></disk>', 'disk/source/@dev', '/dev/vg//web.root'],
  ['<disk type="dir"><source dir="/etc"/></disk>', 'disk/source/@dir', '/etc'],
  ['<disk type="block"><driver type="qcow2"/><source dev="/dev/vg/web.a"/></disk>', 'disk/driver/@type', 'qcow2'],
  [
    '<disk type="network"><source protocol="nbd" name="x"><host name="10.0.0.1"/></source></disk>',
    'disk/@type',
    'network',
  ],
  ['<disk type="block" device="lun" rawio="yes"><source dev="/dev/vg/web.a"/></disk>', 'disk/@device', 'lun'],
  [
    '<disk><backingStore type="file"><source file="/etc/shadow"/></backingStore></disk>',
    'disk/backingStore/source',
    '/etc/shadow',
  ],
  ['<filesystem type="mount"><source dir="/"/><target dir="all"/></filesystem>', 'filesystem', '/'],
  ['<interface type="network"><source network="default"/></interface>', 'interface', ''],
  ['<interface type="ethernet"><script path="/tmp/evil"/></interface>', 'interface', '/tmp/evil'],
  ['<hostdev mode="subsystem" type="pci"><source><address bus="1"/></source></hostdev>', 'hostdev', ''],
  [
    '<tpm model="tpm-tis"><backend type="passthrough"><device path="/dev/tpm0"/></backend></tpm>',
    'tpm/backend/device',
    '/dev/tpm0',
  ],
  ['<rng model="virtio"><backend model="random">/etc/shadow</backend></rng>', 'rng/backend', '/etc/shadow'],
  [
    '<rng model="virtio"><backend model="egd" type="unix"><source path="/x"/></backend></rng>',
    'rng/backend/@model',
    'egd',
  ],
  ['<input type="evdev"><source dev="/dev/input/event0"/></input>', 'input/source', '/dev/input/event0'],
  ['<audio id="1" type="file" path="/etc/x"/>', 'audio/@path', '/etc/x'],
  ['<graphics type="vnc" listen="0.0.0.0"/>', 'graphics/@listen', '0.0.0.0'],
  ['<graphics type="vnc"><listen type="address" address="::"/></graphics>', 'graphics/listen/@address', '::'],
  ['<graphics type="vnc" port="80"/>', 'graphics/@port', '80'],
  ['<graphics type="vnc" socket="/run/x"/>', 'graphics/@socket', '/run/x'],
  ['<graphics type="sdl" xauth="/root/.Xauthority"/>', 'graphics/@xauth', '/root/.Xauthority'],
  [
    '<graphics type="spice" listen="127.0.0.1"><gl enable="yes" rendernode="/dev/dri/card0"/></graphics>',
    'graphics/gl/@rendernode',
    '/dev/dri/card0',
  ],
  ['<graphics type="spice"/>', 'graphics', ''],
  ['<shmem name="x"><model type="ivshmem-plain"/></shmem>', 'shmem', ''],
  ['<memory model="nvdimm"><source><path>/etc/shadow</path></source></memory>', 'memory/source', '/etc/shadow'],
  ['<vsock model="virtio"><cid auto="yes"/></vsock>', 'vsock', ''],
  ['<watchdog model="i6300esb" action="dump"/>', 'watchdog/@action', 'dump'],
  [
    '<redirdev bus="usb" type="tcp"><source mode="connect" host="10.0.0.1" service="1"/></redirdev>',
    'redirdev/@type',
    'tcp',
  ],
  ['<tool xmlns="urn:x" path="/etc/x"/>', 'tool', '/etc/x'],
])('%s is named', (xml, path, value) => {
  expect(found(inDevices(xml))).toContain(`/domain/devices/${path} ${value}`.trim());
});

test.each<[string, string]>([
  ["<domain type='lxc'/>", '/domain/@type lxc'],
  ['<domain><os><kernel>/etc/shadow</kernel></os></domain>', '/domain/os/kernel /etc/shadow'],
  ['<domain><os><initrd>/etc/shadow</initrd></os></domain>', '/domain/os/initrd /etc/shadow'],
  ['<domain><os><dtb>/etc/shadow</dtb></os></domain>', '/domain/os/dtb /etc/shadow'],
  [
    '<domain><os><loader readonly="no" type="pflash">/usr/share/OVMF/X.fd</loader></os></domain>',
    '/domain/os/loader /usr/share/OVMF/X.fd',
  ],
  [
    '<domain><os><nvram>/var/lib/libvirt/qemu/nvram/../../../../etc/x</nvram></os></domain>',
    '/domain/os/nvram /var/lib/libvirt/qemu/nvram/../../../../etc/x',
  ],
  [
    '<domain><os><nvram>/var/lib/libvirt/qemu/nvram/db_VARS.fd</nvram></os></domain>',
    '/domain/os/nvram /var/lib/libvirt/qemu/nvram/db_VARS.fd',
  ],
  ['<domain><os><nvram template="/etc/shadow"/></os></domain>', '/domain/os/nvram/@template /etc/shadow'],
  ['<domain><os><acpi><table type="slic">/etc/shadow</table></acpi></os></domain>', '/domain/os/acpi /etc/shadow'],
  ['<domain><os><smbios mode="host"/></os></domain>', '/domain/os/smbios/@mode host'],
  [
    '<domain><sysinfo type="fwcfg"><entry name="a" file="/etc/shadow"/></sysinfo></domain>',
    '/domain/sysinfo/@type fwcfg',
  ],
  ['<domain><seclabel type="none"/></domain>', '/domain/seclabel'],
  ['<domain><memoryBacking><locked/></memoryBacking></domain>', '/domain/memoryBacking'],
  ['<domain><resource><partition>/machine</partition></resource></domain>', '/domain/resource /machine'],
  ['<domain><on_crash>coredump-destroy</on_crash></domain>', '/domain/on_crash coredump-destroy'],
  ['<domain><bootloader>/tmp/evil</bootloader></domain>', '/domain/bootloader /tmp/evil'],
  ['<domain><launchSecurity type="sev"/></domain>', '/domain/launchSecurity'],
  ['<domain><cputune><vcpusched vcpus="0" scheduler="fifo"/></cputune></domain>', '/domain/cputune/vcpusched'],
  ['<domain><clock offset="timezone" timezone=":/etc/shadow"/></domain>', '/domain/clock/@timezone :/etc/shadow'],
  [
    '<domain xmlns:q="http://libvirt.org/schemas/domain/qemu/1.0"><q:commandline><q:arg value="-kernel"/></q:commandline></domain>',
    '/domain/q:commandline',
  ],
  [
    '<domain><metadata><k:guest xmlns:k="urn:kvmctl:guest:1" vmid="1"/></metadata></domain>',
    '/domain/metadata/k:guest urn:kvmctl:guest:1',
  ],
])('%s is named, too', (xml, path) => {
  expect(found(xml)).toContain(path);
});

test('each is at its line and column, and says what it gives', () => {
  const xml = "<domain>\n  <devices>\n    <hostdev mode='subsystem'/>\n  </devices>\n</domain>";
  expect(findExposures(xml, web)).toEqual([
    { path: '/domain/devices/hostdev', value: '', reason: 'a device of the host', line: 3, column: 5 },
  ]);
});

test('a screen without an address is named where no template gives it one', () => {
  const xml = inDevices('<graphics type="vnc" autoport="yes"/>');
  expect(found(xml)).toEqual([]);
  expect(found(xml, { ...web, hasScreen: false })).toEqual(['/domain/devices/graphics']);
});

test('a screen of whose addresses one is left to libvirt is named', () => {
  const [given, left] = ['<listen type="address" address="127.0.0.1"/>', '<listen type="address"/>'];
  const screen = (listens: string, attribute = '') =>
    found(inDevices(`<graphics type="vnc"${attribute}>${listens}</graphics>`), { ...web, hasScreen: false });
  const named = ['/domain/devices/graphics'];
  expect([screen(given), screen(given + given), screen(left, ' listen="127.0.0.1"')]).toEqual([[], [], []]);
  expect([screen(left), screen(left + given), screen(given + left)]).toEqual([named, named, named]);
  expect(screen(given + left, ' listen="127.0.0.1"')).toEqual(named);
});

test('a password is named, and never shown', () => {
  const xml = inDevices('<graphics type="vnc" passwdValidTo="/x" listen="127.0.0.1"/>');
  expect(found(xml)).toEqual(['/domain/devices/graphics/@passwdValidTo ***']);
});

/** Every element and attribute that libvirt 9.0.0 knows, as `devices.disk.source.@file`, no element inside itself. */
function everyPlace(): string[] {
  const places: string[] = [];
  const walk = (line: number, path: string, above: readonly number[]): void => {
    for (const part of (outlineLines[line] ?? '').split(' ').filter(Boolean)) {
      const [, name = '', , next] = /^(@?[a-z_][\w-]*(?::[a-z]\w*)?)\*?(:(\d+)|\$)?$/i.exec(part) ?? [];
      const at = path === '' ? name : `${path}.${name}`;
      places.push(at);
      if (next !== undefined && !above.includes(Number(next))) walk(Number(next), at, [...above, Number(next)]);
    }
  };
  walk(0, '', [0]);
  return places;
}

const listed = allowList.split('\n').flatMap((line) => {
  const [first = '', ...words] = line.trim().split(' ');
  const place = /^[@#]/.test(first) ? '' : first;
  return [
    place,
    ...(place === '' ? [first, ...words] : words).map((word) =>
      `${place}.${word.replace(/=.*/, '')}`.replace(/^\./, ''),
    ),
  ];
});
const isListed = (place: string): boolean =>
  listed.some((each) => {
    const [a, b] = [each.split('.'), place.split('.')];
    return a.length === b.length && a.every((part, index) => part === b[index] || part === '*');
  });

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const asXml = (place: string, value: string): string => {
  const parts = place.split('.');
  const last = parts.at(-1) ?? '';
  const names = last.startsWith('@') ? parts.slice(0, -1) : parts;
  const declare = ' xmlns:qemu="urn:q" xmlns:lxc="urn:l" xmlns:bhyve="urn:b" xmlns:xen="urn:x" xmlns:vmware="urn:v"';
  const attribute = last.startsWith('@') ? ` ${last.slice(1)}="${escaped(value)}"` : '';
  const text = last.startsWith('@') ? '' : escaped(value);
  const open = names.map((name, index) => `<${name}${index === names.length - 1 ? attribute : ''}>`).join('');
  const close = [...names]
    .reverse()
    .map((name) => `</${name}>`)
    .join('');
  return `<domain${declare}${names.length === 0 ? attribute : ''}>${open}${text}${close}</domain>`;
};

test("of all that libvirt's schema has, what is not on the list is named, and no path of the host passes but as text", () => {
  const places = everyPlace();
  expect(places.length).toBeGreaterThan(1500);
  const free = new Set(['title', 'description', 'os.cmdline', 'sysinfo', 'devices.graphics.@passwd']);
  for (const place of places) {
    if (!isListed(place)) expect(found(asXml(place, '1')), place).not.toEqual([]);
    if (free.has(place) || place.startsWith('sysinfo.')) continue;
    for (const value of ['/etc/shadow', '/dev/vg/web.root/../../sda', '../../etc/shadow'])
      expect(found(asXml(place, value)), `${place} ${value}`).not.toEqual([]);
  }
});

test('an element or attribute of any other name is named, wherever it stands', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9]{9,12}$/);
  const places = [
    '',
    'os',
    'devices',
    'devices.disk',
    'devices.disk.source',
    'features',
    'cpu.numa.cell',
    'devices.video.model',
  ];
  fc.assert(
    fc.property(name, fc.constantFrom(...places), fc.boolean(), (word, place, asAttribute) => {
      const at = `${place === '' ? '' : `${place}.`}${asAttribute ? '@' : ''}${word}`;
      return found(asXml(at, '1')).some((line) => line.includes(word));
    }),
  );
});

test('whatever the list lets pass cannot change a path of the template', () => {
  const { devices, os } = mergeXml(
    seedDomain,
    "<domain><os><boot dev='hd'/></os><devices><emulator>/usr/bin/kvm</emulator></devices></domain>",
  );
  expect([os.kernel, devices?.emulator]).toEqual(['/boot/kvm.current/vmlinuz', '/usr/bin/kvm']);
});

test('each element of the list passes by itself', () => {
  for (const place of listed.filter(
    (each) => each !== '' && !/[@#]/.test(each) && !each.startsWith('devices.graphics'),
  ))
    expect(found(asXml(place.replace('devices.*', 'devices.panic').replaceAll('*', 'size'), '')), place).toEqual([]);
});
