import type { DevicesElement } from './devices.ts';
import type { EmptyElement, WholeNumber, XmlElement } from './xml-element.ts';

/** libvirt's units of memory: `KiB` is 1024 bytes, `KB` 1000; libvirt's default is KiB. */
export type MemoryUnit =
  | 'b'
  | 'bytes'
  | 'KB'
  | 'k'
  | 'KiB'
  | 'MB'
  | 'M'
  | 'MiB'
  | 'GB'
  | 'G'
  | 'GiB'
  | 'TB'
  | 'T'
  | 'TiB';

/** `<memory unit='KiB'>524288</memory>` */
export interface MemoryElement {
  readonly '@unit'?: MemoryUnit;
  readonly '#': WholeNumber;
}

/** `<vcpu placement='static' cpuset='0-3'>4</vcpu>` */
export interface VcpuElement {
  readonly '@placement'?: 'static' | 'auto';
  readonly '@cpuset'?: string;
  readonly '@current'?: WholeNumber;
  readonly '#': WholeNumber;
}

/** `<type arch='x86_64' machine='q35'>hvm</type>` */
export interface OsTypeElement {
  readonly '@arch'?: string;
  readonly '@machine'?: string;
  readonly '#': 'hvm' | 'linux' | 'xen' | 'exe' | 'uml';
}

/** How the guest starts: with a kernel of the host (kernel, initrd, cmdline), or from its own devices (boot). */
export interface OsElement {
  readonly '@firmware'?: 'bios' | 'efi';
  readonly type: OsTypeElement['#'] | OsTypeElement;
  readonly loader?: string;
  readonly kernel?: string;
  readonly initrd?: string;
  readonly cmdline?: string;
  readonly boot?: readonly { readonly '@dev': 'hd' | 'fd' | 'cdrom' | 'network' }[];
}

export interface FeaturesElement {
  readonly acpi?: EmptyElement;
  readonly apic?: EmptyElement;
  readonly pae?: EmptyElement;
}

export type ClockElement =
  | { readonly '@offset': 'utc' | 'localtime' }
  | { readonly '@offset': 'timezone'; readonly '@timezone': string };

/** What the host does when the guest powers off or reboots. */
export type LifecycleAction = 'destroy' | 'restart' | 'preserve' | 'rename-restart';

/** What the host does when the guest crashes. */
export type CrashAction = LifecycleAction | 'coredump-destroy' | 'coredump-restart';

/**
 * libvirt's `<domain>` as data, keyed by libvirt's own names: attributes under `@name`, the text of an element that may
 * have attributes under `#`, elements that may repeat as arrays, an empty element as `{}`.
 *
 * Source: https://libvirt.org/formatdomain.html. The fields are those this package knows; {@link mergeXml} adds any other.
 */
export interface DomainDocument {
  readonly '@type': 'kvm' | 'qemu' | 'xen' | 'lxc' | 'test';
  /** The running domain's number; libvirt writes it and ignores it on reading. */
  readonly '@id'?: WholeNumber;
  readonly [namespaceDeclaration: `@xmlns:${string}`]: string;
  readonly name: string;
  readonly uuid?: string;
  readonly title?: string;
  readonly description?: string;
  /** Elements of any namespace but libvirt's own (none), each with its `@xmlns:prefix`; one element a namespace. */
  readonly metadata?: XmlElement;
  /** Without a unit: KiB. */
  readonly memory: WholeNumber | MemoryElement;
  /** Without a unit: KiB. */
  readonly currentMemory?: WholeNumber | MemoryElement;
  readonly vcpu?: WholeNumber | VcpuElement;
  readonly os: OsElement;
  readonly features?: FeaturesElement;
  readonly clock?: ClockElement;
  readonly on_poweroff?: LifecycleAction;
  readonly on_reboot?: LifecycleAction;
  readonly on_crash?: CrashAction;
  readonly devices?: DevicesElement;
}
