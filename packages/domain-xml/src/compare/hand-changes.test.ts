import { describe, expect, test } from 'vitest';
import { diffDomains, domainData, parseXml } from '../index.ts';

const wanted = `<domain type='kvm'><name>public</name><uuid>6e0b5d0e-55c2-4b5e-8a6e-0a3a4ad7a065</uuid>
  <memory unit='MiB'>512</memory><vcpu>1</vcpu>
  <os><type>hvm</type><kernel>/boot/vmlinuz</kernel></os><features><acpi/></features>
  <devices>
    <disk type='block'><source dev='/dev/vg/public.root'/><target dev='vda' bus='virtio'/></disk>
    <interface type='ethernet'><target dev='tun65'/></interface>
    <graphics type='vnc' port='5965' autoport='no'/>
    <console type='pty'><target port='0'/></console></devices></domain>`;

/** What libvirt 9.0 makes of it, as a definition. */
const defined = `<domain type='kvm'><name>public</name><uuid>6e0b5d0e-55c2-4b5e-8a6e-0a3a4ad7a065</uuid>
  <memory unit='KiB'>524288</memory><currentMemory unit='KiB'>524288</currentMemory><vcpu placement='static'>1</vcpu>
  <os><type arch='x86_64' machine='pc-i440fx-7.2'>hvm</type><kernel>/boot/vmlinuz</kernel><boot dev='hd'/></os>
  <features><acpi/></features><cpu mode='custom' match='exact' check='none'><model fallback='forbid'>qemu64</model></cpu>
  <clock offset='utc'/><on_poweroff>destroy</on_poweroff><on_reboot>restart</on_reboot><on_crash>destroy</on_crash>
  <devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type='block' device='disk'><driver name='qemu' type='raw'/><source dev='/dev/vg/public.root'/>
      <target dev='vda' bus='virtio'/><address type='pci' domain='0x0000' bus='0x00' slot='0x04' function='0x0'/></disk>
    <controller type='usb' index='0' model='piix3-uhci'><address type='pci' domain='0x0000' bus='0x00' slot='0x01' function='0x2'/></controller>
    <controller type='pci' index='0' model='pci-root'/>
    <interface type='ethernet'><mac address='52:54:00:61:65:0a'/><target dev='tun65'/><model type='rtl8139'/>
      <address type='pci' domain='0x0000' bus='0x00' slot='0x03' function='0x0'/></interface>
    <serial type='pty'><target type='isa-serial' port='0'><model name='isa-serial'/></target></serial>
    <console type='pty'><target type='serial' port='0'/></console>
    <input type='mouse' bus='ps2'/><input type='keyboard' bus='ps2'/>
    <graphics type='vnc' port='5965' autoport='no'><listen type='address'/></graphics>
    <audio id='1' type='none'/><video><model type='cirrus' vram='16384' heads='1' primary='yes'/>
      <address type='pci' domain='0x0000' bus='0x00' slot='0x02' function='0x0'/></video>
    <memballoon model='virtio'><address type='pci' domain='0x0000' bus='0x00' slot='0x05' function='0x0'/></memballoon></devices></domain>`;

/** The same while it runs. */
const running = defined
  .replace("<domain type='kvm'>", "<domain type='kvm' id='3'>")
  .replace('</vcpu>', '</vcpu><resource><partition>/machine</partition></resource>')
  .replace("check='none'>", "check='full'>")
  .replace(
    'qemu64</model>',
    "qemu64</model><feature policy='require' name='hypervisor'/><feature policy='disable' name='svm'/>",
  )
  .replace(
    "autoport='no'><listen type='address'/>",
    "autoport='no' listen='127.0.0.1'><listen type='address' address='127.0.0.1'/>",
  )
  .replace(
    "<source dev='/dev/vg/public.root'/>",
    "<source dev='/dev/vg/public.root' index='1'/><backingStore/><alias name='virtio-disk0'/>",
  )
  .replace("<serial type='pty'>", "<serial type='pty'><source path='/dev/pts/4'/><alias name='serial0'/>")
  .replace("<console type='pty'>", "<console type='pty' tty='/dev/pts/4'><source path='/dev/pts/4'/>")
  .replace(
    '</devices>',
    "</devices><seclabel type='dynamic' model='apparmor' relabel='yes'><label>libvirt-6e</label><imagelabel>libvirt-6e</imagelabel></seclabel><seclabel type='dynamic' model='dac' relabel='yes'><label>+64055:+64055</label></seclabel>",
  );

