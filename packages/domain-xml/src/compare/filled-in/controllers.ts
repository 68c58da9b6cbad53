import { attributeAt, childOf, type Tree } from '../tree.ts';
import { type Addition, devicesOf, isNew, type KnownDefault, wholeNumber } from './known-default.ts';
import { archOf, isX86, machineKind } from './machine.ts';

const implicit = 'src/qemu/qemu_domain.c, qemuDomainDefAddDefaultDevices';
const needed = 'src/conf/domain_conf.c, virDomainDefAddImplicitControllers';
const bridges = 'src/qemu/qemu_domain_address.c, qemuDomainAssignPCIAddresses';
const names = 'src/qemu/qemu_domain_address.c, qemuDomainPCIControllerSetDefaultModelName';

/** Controllers, which libvirt adds for the machine and for the devices that sit on them. */
export const controllerDefaults: readonly KnownDefault[] = [
  { path: 'devices.controller', when: isImplicit, source: `${implicit}; ${needed}; ${bridges}` },
  { path: 'devices.controller.@type', value: /^[a-z-]+$/, when: isNew, source: implicit },
  {
    path: 'devices.controller.@index',
    value: wholeNumber,
    source: 'virDomainControllerDefParseXML: the next free one',
  },
  {
    path: 'devices.controller.@model',
    // Of one that was added, the model was judged with it.
    when: (addition) => isNew(addition) || defaultModels(addition.there, addition.present).includes(addition.value),
    source: 'src/qemu/qemu_domain.c, qemuDomainControllerDefPostParse',
  },
  {
    path: 'devices.controller.model',
    when: ({ there }) => there.attributes.get('type') === 'pci',
    source: names,
  },
  {
    path: 'devices.controller.model.@name',
    when: ({ value, device }) => (modelNames.get(device?.attributes.get('model') ?? '') ?? []).includes(value),
    source: names,
  },
  {
    path: 'devices.controller.target',
    when: ({ there }) => there.attributes.get('type') === 'pci',
    source: bridges,
  },
  {
    path: 'devices.controller.target.@chassis devices.controller.target.@chassisNr devices.controller.target.@port devices.controller.target.@busNr devices.controller.target.@index',
    value: wholeNumber,
    source: bridges,
  },
  {
    path: 'devices.controller.master',
    when: ({ device }) => /^ich9-uhci/.test(device?.attributes.get('model') ?? ''),
    source: 'src/qemu/qemu_domain_address.c: companions of a USB 2 controller',
  },
  {
    path: 'devices.controller.master.@startport',
    value: ['0', '2', '4'],
    source: 'src/conf/domain_conf.c, virDomainControllerDefParseXML',
  },
];

/** Models that libvirt itself adds for a device that has no free place. */
const added: Readonly<Record<string, readonly string[]>> = {
  pc: ['pci-bridge'],
  q35: ['pcie-root-port', 'dmi-to-pci-bridge', 'pcie-to-pci-bridge', 'pci-bridge'],
  virt: ['pcie-root-port', 'dmi-to-pci-bridge', 'pcie-to-pci-bridge', 'pci-bridge'],
  pseries: ['pci-root', 'pci-bridge'],
  s390: ['pci-bridge'],
  other: ['pci-bridge'],
};

const modelNames = new Map<string, readonly string[]>([
  ['pcie-root-port', ['pcie-root-port', 'ioh3420']],
  ['pcie-switch-upstream-port', ['x3130-upstream']],
  ['pcie-switch-downstream-port', ['xio3130-downstream']],
  ['pcie-to-pci-bridge', ['pcie-pci-bridge']],
  ['pci-bridge', ['pci-bridge']],
  ['dmi-to-pci-bridge', ['i82801b11-bridge']],
  ['pci-expander-bus', ['pxb']],
  ['pcie-expander-bus', ['pxb-pcie']],
  ['pci-root', ['spapr-pci-host-bridge']],
]);

