import { attributeAt, childOf, type Tree } from '../tree.ts';
import { type Addition, devicesOf, isNew, type KnownDefault, wholeNumber } from './known-default.ts';
import { archOf, machineKind } from './machine.ts';

const addresses = 'src/qemu/qemu_domain_address.c, qemuDomainAssignAddresses';

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

  {
    path: 'devices.hub',
    when: ({ around, present }) =>
      !around.children.has('hub') && devicesOf(present, 'hub').length <= hubsNeeded(present),
    source: 'src/qemu/qemu_domain_address.c, qemuDomainUSBAddressAddHubs: where the ports do not suffice',
  },
  { path: 'devices.hub.@type', value: ['usb'], source: 'src/qemu/qemu_domain_address.c, qemuDomainUSBAddressAddHubs' },
  {
    path: 'devices.watchdog',
    when: (addition) => machineKind(addition.present) === 'q35' && isOnlyItco(addition),
    since: '9.1.0',
    source: 'src/qemu/qemu_domain.c, qemuDomainDefAddDefaultDevices',
  },
  {
    path: 'devices.watchdog.@model',
    value: ['itco'],
    when: isNew,
    since: '9.1.0',
    source: 'src/qemu/qemu_domain.c, qemuDomainDefAddDefaultDevices',
  },
  {
    path: 'devices.watchdog.@action',
    when: (addition) => addition.value === watchdogAction(addition),
    source: 'src/conf/domain_conf.c, virDomainWatchdogDefParseXML; qemuDomainDefAddDefaultDevices',
  },
  ...iommuDefaults(),
  {
    path: 'devices.memory.target.node devices.memory.target.node.#',
    value: ['0'],
    when: ({ wanted }) => childOf(childOf(wanted, 'cpu') ?? wanted, 'numa') === undefined,
    since: '9.6.0',
    source: 'src/qemu/qemu_domain.c, qemuDomainDefNumaAutoAdd',
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
    path: 'devices.hostdev.@display',
    value: ['off'],
    when: ({ device }) => device?.attributes.get('type') === 'mdev',
    source: 'src/qemu/qemu_domain.c, qemuDomainHostdevDefMdevPostParse',
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
  { path: 'devices.redirdev.@bus', value: ['usb'], source: 'src/conf/domain_conf.c, virDomainRedirdevDefParseXML' },
  { path: 'devices.sound.audio', source: 'src/conf/domain_postparse.c, virDomainDefPostParseCommon' },
  { path: 'devices.sound.audio.@id', value: ['1'], source: 'src/conf/domain_postparse.c, virDomainDefPostParseCommon' },
];

/** With more processors than an interrupt controller of old can tell apart. */
function iommuDefaults(): readonly KnownDefault[] {
  const [since, source] = [
    '10.10.0',
    'src/qemu/qemu_domain.c, qemuDomainDefAddDefaultDevices; qemuDomainIOMMUDefPostParse',
  ];
  const isNeeded = ({ wanted }: Addition) => Number(childOf(wanted, 'vcpu')?.text ?? 1) > 255;
  return [
    {
      path: 'devices.iommu',
      when: (addition) =>
        isNeeded(addition) && machineKind(addition.present) === 'q35' && !addition.around.children.has('iommu'),
      since,
      source,
    },
    { path: 'devices.iommu.@model', value: ['intel'], when: isNew, since, source },
    { path: 'devices.iommu.driver', when: isNeeded, since, source },
    { path: 'devices.iommu.driver.@intremap devices.iommu.driver.@eim', value: ['on'], when: isNeeded, since, source },
    {
      path: 'features.ioapic',
      when: (addition) => isNeeded(addition) && devicesOf(addition.present, 'iommu').length > 0,
      since,
      source: 'src/qemu/qemu_domain.c, qemuDomainDefEnableDefaultFeatures',
    },
    { path: 'features.ioapic.@driver', value: ['qemu'], when: isNeeded, since, source },
  ];
}

/** Two devices have a port of their own on a USB controller; a hub has eight for others, and takes one: VIR_DIV_UP there. */
function hubsNeeded(present: Tree): number {
  const devices = [...(childOf(present, 'devices')?.children.values() ?? [])].flat();
  const plugged = devices.filter((each) => each.name !== 'hub' && attributeAt(each, 'address@type') === 'usb').length;
  return plugged <= 2 ? 0 : Math.ceil((plugged - 1) / 7);
}

/** The chipset's own watchdog, which nobody asked for. */
const isOnlyItco = ({ element, around, present }: Addition): boolean =>
  element?.attributes.get('model') === 'itco' &&
  (around.children.get('watchdog') ?? []).every(({ attributes }) => attributes.get('model') !== 'itco') &&
  devicesOf(present, 'watchdog').filter(({ attributes }) => attributes.get('model') === 'itco').length === 1;

/** The chipset's does what the first watchdog that was asked for does; any resets the guest if nobody says what to do. */
function watchdogAction({ around, wanted }: Addition): string {
  const [first] = isEmpty(around) ? devicesOf(wanted, 'watchdog') : [];
  return first?.attributes.get('action') ?? 'reset';
}

const isEmpty = ({ attributes, children }: Tree): boolean => attributes.size + children.size === 0;

const qemuArch = (present: Tree): string => (archOf(present) === 'i686' ? 'i386' : archOf(present));

/** All but those that somebody has to ask for: a device that is left unassigned. */
const isAllocatedType = (type: string | undefined): boolean => type !== 'unassigned' && type !== undefined;
function isAllocated({ element }: Addition): boolean {
  return isAllocatedType(element?.attributes.get('type'));
}

function panicModel(present: Tree): string {
  const kind = machineKind(present);
  if (kind === 'virt') return 'pvpanic';
  return kind === 'pseries' || kind === 's390' ? kind : 'isa';
}
