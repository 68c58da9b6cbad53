import { attributeAt, type Tree } from '../tree.ts';
import type { Addition, KnownDefault } from './known-default.ts';
import { archOf, machineKind } from './machine.ts';

/** Addresses that libvirt makes up begin so: virDomainNetGenerateMAC, by the kind of virtualisation. */
const prefixes: Readonly<Record<string, string>> = { xen: '00:16:3e', vmware: '00:0c:29' };

const ports = 'src/conf/netdev_vport_profile_conf.c, virNetDevVPortProfileParse: one that is made up';
const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const portType = (device: Tree | undefined): string | undefined => device && attributeAt(device, 'virtualport@type');

const isOfNetwork = ({ device }: Addition): boolean => device?.attributes.get('type') === 'network';

/** Network cards. */
export const networkDefaults: readonly KnownDefault[] = [
  { path: 'devices.interface.mac', source: 'src/conf/domain_conf.c, virDomainNetGenerateMAC' },
  {
    path: 'devices.interface.mac.@address',
    when: ({ value, wanted }) =>
      value.toLowerCase().startsWith(prefixes[wanted.attributes.get('type') ?? ''] ?? '52:54:00'),
    source: 'src/conf/domain_conf.c, virDomainNetGenerateMAC',
  },
  { path: 'devices.interface.model', source: 'src/qemu/qemu_domain.c, qemuDomainDefaultNetModel' },
  {
    path: 'devices.interface.model.@type',
    when: ({ value, device, present }) => value === defaultModel(device?.attributes.get('type'), present),
    source: 'src/qemu/qemu_domain.c, qemuDomainDefaultNetModel',
  },
  {
    path: 'devices.interface.model.@type',
    value: ['virtio'],
    when: ({ device }) => device?.attributes.get('type') === 'vhostuser',
    since: '11.1.0',
    source: 'src/qemu/qemu_postparse.c, qemuDomainDeviceNetDefPostParse',
  },
  {
    path: 'devices.interface.source.@mode',
    value: ['vepa'],
    when: ({ device }) => device?.attributes.get('type') === 'direct',
    source: 'src/conf/domain_conf.c, virDomainNetDefParseXML',
  },
  {
    path: 'devices.interface.virtualport.parameters',
    when: ({ around }) => ['openvswitch', '802.1Qbg'].includes(around.attributes.get('type') ?? ''),
    source: ports,
  },
  {
    path: 'devices.interface.virtualport.parameters.@interfaceid',
    value: uuid,
    when: ({ device }) => portType(device) === 'openvswitch',
    source: ports,
  },
  {
    path: 'devices.interface.virtualport.parameters.@instanceid',
    value: uuid,
    when: ({ device }) => portType(device) === '802.1Qbg',
    source: ports,
  },
  {
    path: 'devices.interface.source.@portid',
    value: /^[0-9a-f-]{36}$/,
    where: 'live',
    source: 'src/conf/domain_conf.c, virDomainActualNetDefContentsFormat',
  },
  {
    path: 'devices.interface.source.@bridge',
    value: /^[\w.-]+$/,
    where: 'live',
    when: isOfNetwork,
    source: 'src/conf/domain_conf.c, virDomainActualNetDefContentsFormat',
  },
  {
    path: 'devices.interface.target',
    where: 'live',
    source: 'src/conf/domain_conf.c, virDomainNetDefFormat: a definition does not keep generated names',
  },
  {
    path: 'devices.interface.target.@dev',
    value: /^(?:vnet|macvtap|macvlan|tap|vif)[0-9]+$/,
    where: 'live',
    source: 'src/util/virnetdev.c, virNetDevGenerateName',
  },
];

function defaultModel(type: string | undefined, present: Tree): string {
  if (type === 'vdpa' || archOf(present) === 's390x' || machineKind(present) === 'virt') return 'virtio';
  return ['aarch64', 'armv6l', 'armv7l'].includes(archOf(present)) ? 'lan9118' : 'rtl8139';
}