function isImplicit({ element, around, present }: Addition): boolean {
  if (element === undefined) return false;
  const { attributes } = element;
  const type = attributes.get('type') ?? '';
  const index = Number(attributes.get('index') ?? 0);
  const wanted = (around.children.get('controller') ?? []).filter((each) => each.attributes.get('type') === type);
  const isUsed = index <= highestUsed(present, type);
  switch (type) {
    case 'pci':
      return isImplicitPci(present, index, attributes.get('model'));
    case 'usb':
      return isImplicitUsb(element, present, isUsed || (index === 0 && wanted.length === 0));
    case 'sata':
      return hasDefaultModel(element, present) && (isUsed || (index === 0 && machineKind(present) === 'q35'));
    case 'scsi': {
      const isAlike = wanted.some((each) => each.attributes.get('model') === attributes.get('model'));
      return isUsed && (isAlike || hasDefaultModel(element, present));
    }
    default:
      return isUsed && hasDefaultModel(element, present);
  }
}

function isImplicitUsb(element: Tree, present: Tree, isNeeded: boolean): boolean {
  const { attributes } = element;
  const isCompanion = /^ich9-uhci[1-3]$/.test(attributes.get('model') ?? '');
  if (isCompanion) return hasUsb2(present, Number(attributes.get('index') ?? 0));
  return isNeeded && hasDefaultModel(element, present);
}

function isImplicitPci(present: Tree, index: number, model: string | undefined): boolean {
  const kind = machineKind(present);
  if (index === 0) return model === (['q35', 'virt'].includes(kind) ? 'pcie-root' : 'pci-root');
  return (added[kind] ?? []).includes(model ?? '') && index <= highest(present);
}

const hasDefaultModel = (controller: Tree, present: Tree): boolean => {
  const model = controller.attributes.get('model');
  return model === undefined || defaultModels(controller, present).includes(model);
};

/** The companions of a USB 2 controller serve what is slower: virDomainDefAddUSBController. */
const hasUsb2 = (present: Tree, index: number): boolean =>
  devicesOf(present, 'controller').some(
    ({ attributes }) => attributes.get('model') === 'ich9-ehci1' && Number(attributes.get('index') ?? 0) === index,
  );

/** As many PCI controllers as there are have numbers without a gap. */
const highest = (present: Tree): number =>
  devicesOf(present, 'controller').filter(({ attributes }) => attributes.get('type') === 'pci').length - 1;

/** The models that libvirt gives a controller that says none. */
function defaultModels(controller: Tree, present: Tree): readonly string[] {
  const kind = machineKind(present);
  switch (controller.attributes.get('type')) {
    case 'usb':
      if (kind === 'q35') return ['qemu-xhci', 'nec-xhci', 'ich9-ehci1', 'piix3-uhci'];
      if (kind === 'pseries') return ['pci-ohci', 'qemu-xhci', 'nec-xhci'];
      if (kind === 's390') return ['none'];
      return isX86(present) ? ['piix3-uhci'] : ['qemu-xhci', 'nec-xhci', 'pci-ohci', 'piix3-uhci'];
    case 'scsi':
      if (kind === 'pseries') return ['ibmvscsi', 'virtio-scsi'];
      if (kind === 'virt') return ['virtio-scsi', 'lsilogic'];
      return archOf(present) === 's390x' ? ['virtio-scsi'] : ['lsilogic'];
    default:
      return [];
  }
}

/** Device elements that have an address on a controller of a type, and the attribute that names it. */
const riders: Readonly<Record<string, { readonly address: string; readonly attribute: string }>> = {
  ide: { address: 'drive', attribute: 'controller' },
  sata: { address: 'drive', attribute: 'controller' },
  scsi: { address: 'drive', attribute: 'controller' },
  fdc: { address: 'drive', attribute: 'controller' },
  'virtio-serial': { address: 'virtio-serial', attribute: 'controller' },
  ccid: { address: 'ccid', attribute: 'controller' },
  usb: { address: 'usb', attribute: 'bus' },
};

/** The highest number of a controller of this type that a device sits on; libvirt fills the numbers below it. */
function highestUsed(present: Tree, type: string): number {
  const rider = riders[type];
  if (rider === undefined) return -1;
  const numbers = [...(childOf(present, 'devices')?.children.values() ?? [])].flat().map((device) => {
    const bus = device.name === 'disk' ? attributeAt(device, 'target@bus') : type;
    if (type === 'virtio-serial' && attributeAt(device, 'target@type') === 'virtio') {
      return Number(attributeAt(device, 'address@controller') ?? 0);
    }
    const isRider =
      attributeAt(device, 'address@type') === rider.address && bus === type && device.name !== 'controller';
    return isRider ? Number(attributeAt(device, `address@${rider.attribute}`) ?? 0) : -1;
  });
  return Math.max(-1, ...numbers);
}
