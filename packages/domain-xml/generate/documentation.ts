const page = 'https://libvirt.org/formatdomain.html';

/** Sections of libvirt's documentation, by the element that they describe. */
const anchors = new Map([
  ['domain', 'element-and-attribute-overview'],
  ['domain/os', 'operating-system-booting'],
  ['domain/sysinfo', 'smbios-system-information'],
  ['domain/vcpu', 'cpu-allocation'],
  ['domain/vcpus', 'cpu-allocation'],
  ['domain/iothreadids', 'iothreads-allocation'],
  ['domain/cputune', 'cpu-tuning'],
  ['domain/memory', 'memory-allocation'],
  ['domain/memoryBacking', 'memory-backing'],
  ['domain/memtune', 'memory-tuning'],
  ['domain/numatune', 'numa-node-tuning'],
  ['domain/blkiotune', 'block-i-o-tuning'],
  ['domain/resource', 'resource-partitioning'],
  ['domain/cpu', 'cpu-model-and-topology'],
  ['domain/pm', 'power-management'],
  ['domain/features', 'hypervisor-features'],
  ['domain/clock', 'time-keeping'],
  ['domain/perf', 'performance-monitoring-events'],
  ['domain/devices', 'devices'],
  ['domain/devices/disk', 'hard-drives-floppy-disks-cdroms'],
  ['domain/devices/filesystem', 'filesystems'],
  ['domain/devices/controller', 'controllers'],
  ['domain/devices/lease', 'device-leases'],
  ['domain/devices/hostdev', 'host-device-assignment'],
  ['domain/devices/redirdev', 'redirected-devices'],
  ['domain/devices/smartcard', 'smartcard-devices'],
  ['domain/devices/interface', 'network-interfaces'],
  ['domain/devices/input', 'input-devices'],
  ['domain/devices/hub', 'hub-devices'],
  ['domain/devices/graphics', 'graphical-framebuffers'],
  ['domain/devices/video', 'video-devices'],
  ['domain/devices/serial', 'consoles-serial-parallel-channel-devices'],
  ['domain/devices/parallel', 'consoles-serial-parallel-channel-devices'],
  ['domain/devices/console', 'consoles-serial-parallel-channel-devices'],
  ['domain/devices/channel', 'consoles-serial-parallel-channel-devices'],
  ['domain/devices/sound', 'sound-devices'],
  ['domain/devices/audio', 'audio-backends'],
  ['domain/devices/watchdog', 'watchdog-device'],
  ['domain/devices/memballoon', 'memory-balloon-device'],
  ['domain/devices/rng', 'random-number-generator-device'],
  ['domain/devices/tpm', 'tpm-device'],
  ['domain/devices/nvram', 'nvram-device'],
  ['domain/devices/panic', 'panic-device'],
  ['domain/devices/shmem', 'shared-memory-device'],
  ['domain/devices/memory', 'memory-devices'],
  ['domain/devices/iommu', 'iommu-devices'],
  ['domain/devices/vsock', 'vsock'],
  ['domain/seclabel', 'security-label'],
  ['domain/keywrap', 'key-wrap'],
  ['domain/launchSecurity', 'launch-security'],
]);

/** The lines of an element's doc comment: where it stands, the schema's define, libvirt's documentation. */
export function documentationOf(path: string, define: string): readonly string[] {
  const first = `\`/${path}\`, the schema's define \`${define}\`.`;
  const anchor = anchors.get(path);
  return anchor === undefined ? [first] : [first, '', `Source: ${page}#${anchor}`];
}
