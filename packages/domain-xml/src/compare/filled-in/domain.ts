import { sameMemory, sizeOf, totalMemory } from '../amount.ts';
import { attributeAt, childOf, type Tree } from '../tree.ts';
import { type Addition, isLive, type KnownDefault, wholeNumber } from './known-default.ts';
import { archOf, isX86, machineKind, machineOf } from './machine.ts';

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** What libvirt says of the domain as a whole: its lifecycle, memory, clock, the way it boots. */
export const domainDefaults: readonly KnownDefault[] = [
  { path: '@id', value: wholeNumber, where: 'live', source: 'src/conf/domain_conf.c, virDomainDefFormatInternal' },
  { path: 'uuid uuid.#', value: uuid, source: 'src/conf/domain_conf.c, virDomainDefParseIDs' },
  { path: 'genid.#', value: uuid, source: 'src/conf/domain_conf.c, virDomainDefParseIDs' },
  // Others' notes, which nobody acts by.
  { path: 'metadata metadata.**', value: /^/, source: 'https://libvirt.org/formatdomain.html#general-metadata' },
  {
    path: 'on_poweroff on_poweroff.# on_crash on_crash.#',
    value: ['destroy'],
    source: 'src/conf/domain_conf.c, virDomainDefLifecycleParse',
  },
  {
    path: 'on_reboot on_reboot.#',
    value: ['restart'],
    source: 'src/conf/domain_conf.c, virDomainDefLifecycleParse',
  },
  {
    path: 'memory memory.#',
    value: wholeNumber,
    when: isTotal,
    source: 'src/conf/domain_postparse.c, virDomainDefPostParseMemory',
  },
  {
    path: 'currentMemory currentMemory.#',
    value: wholeNumber,
    when: isTotal,
    source: 'src/conf/domain_postparse.c, virDomainDefPostParseMemory',
  },
  { path: 'clock', source: 'src/conf/domain_conf.c, virDomainDefClockParse' },
  { path: 'clock.@offset clock.@basis', value: ['utc'], source: 'src/conf/domain_conf.c, virDomainDefClockParse' },
  {
    path: 'resource',
    where: 'live',
    source: 'src/qemu/qemu_cgroup.c, qemuInitCgroup',
  },
  {
    path: 'resource.partition resource.partition.#',
    value: ['/machine'],
    where: 'live',
    source: 'src/qemu/qemu_cgroup.c, qemuInitCgroup',
  },
  { path: 'features.*.@state features.hyperv.*.@state', value: ['on'], source: 'virDomainFeaturesDefParse' },
  { path: 'features.async-teardown.@enabled', value: ['yes'], since: '9.6.0', source: 'virDomainFeaturesDefParse' },
  { path: 'features.hyperv.@mode', value: ['custom'], source: 'virDomainFeaturesHyperVDefParse' },
  {
    path: 'features.gic',
    when: ({ present }) => machineKind(present) === 'virt',
    source: 'src/qemu/qemu_domain.c, qemuDomainDefEnableDefaultFeatures',
  },
  {
    path: 'features.gic.@version',
    value: ['2', '3'],
    source: 'src/qemu/qemu_domain.c, qemuDomainDefEnableDefaultFeatures',
  },
  ...bootDefaults(),
  ...seclabelDefaults(),
];