const diff = (actual: string) => diffDomains(domainData(parseXml(wanted)), domainData(parseXml(actual)));

test('a domain that libvirt filled in, defined or running, does not differ', () => {
  expect(diff(defined)).toEqual([]);
  expect(diff(running)).toEqual([]);
});

type Change = [what: string, from: string | RegExp, to: string, path: string];
const device = (what: string, xml: string, path: string): Change => [what, '</devices>', `${xml}</devices>`, path];

/** Additions that somebody made by hand: none is libvirt's own. */
const changes: Change[] = [
  [
    'VNC for all',
    "<listen type='address'/>",
    "<listen type='address' address='0.0.0.0'/>",
    'devices.graphics[vnc].listen.@address',
  ],
  [
    'VNC for a network',
    "<listen type='address'/>",
    "<listen type='network' network='default'/>",
    'devices.graphics[vnc].listen.@type',
  ],
  ['VNC for nobody', "<listen type='address'/>", "<listen type='none'/>", 'devices.graphics[vnc].listen.@type'],
  [
    'VNC on a socket',
    "<listen type='address'/>",
    "<listen type='socket' socket='/tmp/vnc'/>",
    'devices.graphics[vnc].listen.@type',
  ],
  [
    'VNC on a socket, the old way',
    "autoport='no'>",
    "autoport='no' socket='/tmp/vnc'>",
    'devices.graphics[vnc].@socket',
  ],
  ['VNC for a browser', "autoport='no'>", "autoport='no' websocket='5700'>", 'devices.graphics[vnc].@websocket'],
  ['a keymap', "autoport='no'>", "autoport='no' keymap='de'>", 'devices.graphics[vnc].@keymap'],
  [
    'a VNC that anybody shares',
    "autoport='no'>",
    "autoport='no' sharePolicy='ignore'>",
    'devices.graphics[vnc].@sharePolicy',
  ],
  device('a second screen', "<graphics type='spice' autoport='yes'/>", 'devices.graphics[spice]'),
  device('a second VNC', "<graphics type='vnc' port='5999' autoport='no'/>", 'devices.graphics[vnc]'),
  ['no confinement', '</devices>', "</devices><seclabel type='none'/>", 'seclabel'],
  ['no confinement by one model', '</devices>', "</devices><seclabel type='none' model='apparmor'/>", 'seclabel'],
  [
    'a label of its own',
    '</devices>',
    "</devices><seclabel type='static' model='dac' relabel='yes'><label>root:root</label></seclabel>",
    'seclabel',
  ],
  [
    'a base label',
    '</devices>',
    "</devices><seclabel type='dynamic' model='selinux' relabel='yes'><baselabel>x</baselabel></seclabel>",
    'seclabel',
  ],
  ['another emulator', '/usr/bin/qemu-system-x86_64', '/tmp/qemu', 'devices.emulator'],
  ['an emulator elsewhere', '/usr/bin/qemu-system-x86_64', '/usr/local/bin/qemu-system-x86_64', 'devices.emulator'],
  ['another machine', 'pc-i440fx-7.2', 'isapc', 'os.type.@machine'],
  ['a newer machine', 'pc-i440fx-7.2', 'pc-q35-7.2', 'os.type.@machine'],
  ['another architecture', "arch='x86_64'", "arch='i686'", 'os.type.@arch'],
  ['another network card', "<model type='rtl8139'/>", "<model type='e1000'/>", 'devices.interface.model.@type'],
  ['a paravirtual network card', "<model type='rtl8139'/>", "<model type='virtio'/>", 'devices.interface.model.@type'],
  ['a MAC address that is not made up', '52:54:00:61:65:0a', '00:1b:21:61:65:0a', 'devices.interface.mac.@address'],
  [
    'no check of addresses',
    "<model type='rtl8139'/>",
    "<model type='rtl8139'/><port isolated='no'/>",
    'devices.interface.port',
  ],
  [
    'packets for all',
    "<interface type='ethernet'>",
    "<interface type='ethernet' trustGuestRxFilters='yes'>",
    'devices.interface.@trustGuestRxFilters',
  ],
  [
    'another video card',
    "<model type='cirrus' vram='16384'",
    "<model type='qxl' vram='16384'",
    'devices.video.model.@type',
  ],
  ['more video memory', "vram='16384'", "vram='65536'", 'devices.video.model.@vram'],
  ['two heads', "heads='1'", "heads='2'", 'devices.video.model.@heads'],
  [
    'video acceleration',
    "primary='yes'/>",
    "primary='yes'><acceleration accel3d='yes'/></model>",
    'devices.video.model.acceleration',
  ],
  [
    'sound into a file',
    "<audio id='1' type='none'/>",
    "<audio id='1' type='file' path='/tmp/a.wav'/>",
    'devices.audio[1].@type',
  ],
  [
    'sound from the host',
    "<audio id='1' type='none'/>",
    "<sound model='ich6'/><audio id='1' type='alsa'/>",
    'devices.audio[1].@type',
  ],
  ['an I/O thread', '</vcpu>', '</vcpu><iothreads>1</iothreads>', 'iothreads'],
  [
    'an I/O thread by number',
    '</vcpu>',
    "</vcpu><iothreadids><iothread id='1'/></iothreadids>",
    'iothreadids.iothread',
  ],
  ['a partition', '</vcpu>', '</vcpu><resource><partition>/machine/other</partition></resource>', 'resource'],
  ['another CPU', '>qemu64<', '>Haswell<', 'cpu.model'],
  [
    "the host's CPU",
    "<cpu mode='custom' match='exact' check='none'><model fallback='forbid'>qemu64</model></cpu>",
    "<cpu mode='host-passthrough' check='none' migratable='on'/>",
    'cpu.@mode',
  ],
  ['a CPU feature', 'qemu64</model>', "qemu64</model><feature policy='force' name='svm'/>", 'cpu.feature[svm]'],
  ['CPU threads', 'qemu64</model>', "qemu64</model><topology sockets='1' cores='1' threads='1'/>", 'cpu.topology'],
  ['another firmware', '<kernel>', "<loader readonly='yes' type='rom'>/tmp/bios.bin</loader><kernel>", 'os.loader'],
  ['its variables', '<kernel>', '<nvram>/tmp/vars.fd</nvram><kernel>', 'os.nvram'],
  ['a boot from the network', "<boot dev='hd'/>", "<boot dev='network'/>", 'os.boot.@dev'],
  ['a boot menu', "<boot dev='hd'/>", "<boot dev='hd'/><bootmenu enable='yes'/>", 'os.bootmenu'],
  ['another clock', "<clock offset='utc'/>", "<clock offset='localtime'/>", 'clock.@offset'],
  [
    'a timer',
    "<clock offset='utc'/>",
    "<clock offset='utc'><timer name='kvmclock' present='no'/></clock>",
    'clock.timer[kvmclock]',
  ],
  device('a third mouse', "<input type='mouse' bus='usb'/>", 'devices.input[3]'),
  device('a mouse twice', "<input type='mouse' bus='ps2'/>", 'devices.input'),
  device('a tablet', "<input type='tablet' bus='usb'/>", 'devices.input'),
  device("the host's keyboard", "<input type='evdev'><source dev='/dev/input/event0'/></input>", 'devices.input'),
  device('a SCSI controller', "<controller type='scsi' index='0' model='virtio-scsi'/>", 'devices.controller[scsi 0]'),
  ['another USB controller', "model='piix3-uhci'", "model='qemu-xhci'", 'devices.controller[usb 0]'],
  device(
    'a controller that nothing sits on',
    "<controller type='virtio-serial' index='0'/>",
    'devices.controller[virtio-serial 0]',
  ),
  ['a word where none is', "<audio id='1' type='none'/>", "<audio id='1' type='none'>x</audio>", 'devices.audio'],
  device('a PCI expander', "<controller type='pci' index='1' model='pci-expander-bus'/>", 'devices.controller[pci 1]'),
  device(
    'another serial port',
    "<serial type='tcp'><source mode='bind' host='0.0.0.0' service='9'/><target type='isa-serial' port='1'/></serial>",
    'devices.serial',
  ),
  [
    'a log of the console',
    "<serial type='pty'>",
    "<serial type='pty'><log file='/tmp/log' append='on'/>",
    'devices.serial.log',
  ],
  device(
    'another console',
    "<console type='unix'><source mode='bind' path='/tmp/c'/><target type='virtio' port='1'/></console>",
    'devices.console',
  ),
  device('a channel', "<channel type='unix'><target type='virtio' name='x'/></channel>", 'devices.channel[x]'),
  device(
    'a device of the host',
    "<hostdev mode='subsystem' type='usb'><source><vendor id='0x1'/><product id='0x2'/></source></hostdev>",
    'devices.hostdev',
  ),
  device(
    'a directory of the host',
    "<filesystem type='mount'><source dir='/'/><target dir='x'/></filesystem>",
    'devices.filesystem[x]',
  ),
  device('memory shared with others', "<shmem name='x'/>", 'devices.shmem'),
  [
    'statistics of the balloon',
    "<memballoon model='virtio'>",
    "<memballoon model='virtio'><stats period='5'/>",
    'devices.memballoon.stats',
  ],
  ['no balloon', "<memballoon model='virtio'>", "<memballoon model='none'>", 'devices.memballoon.@model'],
  device('a panic device', "<panic model='isa'/>", 'devices.panic'),
  device(
    'a TPM',
    "<tpm model='tpm-tis'><backend type='passthrough'><device path='/dev/tpm0'/></backend></tpm>",
    'devices.tpm',
  ),
  device('a watchdog', "<watchdog model='i6300esb' action='reset'/>", 'devices.watchdog'),
  [
    'a backing file',
    "<target dev='vda'",
    "<backingStore type='file'><format type='raw'/><source file='/tmp/b'/></backingStore><target dev='vda'",
    'devices.disk[vda].backingStore',
  ],
  [
    'a copy of a disk',
    "<target dev='vda'",
    "<mirror type='file' job='copy'><source file='/tmp/leak'/></mirror><target dev='vda'",
    'devices.disk[vda].mirror',
  ],
  ['another cache', "type='raw'/>", "type='raw' cache='unsafe'/>", 'devices.disk[vda].driver.@cache'],
  [
    'a name for hardware',
    "<target dev='vda' bus='virtio'/>",
    "<target dev='vda' bus='virtio'/><wwn>5000c50015ea71aa</wwn>",
    'devices.disk[vda].wwn',
  ],
  [
    'a disk that others may write to',
    "<target dev='vda'",
    "<shareable/><target dev='vda'",
    'devices.disk[vda].shareable',
  ],
  [
    'a disk outside of snapshots',
    "<disk type='block' device='disk'>",
    "<disk type='block' device='disk' snapshot='no'>",
    'devices.disk[vda].@snapshot',
  ],
  ['an alias', "<target dev='vda'", "<alias name='ua-mine'/><target dev='vda'", 'devices.disk[vda].alias'],
  [
    'words for QEMU',
    "<domain type='kvm'>",
    "<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><qemu:commandline><qemu:arg value='-s'/></qemu:commandline>",
    'qemu:commandline',
  ],
  [
    'memory encryption',
    '</devices>',
    "</devices><launchSecurity type='sev'><policy>0x1</policy></launchSecurity>",
    'launchSecurity',
  ],
  ['a crash that is kept', '<on_crash>destroy', '<on_crash>preserve', 'on_crash'],
];

