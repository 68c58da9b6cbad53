/** Something that a person does to a guest past the inventory; each is something that `kvmctl drift` has to show. */
export interface HandChange {
  readonly what: string;
  /** What `drift` has to name. */
  readonly shows: string;
  /** A shell script on the host; `$guest` is the guest. Absent for an edit. */
  readonly script?: string;
  /** Of the definition, as `virsh edit` would have it. */
  readonly edit?: (definition: string) => string;
}

type Replacement = readonly [what: string, from: string | RegExp, to: string, shows: string];

const into =
  (parent: string) =>
  (what: string, xml: string, shows: string): Replacement => [what, `</${parent}>`, `${xml}</${parent}>`, shows];
const device = into('devices');
const screen = /<graphics type='vnc'.*?<\/graphics>/s;
const local = "<listen type='address' address='127.0.0.1'/>";
const vnc = (listen: string, attributes = ''): string =>
  `<graphics type='vnc' port='5965' autoport='no' ${attributes}>${listen}</graphics>`;
const disk = "<target dev='vda' bus='virtio'/>";
const diskDriver = "<driver name='qemu' type='raw'/>";
const card = "<model type='virtio'/>";
const cpu = /<cpu mode='custom'.*?<\/cpu>/s;

const edits: readonly Replacement[] = [
  ['VNC for all', screen, vnc("<listen type='address' address='0.0.0.0'/>"), '@listen'],
  ['VNC for all IPv6', screen, vnc("<listen type='address' address='::'/>"), '@listen'],
  ['VNC wherever qemu.conf says', screen, vnc("<listen type='address'/>"), '@listen'],
  ['VNC on a socket', screen, vnc("<listen type='socket' socket='/run/vnc.sock'/>"), 'graphics'],
  ['VNC for nobody', screen, vnc("<listen type='none'/>"), 'graphics'],
  ['VNC for a browser', screen, vnc(local, "websocket='5700'"), '@websocket'],
  ['another VNC port', screen, vnc(local).replace('5965', '5999'), '@port'],
  ['any VNC port', screen, vnc(local).replace("port='5965' autoport='no'", "port='-1' autoport='yes'"), 'autoport'],
  ['a keymap', screen, vnc(local, "keymap='de'"), '@keymap'],
  ['a screen to share', screen, vnc(local, "sharePolicy='ignore'"), '@sharePolicy'],
  device('a second screen', "<graphics type='egl-headless'/>", 'graphics[egl-headless]'),
  ['no confinement', '</domain>', "<seclabel type='none'/></domain>", 'seclabel'],
  ['no confinement by DAC', '</domain>', "<seclabel type='none' model='dac'/></domain>", 'seclabel'],
  [
    'a user of its own',
    '</domain>',
    "<seclabel type='static' model='dac' relabel='no'><label>root:root</label></seclabel></domain>",
    'seclabel',
  ],
  ['another emulator', /<emulator>.*<\/emulator>/, '<emulator>/bin/qemu-system-x86_64</emulator>', 'emulator'],
  ['another machine', /machine='[^']*'/, "machine='isapc'", 'machine'],
  ['another kernel', /<kernel>.*<\/kernel>/, '<kernel>/boot/other</kernel>', 'os.kernel'],
  ['a word for the kernel', '</cmdline>', ' init=/bin/sh</cmdline>', 'os.cmdline'],
  ['a boot from the network', "<boot dev='hd'/>", "<boot dev='network'/>", 'os.boot'],
  ['a boot menu', "<boot dev='hd'/>", "<boot dev='hd'/><bootmenu enable='yes' timeout='3000'/>", 'bootmenu'],
  ['a BIOS on the serial port', "<boot dev='hd'/>", "<boot dev='hd'/><bios useserial='yes'/>", 'os.bios'],
  ['more memory', /<memory unit='KiB'>\d+/, "<memory unit='KiB'>262144", 'memory'],
  ['less memory now', /<currentMemory unit='KiB'>\d+/, "<currentMemory unit='KiB'>65536", 'currentMemory'],
  ['memory that is locked', '<vcpu', '<memoryBacking><locked/></memoryBacking><vcpu', 'memoryBacking'],
  [
    'memory that is shared',
    '<vcpu',
    "<memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking><vcpu",
    'memoryBacking',
  ],
  ['memory outside of dumps', /<memory unit/, "<memory dumpCore='off' unit", 'dumpCore'],
  ['two processors', />1<\/vcpu>/, '>2</vcpu>', 'vcpu'],
  ['a processor pinned', '</vcpu>', "</vcpu><cputune><vcpupin vcpu='0' cpuset='0'/></cputune>", 'vcpupin'],
  ['shares', '</vcpu>', '</vcpu><cputune><shares>5</shares></cputune>', 'shares'],
  ['an I/O thread', '</vcpu>', '</vcpu><iothreads>1</iothreads>', 'iothreads'],
  ['a partition', '</vcpu>', '</vcpu><resource><partition>/other</partition></resource>', 'resource'],
  ['a limit of memory', '</vcpu>', "</vcpu><memtune><hard_limit unit='KiB'>999999</hard_limit></memtune>", 'memtune'],
  ['a weight of disks', '</vcpu>', '</vcpu><blkiotune><weight>500</weight></blkiotune>', 'blkiotune'],
  [
    'another CPU',
    cpu,
    "<cpu mode='custom' match='exact' check='none'><model fallback='forbid'>Nehalem</model></cpu>",
    'cpu.model',
  ],
  ["all of the host's CPU", cpu, "<cpu mode='maximum' check='none' migratable='on'/>", 'cpu.@mode'],
  ['a CPU feature', /<\/model>\s*<\/cpu>/, "</model><feature policy='disable' name='vmx'/></cpu>", 'cpu.feature'],
  [
    'CPU sockets',
    /<\/model>\s*<\/cpu>/,
    "</model><topology sockets='1' dies='1' cores='1' threads='1'/></cpu>",
    'cpu.topology',
  ],
  ['local time', "<clock offset='utc'/>", "<clock offset='localtime'/>", 'clock'],
  ['a timer', "<clock offset='utc'/>", "<clock offset='utc'><timer name='hpet' present='no'/></clock>", 'clock.timer'],
  ['APIC', '<acpi/>', '<acpi/><apic/>', 'features.apic'],
  ['no paravirtual clock', '<acpi/>', "<acpi/><kvm><hidden state='on'/></kvm>", 'features.kvm'],
  ['a crash that restarts', '<on_crash>destroy', '<on_crash>restart', 'on_crash'],
  ['a reboot that stops', '<on_reboot>restart', '<on_reboot>destroy', 'on_reboot'],
  ['another cache', diskDriver, "<driver name='qemu' type='raw' cache='unsafe'/>", 'cache'],
  ['a disk that is shared', disk, `${disk}<shareable/>`, 'shareable'],
  ['a disk that is read only', disk, `${disk}<readonly/>`, 'readonly'],
  ['a disk without snapshots', "device='disk'", "device='disk' snapshot='no'", 'snapshot'],
  ['a serial number', disk, `${disk}<serial>X1</serial>`, 'serial'],
  ['a limit of a disk', disk, `${disk}<iotune><total_iops_sec>10</total_iops_sec></iotune>`, 'iotune'],
  [
    'a disk by another bus',
    /<target dev='vda' bus='virtio'\/>\s*<address [^>]*\/>/,
    "<target dev='vda' bus='usb'/>",
    'bus',
  ],
  ['another volume', /\/dev\/vg\/public\.root/, '/dev/vg/public.var', '/dev/vg/public.var'],
  [
    'a file for a volume',
    /<disk type='block' device='disk'>\s*<driver name='qemu' type='raw'\/>\s*<source dev='\/dev\/vg\/public\.root'/,
    "<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='/run/other.img'",
    '/run/other.img',
  ],
  device(
    'a disk more',
    "<disk type='file' device='disk'><source file='/run/more.img'/><target dev='vdx' bus='virtio'/></disk>",
    'devices.disk[vdx]',
  ),
  device(
    'a CD',
    "<disk type='file' device='cdrom'><source file='/run/cd.iso'/><target dev='hdc' bus='ide'/><readonly/></disk>",
    'devices.disk[hdc]',
  ),
  ['another card', card, "<model type='e1000'/>", 'model'],
  ['another tap', "<target dev='tun65'/>", "<target dev='tun99'/>", 'tun99'],
  ['another MAC address', /52:54:00:[0-9a-f:]+/, '52:54:00:ff:ff:ff', '52:54:00:ff:ff:ff'],
  ['another script', '/etc/kvm/tun-start', '/bin/true', 'script'],
  ['a link that is down', card, `${card}<link state='down'/>`, 'link'],
  ['a limit of a card', card, `${card}<bandwidth><inbound average='1000'/></bandwidth>`, 'bandwidth'],
  ['a filter', card, `${card}<filterref filter='clean-traffic'/>`, 'filterref'],
  ['queues', card, `${card}<driver name='qemu' queues='2'/>`, 'driver'],
  device(
    'a card more',
    "<interface type='user'><mac address='52:54:00:00:00:99'/><model type='virtio'/></interface>",
    '52:54:00:00:00:99',
  ),
  ['another video card', /<model type='cirrus'/, "<model type='virtio'", 'video'],
  ['more video memory', /vram='16384'/, "vram='32768'", 'vram'],
  ['sound into a file', /<audio id='1' type='none'\/>/, "<audio id='1' type='file' path='/run/a.wav'/>", 'audio'],
  device('a sound card', "<sound model='ich6'/>", 'sound'),
  device('a mouse by USB', "<input type='mouse' bus='usb'/>", 'input'),
  device('a tablet', "<input type='tablet' bus='usb'/>", 'input'),
  device('a keyboard', "<input type='keyboard' bus='virtio'/>", 'input'),
  device(
    'a serial port',
    "<serial type='tcp'><source mode='bind' host='127.0.0.1' service='7777'/></serial>",
    'serial',
  ),
  ['a log of the console', /<serial type='pty'>/, "<serial type='pty'><log file='/run/l.log' append='off'/>", 'log'],
  device('a channel', "<channel type='unix'><target type='virtio' name='org.x.y'/></channel>", 'org.x.y'),
  device('a random source', "<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>", 'rng'),
  device('a watchdog', "<watchdog model='i6300esb' action='poweroff'/>", 'watchdog'),
  device('a SCSI controller', "<controller type='scsi' index='0' model='virtio-scsi'/>", 'controller[scsi 0]'),
  device(
    'a PCI bridge for later',
    "<controller type='pci' index='1' model='pci-expander-bus'><target busNr='254'/></controller>",
    'controller',
  ),
  ['another USB controller', "model='piix3-uhci'", "model='qemu-xhci'", 'controller[usb 0]'],
  ['no USB controller', "model='piix3-uhci'", "model='none'", 'controller[usb 0]'],
  device('a panic device', "<panic model='isa'/>", 'panic'),
  device(
    'a directory of the host',
    "<filesystem type='mount' accessmode='mapped'><source dir='/run'/><target dir='x'/></filesystem>",
    'filesystem',
  ),
  device('a vsock', "<vsock model='virtio'><cid auto='yes'/></vsock>", 'vsock'),
  device('memory with others', "<shmem name='x'><model type='ivshmem-plain'/><size unit='M'>4</size></shmem>", 'shmem'),
  ['no balloon', /<memballoon model='virtio'>/, "<memballoon model='none'>", 'memballoon'],
  [
    'a balloon that gives back',
    /<memballoon model='virtio'>/,
    "<memballoon model='virtio' autodeflate='on'>",
    'memballoon',
  ],
  [
    'words for QEMU',
    /<domain type='qemu'>/,
    "<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><qemu:commandline><qemu:arg value='-no-hpet'/></qemu:commandline>",
    'qemu:commandline',
  ],
  ['a title', '</metadata>', '</metadata><title>Mine</title>', 'title'],
];

