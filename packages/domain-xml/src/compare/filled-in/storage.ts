import { attributeAt, type Tree } from '../tree.ts';
import { type Addition, type KnownDefault, wholeNumber } from './known-default.ts';

const disk = 'src/conf/domain_conf.c, virDomainDiskDefParseXML';
const isAsked = ({ around }: Addition): boolean => around.attributes.size + around.children.size > 0;

/** Ports of protocols: src/util/virstoragefile.c, virStorageSourceNetworkDefaultPort. */
const ports = new Map([
  ['nbd', '10809'],
  ['gluster', '24007'],
  ['iscsi', '3260'],
  ['sheepdog', '7000'],
  ['http', '80'],
  ['https', '443'],
  ['ftp', '21'],
  ['ftps', '990'],
  ['tftp', '69'],
  ['ssh', '22'],
  ['nfs', '2049'],
]);

const buses: readonly (readonly [start: string, bus: string])[] = [
  ['sd', 'scsi'],
  ['vd', 'virtio'],
  ['xvd', 'xen'],
  ['ubd', 'uml'],
];

function defaultBus(disk: Tree): string {
  if (disk.attributes.get('device') === 'floppy') return 'fdc';
  const name = attributeAt(disk, 'target@dev') ?? '';
  return buses.find(([start]) => name.startsWith(start))?.[1] ?? 'ide';
}

/** Disks and file systems. */
export const storageDefaults: readonly KnownDefault[] = [
  { path: 'devices.disk.@type', value: ['file'], source: disk },
  { path: 'devices.disk.@device', value: ['disk'], source: disk },
  {
    path: 'devices.disk.driver.@name',
    value: ['qemu'],
    source: 'src/qemu/qemu_domain.c, qemuDomainDeviceDiskDefPostParse',
  },
  {
    path: 'devices.disk.driver.@type',
    value: ['raw'],
    source: 'src/qemu/qemu_domain.c, qemuDomainDeviceDiskDefPostParse',
  },
  {
    path: 'devices.disk.@snapshot',
    value: ['no'],
    when: ({ there }) => there.children.has('readonly') || there.attributes.get('type') === 'vhostuser',
    source: 'src/conf/domain_postparse.c, virDomainDiskDefPostParse',
  },
  {
    path: 'devices.disk.readonly',
    when: ({ device }) => device?.attributes.get('device') === 'cdrom',
    source: 'src/conf/domain_postparse.c, virDomainDiskDefPostParse',
  },
  {
    path: 'devices.disk.target.@bus',
    when: ({ value, device }) => device !== undefined && value === defaultBus(device),
    source: 'src/conf/domain_postparse.c, virDomainDiskDefPostParse',
  },
  {
    path: 'devices.disk.source.@managed',
    value: ['yes'],
    when: ({ device }) => device?.attributes.get('type') === 'nvme',
    source: 'src/conf/domain_postparse.c, virDomainDiskDefPostParse',
  },
  {
    path: 'devices.disk.source.@index',
    value: wholeNumber,
    where: 'live',
    source: 'src/qemu/qemu_domain.c, qemuDomainStorageIDNew',
  },
  { path: 'devices.disk.backingStore.**.@index', value: wholeNumber, where: 'live', source: 'src/conf/domain_conf.c' },
  // The chain that a running guest has open; the disk's own source says where it begins.
  {
    path: 'devices.disk.backingStore devices.disk.backingStore.**',
    value: /^/,
    where: 'live',
    source: 'src/qemu/qemu_domain.c, qemuDomainDetermineDiskChain',
  },
  {
    path: 'devices.disk.encryption.@engine devices.disk.source.encryption.@engine devices.disk.backingStore.**.encryption.@engine',
    value: ['qemu'],
    source: 'src/qemu/qemu_domain.c, qemuDomainDeviceDiskDefPostParse',
  },
  {
    path: 'devices.disk.source.host.@port',
    when: ({ value, device }) =>
      ports.get(device?.children.get('source')?.[0]?.attributes.get('protocol') ?? '') === value,
    source: 'src/storage_source/storage_source.c, virStorageSourceNetworkDefaultPort',
  },
  // Of a copy that was asked for; one that was not is shown.
  {
    path: 'devices.disk.mirror.@* devices.disk.mirror.format devices.disk.mirror.format.@type devices.disk.mirror.source devices.disk.mirror.source.@*',
    value: /^/,
    when: (addition) => isAsked(addition) || !addition.path.startsWith('devices.disk.mirror.@'),
    source: 'src/conf/domain_conf.c, virDomainDiskDefFormatMirror',
  },
  { path: 'devices.filesystem.@type', value: ['mount'], source: 'src/conf/domain_conf.c, virDomainFSDefParseXML' },
  {
    path: 'devices.filesystem.@accessmode',
    value: ['passthrough'],
    source: 'src/conf/domain_conf.c, virDomainFSDefParseXML',
  },
  { path: 'devices.lease.target.@offset', value: ['0'], source: 'src/conf/domain_conf.c, virDomainLeaseDefParseXML' },
];
