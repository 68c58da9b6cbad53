/**
 * Where the order in which libvirt writes differs from that of its schema (which mostly gives none): the order of
 * libvirt's writer, src/conf/domain_conf.c. What is not named comes after, in the schema's order. One departure: graphics
 * come before the character devices, as people write them; between kinds of devices the order has no meaning.
 */
const orders = new Map<string, string>([
  [
    'domain',
    `@type @id name uuid genid title description metadata maxMemory memory currentMemory blkiotune memtune memoryBacking
     vcpu vcpus iothreads iothreadids defaultiothread cputune numatune resource sysinfo bootloader bootloader_args os idmap
     features cpu clock on_poweroff on_reboot on_crash on_lockfailure pm perf devices seclabel keywrap launchSecurity`,
  ],
  [
    'domain/os',
    `@firmware type firmware init initarg initenv initdir inituser initgroup loader nvram kernel initrd cmdline dtb acpi
     boot bootmenu bios smbios`,
  ],
  ['domain/os/type', '@arch @machine'],
  ['domain/vcpu', '@placement @cpuset @current'],
  ['domain/features', 'acpi apic pae'],
  ['domain/cpu', '@mode @match @check @migratable model vendor topology cache maxphysaddr feature numa'],
  ['domain/cpu/feature', '@policy @name'],
  ['domain/clock', '@offset @timezone'],
  [
    'domain/devices',
    `emulator disk controller lease filesystem interface smartcard graphics serial parallel console channel input tpm
     sound audio video hostdev redirdev redirfilter hub watchdog memballoon rng nvram panic shmem memory iommu vsock`,
  ],
  [
    'domain/devices/disk',
    `@type @device driver auth source backingStore backenddomain geometry blockio mirror target iotune readonly shareable
     transient serial wwn vendor product encryption boot alias address`,
  ],
  ['domain/devices/disk/driver', '@name @type @cache @error_policy @io @discard'],
  ['domain/devices/disk/source', '@file @dev'],
  ['domain/devices/disk/target', '@dev @bus'],
  [
    'domain/devices/interface',
    `@type mac source virtualport vlan script downscript backenddomain target guest model driver backend filterref
     bandwidth link mtu coalesce teaming boot rom alias address`,
  ],
  ['domain/devices/interface/source', '@network @bridge'],
  ['domain/devices/interface/target', '@dev @managed'],
  ['domain/devices/interface/driver', '@name @queues'],
  ['domain/devices/graphics', '@type @port @autoport @listen @keymap'],
  ['domain/devices/graphics/listen', '@type @address @network @socket'],
  ['domain/devices/serial', '@type source log protocol target boot alias address'],
  ['domain/devices/console', '@type source log protocol target boot alias address'],
  ['domain/devices/channel', '@type source log protocol target boot alias address'],
  ['domain/devices/serial/source', '@mode @path @append'],
  ['domain/devices/console/source', '@mode @path @append'],
  ['domain/devices/channel/source', '@mode @path @append'],
  ['domain/devices/controller', '@type @index @model'],
]);

/** The parts of an element (`@attribute` or child) in the order in which to write them. */
export function inOrder(path: string, parts: readonly string[]): string[] {
  const order = orders.get(path)?.split(/\s+/) ?? [];
  return [...order.filter((part) => parts.includes(part)), ...parts.filter((part) => !order.includes(part))];
}