describe('what was done by hand is shown', () => {
  test.each(changes)('%s, in a definition', (_, from, to, path) => {
    const changed = defined.replace(from, to);
    expect(changed).not.toBe(defined);
    expect(diff(changed).map((each) => each.path)).toContainEqual(expect.stringContaining(path));
  });

  test.each<Change>([
    ['VNC for all', "address='127.0.0.1'/>", "address='0.0.0.0'/>", 'devices.graphics[vnc].listen.@address'],
    ['VNC for all, the old way', "listen='127.0.0.1'", "listen='0.0.0.0'", 'devices.graphics[vnc].@listen'],
    [
      'no confinement',
      /<seclabel type='dynamic' model='apparmor'.*?<\/seclabel>/,
      "<seclabel type='none' model='apparmor'/>",
      'seclabel',
    ],
    ['a partition', '/machine<', '/other<', 'resource.partition'],
    [
      'a copy of a disk',
      "<target dev='vda'",
      "<mirror type='file' job='copy'><source file='/tmp/leak'/></mirror><target dev='vda'",
      'devices.disk[vda].mirror',
    ],
    [
      'a console elsewhere',
      "<console type='pty' tty='/dev/pts/4'><source path='/dev/pts/4'/>",
      "<console type='pty' tty='/dev/pts/4'><source path='/tmp/pts'/>",
      'devices.console.source.@path',
    ],
    ['an alias', "name='virtio-disk0'", "name='ua-mine'", 'devices.disk[vda].alias.@name'],
    device('a tablet', "<input type='tablet' bus='usb'/>", 'devices.input'),
    device('a rng', "<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>", 'devices.rng'),
  ])('%s, in a running guest', (_, from, to, path) => {
    const changed = running.replace(from, to);
    expect(changed).not.toBe(running);
    expect(diff(changed).map((each) => each.path)).toContainEqual(expect.stringContaining(path));
  });

  test.each<Change>([
    ['a partition', '</vcpu>', '</vcpu><resource><partition>/machine</partition></resource>', 'resource'],
    ['a pty', "<serial type='pty'>", "<serial type='pty'><source path='/dev/pts/4'/>", 'devices.serial.source'],
    ['an alias', "<target dev='vda'", "<alias name='virtio-disk0'/><target dev='vda'", 'devices.disk[vda].alias'],
    [
      'an address to listen on',
      "<listen type='address'/>",
      "<listen type='address' address='127.0.0.1'/>",
      'devices.graphics[vnc].listen.@address',
    ],
    ['a dynamic label', '</devices>', "</devices><seclabel type='dynamic' model='dac' relabel='yes'/>", 'seclabel'],
    ['a CPU feature', 'qemu64</model>', "qemu64</model><feature policy='require' name='svm'/>", 'cpu.feature[svm]'],
  ])('%s of what only a running guest has, in a definition', (_, from, to, path) => {
    expect(diff(defined.replace(from, to)).map((each) => each.path)).toContainEqual(expect.stringContaining(path));
  });
});

test.each([
  ['7', '007'],
  ['0x10', '16'],
  ['AA:BB:CC:DD:EE:FF', 'aa:bb:cc:dd:ee:ff'],
])('a serial number is text, in which %s is not %s', (one, other) => {
  const withSerial = (serial: string) =>
    domainData(parseXml(wanted.replace("bus='virtio'/></disk>", `bus='virtio'/><serial>${serial}</serial></disk>`)));
  expect(diffDomains(withSerial(one), withSerial(` ${one} `))).toEqual([]);
  expect(diffDomains(withSerial(one), withSerial(other))).toEqual([
    expect.objectContaining({ path: 'devices.disk[vda].serial', desired: one, actual: other }),
  ]);
});
