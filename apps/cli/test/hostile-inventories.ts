const host = (more = ''): string => `host: { name: foreign, address: 192.168.100.1/24${more} }\n`;

/** An inventory with a guest of the template, whose raw XML this is. */
export const withXml = (xml: string): string =>
  `${host()}defaults: { memory: 64 MiB, disks: { root: none, var: none, swap: none } }\nguests:\n  web:\n    vmid: 61\n    cmdline: console=ttyS1\n    xml: ${JSON.stringify(xml)}\n`;

/** Files by which a program that writes to them has the machine, and some that it should not read. */
export const targets = (trace: string): readonly string[] => [
  '/proc/sys/kernel/poweroff_cmd',
  '/proc/sys/kernel/core_pattern',
  '/proc/sys/kernel/modprobe',
  '/proc/sysrq-trigger',
  '/sys/kernel/uevent_helper',
  '/sys/module/kernel/parameters/panic',
  '/dev/mem',
  '/dev/vg/web.x/../../mem',
  '/etc/cron.d/foreign',
  '/etc/shadow',
  '/etc/libvirt/hooks/qemu',
  '/root/.ssh/authorized_keys',
  trace,
];

/** Raw XML that hands a path of the host to the guest, in each way that libvirt has. */
export const xmlWith = (path: string): readonly string[] => [
  ...['file', 'dev', 'pipe', 'unix'].flatMap((type) =>
    ['serial', 'console', 'parallel', 'channel'].map(
      (device) =>
        `<devices><${device} type='${type}'><source mode='bind' path='${path}' append='on'/><target type='virtio' name='a'/></${device}></devices>`,
    ),
  ),
  `<devices><serial type='pty'><log file='${path}' append='off'/></serial></devices>`,
  `<devices><disk type='file'><source file='${path}'/><target dev='vdx'/></disk></devices>`,
  `<devices><disk type='block'><source dev='${path}'/><target dev='vdx'/></disk></devices>`,
  `<devices><disk type='block'><source dev='/dev/vg/web.x'/><backingStore type='file'><source file='${path}'/></backingStore><target dev='vdx'/></disk></devices>`,
  `<devices><disk type='block'><source dev='/dev/vg/web.x'/><mirror file='${path}'/><target dev='vdx'/></disk></devices>`,
  `<devices><filesystem type='mount'><source dir='${path}'/><target dir='a'/></filesystem></devices>`,
  `<devices><filesystem type='mount'><binary path='${path}'/><source dir='/srv'/><target dir='a'/></filesystem></devices>`,
  `<devices><interface type='ethernet'><script path='${path}'/></interface></devices>`,
  `<devices><interface type='vhostuser'><source type='unix' path='${path}' mode='server'/></interface></devices>`,
  `<devices><emulator>${path}</emulator></devices>`,
  `<devices><graphics type='vnc' socket='${path}'/></devices>`,
  `<devices><graphics type='spice'><gl enable='yes' rendernode='${path}'/></graphics></devices>`,
  `<devices><rng model='virtio'><backend model='random'>${path}</backend></rng></devices>`,
  `<devices><tpm model='tpm-tis'><backend type='passthrough'><device path='${path}'/></backend></tpm></devices>`,
  `<devices><input type='evdev'><source dev='${path}'/></input></devices>`,
  `<devices><audio id='1' type='oss'><input dev='${path}'/></audio></devices>`,
  `<devices><memory model='nvdimm'><source><path>${path}</path></source><target><size unit='MiB'>64</size></target></memory></devices>`,
  `<devices><hostdev mode='capabilities' type='misc'><source><char>${path}</char></source></hostdev></devices>`,
  ...['kernel', 'initrd', 'dtb', 'loader', 'nvram'].map((file) => `<os><${file}>${path}</${file}></os>`),
  `<os><nvram template='${path}'/></os>`,
  `<os><acpi><table type='slic'>${path}</table></acpi></os>`,
  `<sysinfo type='fwcfg'><entry name='opt/a' file='${path}'/></sysinfo>`,
  `<bootloader>${path}</bootloader>`,
  `<clock offset='timezone' timezone=':${path}'/>`,
  `<memoryBacking><source type='file'/></memoryBacking><resource><partition>${path}</partition></resource>`,
  ...['-chardev', 'file,id=a,path='].map(
    (option) =>
      `<commandline xmlns='http://libvirt.org/schemas/domain/qemu/1.0'><arg value='-chardev'/><arg value='${option}${path}'/></commandline>`,
  ),
];

/** Other ways to hand paths to programs of the host. */
export const hostWith = (path: string): readonly string[] => [
  host(`, emulator: ${path}`),
  host(`, kernel: ${path}`),
  host(`, initrd: ${path}`),
  host(`, kernel: ${path}/vmlinuz, current: ${path}`),
  `${host()}guests: { web: { vmid: 61, disks: { root: { size: 1 GiB, from: ${path} } } } }\n`,
];

/** What a parser or a shell may trip over; each is refused as a whole. */
export const broken: readonly string[] = [
  host(', uplink: "../../etc"'),
  host(', uplink: "eth0;reboot"'),
  host(', vg: "../etc"'),
  host(', emulator: "/usr/bin/kvm; reboot"').replace('/24', '/24x'),
  'host: !!js/function "function () { process.exit(7) }"\n',
  '!include /etc/shadow\n',
  `a: &a [${'x,'.repeat(9)}x]\n${Array.from({ length: 9 }, (_, index) => `b${index}: &b${index} [${'*a,'.repeat(9)}*a]\n`).join('')}`,
  `${host()}<<: { host: { name: other } }\n`,
  `${host()}__proto__: { exitCode: 0 }\n`,
  `${host()}guests: { "$(reboot)": { vmid: 61 } }\n`,
  `${host()}guests: { "../../etc/cron.d/x": { vmid: 61 } }\n`,
  `${host()}guests: { web: { vmid: 61, disks: { "../x": 1 GiB } } }\n`,
  `${host()}guests: { web: { vmid: 61, xml: "<!DOCTYPE d [<!ENTITY e SYSTEM 'file:///etc/shadow'>]><domain>&e;</domain>" } }\n`,
  `${host()}guests: { web: { vmid: 61, xml: "<domain><name>../../etc/x</name></domain>" } }\n`,
];