const attach = (what: string, xml: string, shows: string): HandChange => ({
  what: `${what}, attached`,
  shows,
  script: `echo "${xml}" >/run/device.xml; virsh attach-device $guest /run/device.xml --live`,
});

/** A guest gives a device back only once it is up. */
const untilGone = (detach: string, isThere: string): string =>
  `i=0; while virsh ${isThere} && [ $i -lt 60 ]; do virsh ${detach} --live; i=$((i+1)); sleep 2; done; ! virsh ${isThere}`;

const live: readonly HandChange[] = [
  attach(
    'a disk',
    "<disk type='block'><source dev='/dev/vg/db.root'/><target dev='vdx' bus='virtio'/></disk>",
    'devices.disk[vdx]',
  ),
  attach(
    'a card',
    "<interface type='user'><mac address='52:54:00:00:00:98'/><model type='virtio'/></interface>",
    '52:54:00:00:00:98',
  ),
  attach('a random source', "<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>", 'rng'),
  attach('a tablet', "<input type='tablet' bus='usb'/>", 'input'),
  attach('a channel', "<channel type='unix'><target type='virtio' name='org.x.z'/></channel>", 'org.x.z'),
  attach('a watchdog', "<watchdog model='i6300esb' action='none'/>", 'watchdog'),
  {
    what: 'a disk detached',
    shows: 'devices.disk[vdb]',
    script: untilGone('detach-disk $guest vdb', 'domblklist $guest | grep -q vdb'),
  },
  { what: 'a cable pulled', shows: 'link', script: 'virsh domif-setlink $guest tun65 down' },
  {
    what: 'a card updated',
    shows: 'link',
    script: `virsh dumpxml $guest | sed -n "/<interface/,/<.interface>/p" | sed "s:<model:<link state='down'/><model:" >/run/device.xml; virsh update-device $guest /run/device.xml --live`,
  },
  {
    what: 'a card detached',
    shows: 'devices.interface',
    script: untilGone('detach-interface $guest ethernet', 'domiflist $guest | grep -q tun65'),
  },
  { what: 'memory taken away', shows: 'currentMemory', script: 'virsh setmem $guest 100MiB --live; sleep 3' },
  { what: 'a disk slowed down', shows: 'iotune', script: 'virsh blkdeviotune $guest vda --total-iops-sec 50 --live' },
  { what: 'an I/O thread', shows: 'iothread', script: 'virsh iothreadadd $guest 1 --live' },
  {
    what: 'another end after a crash',
    shows: 'on_crash',
    script: 'virsh set-lifecycle-action $guest crash restart --live',
  },
  { what: 'a title', shows: 'title', script: 'virsh desc $guest --live --title Mine' },
  {
    what: 'a copy of a disk',
    shows: 'copy of vda',
    script:
      'truncate -s 64M /run/copy.img; virsh blockcopy $guest vda /run/copy.img --transient-job --reuse-external --format raw --bandwidth 1',
  },
  {
    what: 'a snapshot',
    shows: '/run/snapshot.qcow2',
    script:
      'rm -f /run/snapshot.qcow2; virsh snapshot-create-as $guest one --no-metadata --disk-only --diskspec vda,file=/run/snapshot.qcow2 --diskspec vdb,snapshot=no',
  },
  {
    what: 'an order to QEMU itself',
    shows: 'past libvirt',
    script: 'virsh qemu-monitor-command $guest --hmp info version',
  },
];

const q35: HandChange = {
  what: 'q35',
  shows: 'machine',
  edit: (xml) =>
    xml
      .replace(/machine='[^']*'/, "machine='q35'")
      .replace("<controller type='pci' index='0' model='pci-root'/>", '')
      .replace(/<address type='(pci|drive)'[^>]*\/>/g, ''),
};

/** Those to a definition first. */
export const handChanges: readonly HandChange[] = [
  q35,
  ...edits.map(([what, from, to, shows]) => ({ what, shows, edit: (xml: string) => xml.replace(from, to) })),
  ...live,
];
