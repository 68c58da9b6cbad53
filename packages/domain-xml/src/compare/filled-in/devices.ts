import { attributeAt, childOf, type Tree } from '../tree.ts';
import { type Addition, devicesOf, isLive, isNew, type KnownDefault, wholeNumber } from './known-default.ts';
import { archOf, machineKind } from './machine.ts';

const addresses = 'src/qemu/qemu_domain_address.c, qemuDomainAssignAddresses';
const chr = 'src/qemu/qemu_domain.c, qemuDomainChrDefPostParse';
const compat = 'src/conf/domain_conf.c, virDomainDefAddConsoleCompat';
const lines = ['console', 'serial', 'channel', 'parallel'];
const each = (names: readonly string[], path: string): string =>
  names.map((name) => `devices.${name}${path}`).join(' ');

const pty = /^\/dev\/pts\/[0-9]+$/;

/** Devices of all kinds: where they sit, what they are called, and those that libvirt adds. */
export const deviceDefaults: readonly KnownDefault[] = [
  {
    path: 'emulator emulator.# devices.emulator devices.emulator.#',
    when: ({ value, present }) =>
      [
        '/usr/bin/kvm',
        '/usr/bin/qemu-kvm',
        '/usr/libexec/qemu-kvm',
        `/usr/bin/qemu-system-${qemuArch(present)}`,
      ].includes(value),
    value: /./,
    source: 'src/qemu/qemu_capabilities.c, virQEMUCapsGetDefaultEmulator',
  },
  { path: 'devices.*.address', when: isAllocated, source: addresses },
  {
    path: 'devices.*.address.@type',
    value: ['pci', 'drive', 'virtio-serial', 'ccid', 'usb', 'spapr-vio', 'ccw', 'virtio-mmio', 'isa', 'dimm'],
    source: addresses,
  },
  {
    path: [
      'domain',
      'bus',
      'slot',
      'function',
      'controller',
      'target',
      'unit',
      'port',
      'reg',
      'cssid',
      'ssid',
      'devno',
      'base',
      'iobase',
      'irq',
    ]
      .map((name) => `devices.*.address.@${name}`)
      .join(' '),
    value: /^[0-9a-fx.]+$/i,
    source: addresses,
  },
  {
    path: 'devices.controller.address.@multifunction',
    value: ['on'],
    source: 'src/qemu/qemu_domain_address.c, qemuDomainAssignPCIAddresses: of root ports and companions',
  },
  { path: 'devices.*.address.zpci', when: ({ present }) => archOf(present) === 's390x', source: addresses },
  { path: 'devices.*.address.zpci.@uid devices.*.address.zpci.@fid', value: wholeNumber, source: addresses },
  { path: 'devices.*.alias', where: 'live', source: 'src/qemu/qemu_alias.c, qemuAssignDeviceAliases' },
  {
    path: 'devices.*.alias.@name',
    value: /^(?!ua-)/,
    where: 'live',
    source: "src/qemu/qemu_alias.c, qemuAssignDeviceAliases: a user's own begin with ua-",
  },

  { path: 'devices.serial', when: isOfConsole, source: compat },
  { path: 'devices.console', when: isOfSerial, source: compat },
  { path: 'devices.serial.@type devices.console.@type', value: /./, when: isNew, source: compat },
  { path: each(lines, '.target'), source: chr },
  {
    path: each(lines, '.target.@port'),
    value: wholeNumber,
    source: 'src/conf/domain_postparse.c, virDomainChrDefPostParse',
  },
  {
    path: 'devices.serial.target.@type',
    when: ({ value, present }) => value === serialType(present),
    source: chr,
  },
  { path: 'devices.console.target.@type', value: ['serial'], source: 'virDomainChrConsoleTargetTypeToString' },
  {
    path: 'devices.serial.target.model',
    source: chr,
  },
  {
    path: 'devices.serial.target.model.@name',
    when: ({ value, device, present }) => {
      const type = device && attributeAt(device, 'target@type');
      return serialModels(type, present).includes(value);
    },
    source: chr,
  },
  { path: 'devices.console.@tty devices.serial.@tty', value: pty, where: 'live', source: 'virDomainChrDefFormat' },
  {
    path: each(lines, '.source'),
    when: (addition) => isOpened(addition) || isMirrored(addition),
    source: 'src/qemu/qemu_process.c, qemuProcessFindCharDevicePTYsMonitor; qemuDomainPrepareChannel',
  },
  { path: each(lines, '.source.@path'), value: pty, where: 'live', source: 'qemuProcessFindCharDevicePTYsMonitor' },
  {
    path: 'devices.channel.source.@path',
    value: /\/channel\/(?:target\/)?(?:domain-)?[^/]+\/[^/]+$/,
    where: 'live',
    when: ({ device }) => device?.attributes.get('type') === 'unix',
    source: 'src/qemu/qemu_domain.c, qemuDomainPrepareChannel',
  },
  { path: 'devices.channel.source.@mode', value: ['bind'], source: 'src/qemu/qemu_domain.c, qemuDomainPrepareChannel' },
  // A console that stands for the first serial port says the same.
  { path: 'devices.console.source.@* devices.console.protocol.@*', value: /./, when: isMirrored, source: compat },
  { path: 'devices.console.protocol', when: isMirrored, source: compat },
  { path: 'devices.*.source.@tls', value: ['no'], source: 'src/qemu/qemu_domain.c, qemuProcessPrepareChardevSource' },
  {
    path: 'devices.channel.target.@state',
    value: ['connected', 'disconnected'],
    where: 'live',
    source: 'src/qemu/qemu_process.c, qemuProcessRefreshChannelVirtioState',
  },

  {
    path: 'devices.memballoon',
    when: ({ around }) => !around.children.has('memballoon'),
    source: 'src/qemu/qemu_domain.c, qemuDomainDefAddDefaultDevices',
  },
  { path: 'devices.memballoon.@model', value: ['virtio'], source: 'qemuDomainDefAddDefaultDevices' },
  {
    path: 'devices.panic',
    when: ({ around, present }) => !around.children.has('panic') && ['pseries', 's390'].includes(machineKind(present)),
    source: 'src/qemu/qemu_domain.c, qemuDomainDefAddDefaultDevices',
  },
  {
    path: 'devices.panic.@model',
    when: ({ value, present }) => value === panicModel(present),
    source: 'src/qemu/qemu_domain.c, qemuDomainDevicePanicDefPostParse',
  },
  {
    path: 'devices.hostdev.@managed',
    value: ['no'],
    source: 'src/conf/domain_conf.c, virDomainHostdevDefParseXMLSubsys',
  },
  { path: 'devices.hostdev.driver', where: 'live', source: 'src/qemu/qemu_hostdev.c, qemuHostdevPreparePCIDevices' },
  {
    path: 'devices.hostdev.driver.@name',
    value: ['vfio'],
    source: 'src/qemu/qemu_hostdev.c, qemuHostdevPreparePCIDevices',
  },
  {
    path: 'devices.hostdev.source.address devices.hostdev.source.address.@bus devices.hostdev.source.address.@device',
    value: /^[0-9]*$/,
    where: 'live',
    when: ({ device }) => device?.attributes.get('type') === 'usb',
    source: 'src/hypervisor/virhostdev.c, virHostdevFindUSBDevice',
  },
  { path: 'devices.vsock.@model', value: ['virtio'], source: 'src/qemu/qemu_domain.c, qemuDomainVsockDefPostParse' },
  {
    path: 'devices.vsock.cid.@address',
    value: wholeNumber,
    where: 'live',
    when: ({ around }) => around.attributes.get('auto') === 'yes',
    source: 'src/qemu/qemu_process.c, qemuProcessPrepareHost; src/util/virvsock.c, virVsockAcquireGuestCid',
  },
  {
    path: 'devices.tpm.@model',
    when: ({ value, present }) => value === (archOf(present).startsWith('ppc64') ? 'tpm-spapr' : 'tpm-tis'),
    source: 'src/qemu/qemu_domain.c, qemuDomainTPMDefPostParse',
  },
  {
    path: 'devices.tpm.backend.@version',
    when: ({ value, device, present }) => {
      const isNewer =
        machineKind(present) === 'virt' || ['tpm-crb', 'tpm-spapr'].includes(device?.attributes.get('model') ?? '');
      return value === (isNewer ? '2.0' : '1.2');
    },
    source: 'src/qemu/qemu_domain.c, qemuDomainTPMDefPostParse',
  },
  { path: 'devices.shmem.model', source: 'src/qemu/qemu_domain.c, qemuDomainShmemDefPostParse' },
  { path: 'devices.shmem.model.@type', value: ['ivshmem'], source: 'virDomainShmemDefParseXML' },
  { path: 'devices.shmem.size devices.shmem.size.#', value: ['4'], source: 'qemuDomainShmemDefPostParse' },
  {
    path: 'devices.shmem.msi',
    when: ({ device }) => device?.children.has('server') === true,
    source: 'src/qemu/qemu_domain.c, qemuDomainShmemDefPostParse',
  },
  { path: 'devices.shmem.msi.@ioeventfd', value: ['on'], source: 'qemuDomainShmemDefPostParse' },
  {
    path: 'devices.watchdog.@action',
    value: ['reset'],
    source: 'src/conf/domain_conf.c, virDomainWatchdogDefParseXML',
  },
  { path: 'devices.redirdev.@bus', value: ['usb'], source: 'src/conf/domain_conf.c, virDomainRedirdevDefParseXML' },
  { path: 'devices.sound.audio', source: 'src/conf/domain_postparse.c, virDomainDefPostParseCommon' },
  { path: 'devices.sound.audio.@id', value: ['1'], source: 'src/conf/domain_postparse.c, virDomainDefPostParseCommon' },
];

