/** Attributes as a list in one string under `@`; child elements in order, with `*` after the name if they may repeat. */
type Outline = { readonly [part in string]: string | Outline };

const leaf: Outline = {};
const backend: Outline = { '@': 'type', source: { '@': 'mode path append' }, log: { '@': 'file append' } };
const device: Outline = { boot: { '@': 'order' }, alias: { '@': 'name' } };
const memory: Outline = { '@': 'unit' };

/**
 * The elements that {@link DomainDocument} types, in the order in which libvirt writes them. One departure: graphics
 * come before the character devices, as people write them; between kinds of devices the order has no meaning.
 */
const domain: Outline = {
  '@': 'type id',
  name: leaf,
  uuid: leaf,
  title: leaf,
  description: leaf,
  metadata: leaf,
  memory,
  currentMemory: memory,
  vcpu: { '@': 'placement cpuset current' },
  os: {
    '@': 'firmware',
    type: { '@': 'arch machine' },
    loader: leaf,
    kernel: leaf,
    initrd: leaf,
    cmdline: leaf,
    'boot*': { '@': 'dev' },
  },
  features: { acpi: leaf, apic: leaf, pae: leaf },
  clock: { '@': 'offset timezone' },
  on_poweroff: leaf,
  on_reboot: leaf,
  on_crash: leaf,
  devices: {
    emulator: leaf,
    'disk*': {
      '@': 'type device',
      driver: { '@': 'name type cache io discard' },
      source: { '@': 'file dev' },
      target: { '@': 'dev bus' },
      readonly: leaf,
      shareable: leaf,
      serial: leaf,
      ...device,
    },
    'interface*': {
      '@': 'type',
      mac: { '@': 'address' },
      source: { '@': 'network bridge' },
      script: { '@': 'path' },
      downscript: { '@': 'path' },
      target: { '@': 'dev managed' },
      model: { '@': 'type' },
      driver: { '@': 'name queues' },
      link: { '@': 'state' },
      mtu: { '@': 'size' },
      ...device,
    },
    'graphics*': {
      '@': 'type port autoport listen keymap',
      'listen*': { '@': 'type address network socket' },
    },
    'serial*': { ...backend, target: { '@': 'type port' } },
    'console*': { ...backend, target: { '@': 'type port' } },
    'channel*': { ...backend, target: { '@': 'type name' } },
  },
};

/** What is known of an element: the order of its attributes and children, and whether it may repeat. */
export interface ElementOutline {
  readonly repeats: boolean;
  /** From `@attribute` or child name to its place. */
  readonly order: ReadonlyMap<string, number>;
  readonly children: ReadonlyMap<string, ElementOutline>;
}

function elementOutline(outline: Outline, repeats: boolean): ElementOutline {
  const order = new Map<string, number>();
  const children = new Map<string, ElementOutline>();
  for (const [part, value] of Object.entries(outline)) {
    if (typeof value === 'string') for (const name of value.split(' ')) order.set(`@${name}`, order.size);
    else {
      const name = part.replace('*', '');
      order.set(name, order.size);
      children.set(name, elementOutline(value, name !== part));
    }
  }
  return { repeats, order, children };
}

export const domainOutline: ElementOutline = elementOutline(domain, false);
