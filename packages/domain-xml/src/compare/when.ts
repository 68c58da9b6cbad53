import { pathPattern } from './path-pattern.ts';
import { attributeAt, childOf, type Tree } from './tree.ts';

/** When a difference can be mended, and by which of libvirt's calls if the guest need not stop. */
export type DomainChange =
  | { readonly change: 'live'; readonly call: string }
  /** `virDomainDefineXML` changes the definition; the guest has it once it was shut down and started. */
  | { readonly change: 'next boot' }
  /** libvirt refuses to change it: undefine the domain and define it anew. */
  | { readonly change: 'redefine' };

const nextBoot: DomainChange = { change: 'next boot' };
const live = (call: string): DomainChange => ({ change: 'live', call });

/** By the place that differs; the first that fits. Source: https://libvirt.org/html/libvirt-libvirt-domain.html */
const changes: readonly (readonly [fits: (path: string) => boolean, change: DomainChange])[] = [
  [pathPattern('name.# uuid.#'), { change: 'redefine' }],
  [pathPattern('title description metadata metadata.** title.# description.#'), live('virDomainSetMetadata')],
  [pathPattern('currentMemory currentMemory.**'), live('virDomainSetMemoryFlags')],
  [pathPattern('vcpu.@current'), live('virDomainSetVcpusFlags')],
  [pathPattern('cputune.vcpupin cputune.vcpupin.**'), live('virDomainPinVcpuFlags')],
  [pathPattern('cputune.emulatorpin cputune.emulatorpin.**'), live('virDomainPinEmulator')],
  [pathPattern('cputune.iothreadpin cputune.iothreadpin.**'), live('virDomainPinIOThread')],
  [
    pathPattern('cputune.shares** cputune.*period cputune.*quota cputune.*period.# cputune.*quota.#'),
    live('virDomainSetSchedulerParametersFlags'),
  ],
  [pathPattern('memtune memtune.**'), live('virDomainSetMemoryParameters')],
  [pathPattern('blkiotune blkiotune.**'), live('virDomainSetBlkioParameters')],
  [pathPattern('numatune.memory.@nodeset'), live('virDomainSetNumaParameters')],
  [
    pathPattern('on_poweroff.# on_reboot.# on_crash.# on_poweroff on_reboot on_crash'),
    live('virDomainSetLifecycleAction'),
  ],
  [pathPattern('perf perf.**'), live('virDomainSetPerfEvents')],
  [pathPattern('devices.memballoon.stats devices.memballoon.stats.**'), live('virDomainSetMemoryStatsPeriod')],
  [pathPattern('devices.disk.iotune devices.disk.iotune.**'), live('virDomainSetBlockIoTune')],
  [pathPattern('devices.interface.link devices.interface.link.**'), live('virDomainUpdateDeviceFlags')],
  [
    pathPattern(`devices.interface.source.@bridge devices.interface.source.@network devices.interface.bandwidth
      devices.interface.bandwidth.** devices.interface.filterref devices.interface.filterref.** devices.interface.vlan
      devices.interface.vlan.** devices.interface.coalesce devices.interface.coalesce.**
      devices.graphics.@passwd devices.graphics.@passwdValidTo devices.graphics.@connected`),
    live('virDomainUpdateDeviceFlags'),
  ],
];

/** Devices that QEMU takes and gives back while it runs. */
const pluggable = new Set([
  'disk',
  'interface',
  'hostdev',
  'rng',
  'memory',
  'channel',
  'redirdev',
  'shmem',
  'vsock',
  'lease',
  'watchdog',
  'input',
  'controller',
]);
const fixedDiskBuses = new Set(['ide', 'sata', 'fdc']);
const pluggableInputs = new Set(['usb', 'virtio']);

/** When an attribute, a text or an element inside a device can be changed; `device` is the one around it. */
export function whenChanged(path: string, device: Tree | undefined): DomainChange {
  const removable = ['cdrom', 'floppy'].includes(device?.attributes.get('device') ?? '');
  if (removable && /^devices\.disk\.(?:source|@type)/.test(path)) return live('virDomainUpdateDeviceFlags');
  return changes.find(([fits]) => fits(path))?.[1] ?? nextBoot;
}

/** When a whole device can be added or taken away. */
export function whenPlugged(
  device: Tree,
  call: 'virDomainAttachDeviceFlags' | 'virDomainDetachDeviceFlags',
): DomainChange {
  return isPluggable(device) ? live(call) : nextBoot;
}

function isPluggable(device: Tree): boolean {
  const { name, attributes } = device;
  if (name === 'disk') {
    const fixed = fixedDiskBuses.has(attributeAt(device, 'target@bus') ?? '');
    return !fixed && !['cdrom', 'floppy'].includes(attributes.get('device') ?? '');
  }
  if (name === 'input') return pluggableInputs.has(attributes.get('bus') ?? '');
  if (name === 'controller') return attributes.get('type') === 'scsi';
  if (name === 'channel') return childOf(device, 'target')?.attributes.get('type') === 'virtio';
  return pluggable.has(name);
}
