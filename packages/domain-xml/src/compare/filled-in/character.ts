import { attributeAt, childOf, type Tree } from '../tree.ts';
import { type Addition, devicesOf, isLive, isNew, type KnownDefault, wholeNumber } from './known-default.ts';
import { machineKind } from './machine.ts';

const chr = 'src/qemu/qemu_domain.c, qemuDomainChrDefPostParse';
const compat = 'src/conf/domain_conf.c, virDomainDefAddConsoleCompat';
const lines = ['console', 'serial', 'channel', 'parallel'];
const each = (names: readonly string[], path: string): string =>
  names.map((name) => `devices.${name}${path}`).join(' ');

const pty = /^\/dev\/pts\/[0-9]+$/;

/** Serial ports, consoles, channels and what else passes characters on. */
export const characterDefaults: readonly KnownDefault[] = [
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
  {
    path: 'devices.console.source.@* devices.console.protocol.@* devices.console.log.@*',
    value: /./,
    when: isMirrored,
    source: compat,
  },
  { path: 'devices.console.protocol devices.console.log', when: isMirrored, source: compat },
  { path: 'devices.*.source.@tls', value: ['no'], source: 'src/qemu/qemu_domain.c, qemuProcessPrepareChardevSource' },
  {
    path: 'devices.channel.target.@state',
    value: ['connected', 'disconnected'],
    where: 'live',
    source: 'src/qemu/qemu_process.c, qemuProcessRefreshChannelVirtioState',
  },

  // Of a console that stands for the first serial port, the mirrored one is judged above.
  {
    path: each([...lines, 'redirdev', 'smartcard', 'rng.backend'], '.protocol'),
    when: ({ around, device }) => isOverTcp(around) || isOverTcp(device),
    source: 'src/conf/domain_conf.c, virDomainChrSourceDefFormat',
  },
  {
    path: each([...lines, 'redirdev', 'smartcard', 'rng.backend'], '.protocol.@type'),
    value: ['raw'],
    source: 'src/conf/domain_conf.c, virDomainChrSourceDefFormat',
  },
  {
    path: 'devices.rng.backend.#',
    value: ['/dev/random'],
    when: ({ there }) => there.attributes.get('model') === 'random',
    source: 'src/conf/domain_postparse.c, virDomainRNGDefPostParse',
  },
  {
    path: 'devices.redirdev.source',
    when: ({ device }) => device?.attributes.get('type') === 'dbus',
    source: 'src/conf/domain_conf.c, virDomainRedirdevDefParseXML',
  },
  {
    path: 'devices.redirdev.source.@channel',
    value: ['org.qemu.usbredir'],
    source: 'src/conf/domain_conf.c, virDomainRedirdevDefParseXML',
  },
];

const isOverTcp = (element: Tree | undefined): boolean => element?.attributes.get('type') === 'tcp';

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
