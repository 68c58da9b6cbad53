import { pathPattern } from '../compare/path-pattern.ts';
import type { ElementNode } from '../xml/node.ts';

/** What an element or attribute gives a guest; the first that fits. */
const reasons: readonly (readonly [fits: (path: string) => boolean, reason: string])[] = [
  [pathPattern('devices.hostdev devices.hostdev.**'), 'a device of the host'],
  [pathPattern('devices.filesystem devices.filesystem.**'), 'a folder of the host'],
  [
    pathPattern('devices.interface devices.interface.**'),
    'a way into a network, past the link of its VMID and its policy',
  ],
  [pathPattern('devices.disk.source.** devices.disk.source devices.disk.@type'), 'a disk that is no volume of its own'],
  [
    pathPattern('devices.disk.driver.@type devices.disk.backingStore.** devices.disk.mirror'),
    'an image that may name other files of the host',
  ],
  [
    pathPattern(`devices.serial devices.serial.** devices.parallel devices.parallel.** devices.console
      devices.console.** devices.channel devices.channel.**`),
    "a file, socket or program's end on the host",
  ],
  [pathPattern('devices.emulator'), 'a program of the host that is no QEMU that is known'],
  [
    pathPattern('os.kernel os.initrd os.dtb os.loader os.nvram os.nvram.** os.loader.** os.acpi os.acpi.**'),
    'a file of the host, which its firmware reads',
  ],
  [
    pathPattern('devices.graphics.@listen devices.graphics.listen.** devices.graphics.listen'),
    'its screen is shown to others than this host',
  ],
  [pathPattern('devices.graphics devices.graphics.**'), 'its screen uses more of the host than a port for this host'],
  [
    pathPattern('devices.tpm.** devices.rng.** devices.smartcard devices.input.** devices.input devices.shmem'),
    'a device, file or socket of the host',
  ],
  [pathPattern('devices.audio devices.audio.** devices.video.**'), "the host's sound or graphics"],
  [pathPattern('metadata.**'), 'what programs on the host take for their own'],
  [pathPattern('seclabel seclabel.** launchSecurity keywrap'), 'changes what confines it'],
  [pathPattern('memoryBacking memoryBacking.**'), "the host's memory, which others then lack"],
  [pathPattern('resource bootloader bootloader_args idmap'), 'a group or program of the host'],
];

const unknown = 'is not known to stay inside the guest';

export function reasonFor(path: string, { name, namespace }: ElementNode): string {
  if (namespace !== '' && !path.startsWith('metadata.'))
    return `${name} can ask of the host's QEMU whatever that can do`;
  return reasons.find(([fits]) => fits(path))?.[1] ?? unknown;
}
