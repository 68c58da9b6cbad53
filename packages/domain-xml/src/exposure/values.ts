import type { ElementNode } from '../xml/node.ts';

/** The guest whose raw XML is judged. */
export interface RawXmlGuest {
  readonly name: string;
  /** The volume group of its volumes. */
  readonly vg: string;
  /** Whether the template has made it a VNC screen that listens at a given address. */
  readonly hasScreen: boolean;
}

/** Whether a value stays inside the guest; `element` is the one that has it. */
export type ValueRule = (value: string, guest: RawXmlGuest, element: ElementNode) => boolean;

/** A word or number of libvirt's: nothing that is a path or leads out of a folder. */
export const isPlain = (value: string): boolean =>
  value.length <= 256 && /^[\w.:,^+ ()@=%-]*$/.test(value) && !value.includes('..');

/** Programs that are QEMU, where distributions install them, owned by root. */
export const isKnownEmulator = (path: string): boolean =>
  /^\/usr\/(bin\/(kvm|qemu-kvm|qemu-system-[a-z0-9_]+)|libexec\/qemu-kvm)$/.test(path);

/** An absolute path in its shortest form below a folder, so that nothing in it leads elsewhere. */
const isBelow = (path: string, folders: RegExp): boolean =>
  folders.test(path) && !path.split('/').some((part, index) => index > 0 && /^\.{0,2}$/.test(part));

/** A logical volume of the guest's own, by the only name that the inventory has for it. */
const isOwnVolume = (path: string, { name, vg }: RawXmlGuest): boolean => {
  const prefix = `/dev/${vg}/${name}.`;
  return path.startsWith(prefix) && /^[\w+][\w+-]*$/.test(path.slice(prefix.length));
};

/** Firmware that distributions install, from which QEMU only reads. */
const isFirmware = (path: string, element: ElementNode): boolean => {
  const attribute = (name: string) => element.attributes.find(({ local }) => local === name)?.value;
  const onlyRead = element.local !== 'loader' || attribute('readonly') === 'yes' || attribute('type') === 'rom';
  return onlyRead && isBelow(path, /^\/usr\/share\/(OVMF|AAVMF|qemu|qemu-efi-\w+|edk2|edk2-ovmf|ovmf|seabios)\//);
};

/** The rules that the allow list names. */
export const valueRules: ReadonlyMap<string, ValueRule> = new Map<string, ValueRule>([
  ['text', () => true],
  ['emulator', isKnownEmulator],
  ['volume', isOwnVolume],
  ['firmware', (path, _, element) => isFirmware(path, element)],
  [
    'nvram',
    (path, { name }) =>
      isBelow(path, /^\/var\/lib\/libvirt\/qemu\/nvram\/[^/]+$/) && /^(_VARS)?(\.[\w]+)*$/.test(rest(path, name)),
  ],
  ['pty', (path) => /^\/dev\/pts\/\d+$/.test(path)],
  ['timezone', (zone) => /^[A-Za-z]\w*(\/[A-Za-z][\w+-]*)*$/.test(zone)],
  ['loopback', (address) => /^(127\.\d+\.\d+\.\d+|::1|localhost)$/.test(address)],
  // Those below belong to others' services, such as mail; VNC begins at 5900.
  ['port', (port) => port === '-1' || /^(59\d\d|[6-9]\d{3}|[1-6]\d{4})$/.test(port)],
  ['random', (path) => path === '/dev/urandom' || path === '/dev/random'],
]);

/** What follows the guest's name in a file's name; something that no rule takes for another name. */
const rest = (path: string, name: string): string => {
  const file = path.slice(path.lastIndexOf('/') + 1);
  return file.startsWith(name) ? file.slice(name.length) : '/';
};