const qemuArch = (present: Tree): string => (archOf(present) === 'i686' ? 'i386' : archOf(present));

/** All but those that somebody has to ask for: a device that is left unassigned. */
const isAllocatedType = (type: string | undefined): boolean => type !== 'unassigned' && type !== undefined;
function isAllocated({ element }: Addition): boolean {
  return isAllocatedType(element?.attributes.get('type'));
}

/** The serial port of a console that was asked for. */
function isOfConsole({ element, around }: Addition): boolean {
  const [console] = around.children.get('console') ?? [];
  const type = console && (attributeAt(console, 'target@type') ?? 'serial');
  return (
    console !== undefined &&
    !around.children.has('serial') &&
    type === 'serial' &&
    element?.attributes.get('type') === console.attributes.get('type')
  );
}

/** The console that stands for the first serial port. */
function isOfSerial({ element, around, there }: Addition): boolean {
  const [serial] = there.children.get('serial') ?? [];
  const asked = (around.children.get('console') ?? []).some(
    (console) => (attributeAt(console, 'target@type') ?? 'serial') === 'serial',
  );
  if (asked || element === undefined) return false;
  const type = element.attributes.get('type');
  return serial === undefined ? type === 'pty' : type === serial.attributes.get('type');
}

/** What libvirtd opened for a guest that runs. */
function isOpened(addition: Addition): boolean {
  const type = addition.device?.attributes.get('type');
  return isLive(addition) && (type === 'pty' || (type === 'unix' && addition.device?.name === 'channel'));
}

