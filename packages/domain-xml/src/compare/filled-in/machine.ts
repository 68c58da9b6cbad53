import { childOf, type Tree } from '../tree.ts';

/** What libvirt's defaults depend on: the architecture and the kind of machine. */
export type MachineKind = 'pc' | 'q35' | 'pseries' | 'virt' | 's390' | 'other';

const kinds: readonly (readonly [RegExp, MachineKind])[] = [
  [/^(?:pc|pc-i440fx-.*|pc-[01]\..*|xenfv.*)$/, 'pc'],
  [/^(?:q35|pc-q35-.*)$/, 'q35'],
  [/^pseries/, 'pseries'],
  [/^virt(?:-|$)/, 'virt'],
  [/^s390/, 's390'],
];

/** The names of machines that stand for QEMU's latest version of them: `virsh capabilities` names both. */
const aliases = new Map([
  ['pc', 'pc-i440fx-'],
  ['q35', 'pc-q35-'],
  ['virt', 'virt-'],
  ['pseries', 'pseries-'],
  ['s390-ccw-virtio', 's390-ccw-virtio-'],
]);

/**
 * Whether a machine is the version of it that libvirt writes in the place of a name that has none: `pc-q35-7.2` for `q35`.
 * Source: src/qemu/qemu_capabilities.c, virQEMUCapsGetCanonicalMachine.
 */
export function isCanonicalMachine(asked: string, there: string): boolean {
  const start = aliases.get(asked);
  return start !== undefined && there.startsWith(start) && /^[a-z]*[0-9][\w.-]*$/.test(there.slice(start.length));
}

const typeOf = (domain: Tree): Tree | undefined => {
  const os = childOf(domain, 'os');
  return os && childOf(os, 'type');
};

export const archOf = (domain: Tree): string => typeOf(domain)?.attributes.get('arch') ?? 'x86_64';

export const machineOf = (domain: Tree): string => typeOf(domain)?.attributes.get('machine') ?? 'pc';

export const machineKind = (domain: Tree): MachineKind =>
  kinds.find(([names]) => names.test(machineOf(domain)))?.[1] ?? 'other';

export const isX86 = (domain: Tree): boolean => ['x86_64', 'i686'].includes(archOf(domain));
