import { attributeAt } from '../tree.ts';
import type { Addition, KnownDefault } from './known-default.ts';
import { archOf, isX86, machineKind } from './machine.ts';

/** Addresses that libvirt makes up begin so: virDomainNetGenerateMAC, by the kind of virtualisation. */
const prefixes: Readonly<Record<string, string>> = { xen: '00:16:3e', vmware: '00:0c:29' };

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

function defaultModel(type: string | undefined, present: Parameters<typeof archOf>[0]): string {
  if (type === 'vdpa' || archOf(present) === 's390x' || machineKind(present) === 'virt') return 'virtio';
  return isX86(present) || attributeAt(present, '@type') !== undefined ? 'rtl8139' : 'lan9118';
}
