import type { ElementNode, ParsedXml } from '@kvm/domain-xml';
import { metadataNamespace } from '@kvm/host';
import { parseTapName, vmidMax, vmidMin } from '@kvm/netplan';

/** The VMID of a domain: from the mark in its metadata, else from its tap's name; undefined for one that has neither. */
export function domainVmid({ root }: ParsedXml): number | undefined {
  const [mark] = within([root], 'metadata', 'guest').filter(({ namespace }) => namespace === metadataNamespace);
  const vmid = Number(attributeOf(mark, 'vmid'));
  if (Number.isInteger(vmid) && vmid >= vmidMin && vmid <= vmidMax) return vmid;
  const taps = within([root], 'devices', 'interface', 'target').map((target) => attributeOf(target, 'dev') ?? '');
  return taps.map(parseTapName).find((each) => each !== undefined);
}

/** The elements at the end of a path of names. */
function within(elements: readonly ElementNode[], ...path: readonly string[]): readonly ElementNode[] {
  return path.reduce(
    (found, name) =>
      found.flatMap(({ content }) =>
        content.filter(
          (node): node is ElementNode => typeof node !== 'string' && node.kind === 'element' && node.local === name,
        ),
      ),
    elements,
  );
}

const attributeOf = (element: ElementNode | undefined, name: string): string | undefined =>
  element?.attributes.find((attribute) => attribute.name === name)?.value;
