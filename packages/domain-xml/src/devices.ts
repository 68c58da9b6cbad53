import type { ChannelElement, ConsoleElement, SerialElement } from './character-devices.ts';
import type { EmptyElement, WholeNumber } from './xml-element.ts';

/** `<boot order='1'/>`: the device's place in the boot order. */
export interface DeviceBootElement {
  readonly '@order': WholeNumber;
}

/** `<alias name='ua-data'/>`: a name of the user's own for a device, which must begin with `ua-`. */
export interface AliasElement {
  readonly '@name': string;
}

export interface DiskDriverElement {
  readonly '@name'?: 'qemu';
  readonly '@type'?: 'raw' | 'qcow2';
  readonly '@cache'?: 'default' | 'none' | 'writethrough' | 'writeback' | 'directsync' | 'unsafe';
  readonly '@io'?: 'threads' | 'native' | 'io_uring';
  readonly '@discard'?: 'unmap' | 'ignore';
}

export interface DiskTargetElement {
  /** The guest's name for the disk: `vda`. libvirt takes it as a hint of the order only. */
  readonly '@dev': string;
  readonly '@bus'?: 'virtio' | 'scsi' | 'sata' | 'ide' | 'usb' | 'fdc';
}

interface AnyDiskElement {
  readonly '@device'?: 'disk' | 'cdrom' | 'floppy' | 'lun';
  readonly driver?: DiskDriverElement;
  readonly target: DiskTargetElement;
  readonly readonly?: EmptyElement;
  readonly shareable?: EmptyElement;
  /** What the guest sees as the disk's serial number. */
  readonly serial?: string;
  readonly boot?: DeviceBootElement;
  readonly alias?: AliasElement;
}

export interface BlockDiskElement extends AnyDiskElement {
  readonly '@type': 'block';
  readonly source?: { readonly '@dev': string };
}

export interface FileDiskElement extends AnyDiskElement {
  readonly '@type': 'file';
  readonly source?: { readonly '@file': string };
}

export type DiskElement = BlockDiskElement | FileDiskElement;

interface AnyInterfaceElement {
  readonly mac?: { readonly '@address': string };
  /** The host's end: `tun65`. `managed='no'` says that the tap exists already. */
  readonly target?: { readonly '@dev': string; readonly '@managed'?: 'yes' | 'no' };
  readonly model?: { readonly '@type': string };
  readonly driver?: { readonly '@name'?: 'qemu' | 'vhost'; readonly '@queues'?: WholeNumber };
  readonly link?: { readonly '@state': 'up' | 'down' };
  /** In bytes. */
  readonly mtu?: { readonly '@size': WholeNumber };
  readonly boot?: DeviceBootElement;
  readonly alias?: AliasElement;
}

/** A tap of its own, not in a bridge: what a routed guest needs. */
export interface EthernetInterfaceElement extends AnyInterfaceElement {
  readonly '@type': 'ethernet';
  /** Run with the tap's name when QEMU opens it. */
  readonly script?: { readonly '@path': string };
  /** Run with the tap's name when QEMU closes it. */
  readonly downscript?: { readonly '@path': string };
}

export interface BridgeInterfaceElement extends AnyInterfaceElement {
  readonly '@type': 'bridge';
  readonly source: { readonly '@bridge': string };
}

export interface NetworkInterfaceElement extends AnyInterfaceElement {
  readonly '@type': 'network';
  readonly source: { readonly '@network': string };
}

export interface UserInterfaceElement extends AnyInterfaceElement {
  readonly '@type': 'user';
}

export type InterfaceElement =
  | EthernetInterfaceElement
  | BridgeInterfaceElement
  | NetworkInterfaceElement
  | UserInterfaceElement;

export type GraphicsListenElement =
  | { readonly '@type': 'address'; readonly '@address'?: string }
  | { readonly '@type': 'network'; readonly '@network': string }
  | { readonly '@type': 'socket'; readonly '@socket'?: string }
  | { readonly '@type': 'none' };

/** A screen over VNC or SPICE. */
export interface GraphicsElement {
  readonly '@type': 'vnc' | 'spice';
  readonly '@port'?: WholeNumber;
  readonly '@autoport'?: 'yes' | 'no';
  readonly '@listen'?: string;
  readonly '@keymap'?: string;
  readonly listen?: readonly GraphicsListenElement[];
}

export interface DevicesElement {
  /** The program that runs the guest: `/usr/bin/kvm`. */
  readonly emulator?: string;
  readonly disk?: readonly DiskElement[];
  readonly interface?: readonly InterfaceElement[];
  readonly graphics?: readonly GraphicsElement[];
  readonly serial?: readonly SerialElement[];
  readonly console?: readonly ConsoleElement[];
  readonly channel?: readonly ChannelElement[];
}