function bootDefaults(): readonly KnownDefault[] {
  const firmware = 'src/qemu/qemu_firmware.c, qemuFirmwareFillDomain';
  const template = /^\/usr\/share\/[\w./-]+$/;
  const isAutoselected = ({ wanted }: Addition) => osOf(wanted)?.attributes.has('firmware') === true;
  const isFlashAsked = ({ wanted }: Addition) =>
    osOf(wanted)?.children.get('loader')?.[0]?.attributes.get('type') === 'pflash';
  return [
    {
      path: 'os.type.@arch',
      when: ({ value, wanted }) => value === defaultArch(wanted),
      source: 'src/conf/capabilities.c, virCapabilitiesDomainDataLookup: that of the host, or of the emulator',
    },
    {
      path: 'os.type.@arch',
      value: ['i686'],
      when: ({ wanted }) => wanted.attributes.get('type') === 'test',
      source: 'src/test/test_driver.c, testBuildCapabilities',
    },
    {
      path: 'os.type.@machine',
      when: ({ present }) => isDefaultMachine(present),
      source: 'src/qemu/qemu_capabilities.c, virQEMUCapsGetPreferredMachine',
    },
    {
      path: 'os.boot',
      when: ({ around, wanted }) => !around.children.has('boot') && !isDeviceBooted(wanted),
      source: 'src/conf/domain_postparse.c, virDomainDefPostParseCommon',
    },
    { path: 'os.boot.@dev', value: ['hd'], source: 'src/conf/domain_postparse.c, virDomainDefPostParseCommon' },
    // Since 9.2 what was found of the firmware is kept, also when its file was asked for.
    { path: 'os.@firmware', value: ['efi'], when: isFlashAsked, since: '9.2.0', source: firmware },
    { path: 'os.firmware', when: isAutoselected, source: firmware },
    { path: 'os.firmware', when: isFlashAsked, since: '9.2.0', source: firmware },
    {
      path: 'os.firmware.feature',
      when: (addition) => isAutoselected(addition) || isFlashAsked(addition),
      since: '9.2.0',
      source: 'src/qemu/qemu_firmware.c, qemuFirmwareSetOsFeatures',
    },
    {
      path: 'os.firmware.feature.@name',
      value: ['secure-boot', 'enrolled-keys'],
      since: '9.2.0',
      source: 'src/qemu/qemu_firmware.c, qemuFirmwareSetOsFeatures',
    },
    {
      path: 'os.firmware.feature.@enabled',
      value: ['yes', 'no'],
      since: '9.2.0',
      source: 'src/qemu/qemu_firmware.c, qemuFirmwareSetOsFeatures',
    },
    {
      path: 'features.smm',
      when: (addition) => {
        const loader = osOf(addition.present)?.children.get('loader')?.[0];
        return loader?.attributes.get('secure') === 'yes' && (isAutoselected(addition) || isFlashAsked(addition));
      },
      source: 'src/qemu/qemu_firmware.c, qemuFirmwareEnableFeatures',
    },
    {
      path: 'os.firmware.feature',
      when: ({ around, element }) =>
        element?.attributes.get('name') === 'secure-boot' &&
        element.attributes.get('enabled') === 'yes' &&
        (around.children.get('feature') ?? []).some(({ attributes }) => attributes.get('name') === 'enrolled-keys'),
      source: 'src/conf/domain_postparse.c, virDomainDefPostParseOs',
    },
    { path: 'os.firmware.feature.@name', value: ['secure-boot'], source: firmware },
    { path: 'os.firmware.feature.@enabled', value: ['yes'], source: firmware },
    {
      path: 'os.loader os.loader.#',
      value: /^\/usr\/share\/(?:OVMF|AAVMF|qemu|qemu-efi\w*|edk2|edk2-ovmf|ovmf|seabios)\/[\w./-]+$/,
      when: isAutoselected,
      source: firmware,
    },
    { path: 'os.loader.@readonly', value: ['yes'], when: isAutoselected, source: firmware },
    { path: 'os.loader.@secure', value: ['yes', 'no'], when: isAutoselected, source: firmware },
    { path: 'os.loader.@secure', value: ['yes'], when: isFlashAsked, since: '9.2.0', source: firmware },
    { path: 'os.loader.@type', value: ['pflash'], when: isAutoselected, source: firmware },
    { path: 'os.loader.@type', value: ['rom'], source: 'src/conf/domain_conf.c, virDomainLoaderDefParseXML' },
    { path: 'os.loader.@format', value: ['raw'], since: '9.2.0', source: firmware },
    { path: 'os.loader.@format', value: ['qcow2'], when: isAutoselected, since: '9.2.0', source: firmware },
    {
      path: 'os.nvram os.nvram.#',
      value: /_VARS\.\w+$/,
      when: ({ value, wanted }) => {
        const start = `/var/lib/libvirt/qemu/nvram/${childOf(wanted, 'name')?.text}_VARS`;
        return ['fd', 'qcow2', 'raw'].some((end) => value === `${start}.${end}`);
      },
      source: 'src/qemu/qemu_domain.c, qemuDomainNVRAMPathFormat',
    },
    { path: 'os.nvram.@template', value: template, when: isAutoselected, source: firmware },
    { path: 'os.nvram.@template', value: template, when: isFlashAsked, since: '9.2.0', source: firmware },
    { path: 'os.nvram.@format', value: ['raw'], since: '9.2.0', source: firmware },
    { path: 'os.nvram.@format', value: ['qcow2'], when: isAutoselected, since: '9.2.0', source: firmware },
    {
      path: 'os.nvram.@templateFormat',
      value: ['raw', 'qcow2'],
      when: ({ there }) => there.attributes.has('template'),
      since: '10.10.0',
      source: 'src/qemu/qemu_firmware.c, qemuFirmwareEnableFeaturesModern',
    },
  ];
}