/** Whether it says the same of a console as of the first serial port. */
function isMirrored({ path, value, element, device, present }: Addition): boolean {
  const [serial] = devicesOf(present, 'serial');
  if (device?.name !== 'console' || serial === undefined) return false;
  const [, name = '', attribute] = /^devices\.console\.(\w+)(?:\.@(\w+))?$/.exec(path) ?? [];
  const same = childOf(serial, name);
  return element !== undefined ? same !== undefined : same?.attributes.get(attribute ?? '') === value;
}

function serialType(present: Tree): string {
  switch (machineKind(present)) {
    case 'pseries':
      return 'spapr-vio-serial';
    case 'virt':
      return 'system-serial';
    case 's390':
      return 'sclp-serial';
    default:
      return 'isa-serial';
  }
}

/** Models of serial ports by the type of their target. */
const models: Readonly<Record<string, readonly string[]>> = {
  'isa-serial': ['isa-serial'],
  'isa-debug': ['isa-debugcon'],
  'usb-serial': ['usb-serial'],
  'pci-serial': ['pci-serial'],
  'spapr-vio-serial': ['spapr-vty'],
  'system-serial': ['pl011', '16550a'],
  'sclp-serial': ['sclpconsole'],
};

const serialModels = (type: string | undefined, present: Tree): readonly string[] =>
  models[type ?? serialType(present)] ?? [];

function panicModel(present: Tree): string {
  const kind = machineKind(present);
  return kind === 'pseries' || kind === 's390' ? kind : 'isa';
}
