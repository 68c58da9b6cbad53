import type { BlockDiskElement, DomainDocument } from '@kvm/domain-xml';
import type { Guest, InventoryHost } from '@kvm/inventory';
import { volumePath } from '@kvm/lvm';
import type { GuestNet } from '@kvm/netplan';
import { renderMark } from '../marker.ts';
import { guestUuid } from './identity.ts';

/** Where guests' screens are shown: to the host itself. */
export const screenAddress = '127.0.0.1';

const diskLetters = 'abcdefghijklmnopqrstuvwxyz';

/** `vda` for 0, `vdaa` for 26: what a new guest calls the disk that the inventory lists at this place. */
export function diskDevice(index: number): string {
  let letters = '';
  for (let left = index; left >= 0; left = Math.floor(left / diskLetters.length) - 1)
    letters = `${diskLetters[left % diskLetters.length]}${letters}`;
  return `vd${letters}`;
}

/** `/dev/vg/public.root`: the logical volume of a guest's disk, by its device path on the host. */
export const diskPath = (vg: string, guest: string, disk: string): string => volumePath(vg, `${guest}.${disk}`);

/** What makes a domain this guest's, whatever else it is. */
const identity = (host: InventoryHost, guest: Guest) => ({
  name: guest.name,
  uuid: guestUuid(host, guest),
  metadata: renderMark(
    guest.vmid,
    guest.disks.map(({ name }) => name),
  ),
  memory: guest.memoryKiB,
  currentMemory: guest.memoryKiB,
  vcpu: guest.vcpus,
});

/** The domain of a guest that has the template's rest in its raw XML. */
export const bareDomain = (host: InventoryHost, guest: Guest): DomainDocument => ({
  '@type': 'kvm',
  ...identity(host, guest),
  os: { type: 'hvm' },
});

/** A guest's libvirt domain: the template that every guest shares, filled in by name and VMID. */
export function guestDomain(host: InventoryHost, guest: Guest, net: GuestNet): DomainDocument {
  const disk = guest.disks.map(
    ({ name, serial }, index): BlockDiskElement => ({
      '@type': 'block',
      '@device': 'disk',
      source: { '@dev': diskPath(host.vg, guest.name, name) },
      target: { '@dev': diskDevice(index), '@bus': 'virtio' },
      ...(serial === undefined ? {} : { serial }),
    }),
  );
  return {
    '@type': 'kvm',
    ...identity(host, guest),
    os: {
      type: 'hvm',
      kernel: host.kernel,
      ...(host.initrd === undefined ? {} : { initrd: host.initrd }),
      cmdline: guest.cmdline,
    },
    features: { acpi: {} },
    clock: { '@offset': 'utc' },
    on_poweroff: 'destroy',
    on_reboot: 'restart',
    on_crash: 'destroy',
    devices: {
      emulator: host.emulator,
      disk,
      interface: [
        {
          '@type': 'ethernet',
          mac: { '@address': net.mac },
          script: { '@path': '/etc/kvm/tun-start' },
          downscript: { '@path': '/etc/kvm/tun-stop' },
          target: { '@dev': net.tap },
          model: { '@type': 'virtio' },
        },
      ],
      // Without an address it is where qemu.conf says, which may be all of them, and it has no password.
      graphics: [{ '@type': 'vnc', '@port': net.vncPort, '@autoport': 'no', '@listen': screenAddress }],
      console: [{ '@type': 'pty', source: { '@path': net.console }, target: { '@port': 0 } }],
    },
  };
}
