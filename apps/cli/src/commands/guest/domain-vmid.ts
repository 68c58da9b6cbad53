import { attributeOf, elementsAt, type ParsedXml } from '@kvm/domain-xml';
import { metadataNamespace } from '@kvm/host';
import { parseTapName, vmidMax, vmidMin } from '@kvm/netplan';

/** The VMID of a domain: from the mark in its metadata, else from its tap's name; undefined for one that has neither. */
export function domainVmid({ root }: ParsedXml): number | undefined {
  const [mark] = elementsAt([root], 'metadata', 'guest').filter(({ namespace }) => namespace === metadataNamespace);
  const vmid = Number(attributeOf(mark, 'vmid'));
  if (Number.isInteger(vmid) && vmid >= vmidMin && vmid <= vmidMax) return vmid;
  const taps = elementsAt([root], 'devices', 'interface', 'target').map((target) => attributeOf(target, 'dev') ?? '');
  return taps.map(parseTapName).find((each) => each !== undefined);
}