/** A label that libvirt made is of the dynamic kind; one that a person gave is static, `none`, or has a base. */
function seclabelDefaults(): readonly KnownDefault[] {
  const source = 'src/security/security_manager.c, virSecurityManagerGenLabel';
  const isDynamic = ({ element, there }: Addition) => (element ?? there).attributes.get('type') === 'dynamic';
  return [
    {
      path: 'seclabel',
      when: (addition) => isLive(addition) && !addition.around.children.has('seclabel'),
      source,
    },
    { path: 'seclabel.@type', value: ['dynamic'], source },
    { path: 'seclabel.@model', value: ['apparmor', 'selinux', 'dac'], source },
    {
      path: 'seclabel.@model',
      value: ['none'],
      when: ({ there }) => there.attributes.get('relabel') !== 'yes',
      source,
    },
    { path: 'seclabel.@relabel', value: ['yes'], when: isDynamic, source },
    {
      path: 'seclabel.@relabel',
      value: ['no'],
      when: ({ there }) => there.attributes.get('type') === 'none',
      source,
    },
    {
      path: 'seclabel.label seclabel.imagelabel',
      value: /./,
      when: ({ there }) => isDynamic({ there } as Addition),
      where: 'live',
      source,
    },
  ];
}

function isTotal(addition: Addition): boolean {
  return sameMemory(totalMemory(addition.wanted), sizeOf(addition.element ?? addition.there), isLive(addition));
}

const osOf = (domain: Tree): Tree | undefined => childOf(domain, 'os');

/** That of the emulator that was asked for, else the usual host's. */
function defaultArch(wanted: Tree): string {
  const emulator = childOf(childOf(wanted, 'devices') ?? wanted, 'emulator')?.text ?? '';
  const [, arch = 'x86_64'] = /\/qemu-system-(\w+)$/.exec(emulator) ?? [];
  return arch === 'i386' ? 'i686' : arch;
}

/** Of x86 it is i440fx, never q35 or isapc; the others have one that is named by a version. */
function isDefaultMachine(present: Tree): boolean {
  if (isX86(present)) return machineKind(present) === 'pc';
  return (
    ['virt', 'pseries', 's390'].includes(machineKind(present)) &&
    archOf(present) !== 'armv6l' &&
    machineOf(present) !== ''
  );
}

/** Whether a device says when it is booted from: then the domain says nothing of it. */
const isDeviceBooted = (wanted: Tree): boolean =>
  [...(childOf(wanted, 'devices')?.children.values() ?? [])].some((devices) =>
    devices.some((device) => attributeAt(device, 'boot@order') !== undefined),
  );
