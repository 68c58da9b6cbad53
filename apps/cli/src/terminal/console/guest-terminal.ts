import { attributeOf, elementsAt, type ParsedXml } from '@kvm/domain-xml';

const drivers = new Map([
  ['serial', 'ttyS'],
  ['virtio', 'hvc'],
]);

/** What Linux in the guest calls its first console: `/dev/ttyS0`. */
export function guestTerminal({ root }: ParsedXml): string | undefined {
  const [target] = elementsAt([root], 'devices', 'console', 'target');
  const driver = drivers.get(attributeOf(target, 'type') ?? 'serial');
  const port = attributeOf(target, 'port') ?? '';
  return driver !== undefined && /^\d{1,3}$/.test(port) ? `/dev/${driver}${port}` : undefined;
}
