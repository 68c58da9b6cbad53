import type { DomainDocument } from './document.ts';
import { mergeParts } from './merge-element.ts';
import { xmlNamespaces } from './namespaces.ts';
import { domainOutline } from './outline.ts';
import { parseFragment } from './parse-fragment.ts';

/** What the fragment may not set, and why. */
const reserved = new Map([
  ['name', 'the inventory names the guest; change the name there'],
  ['uuid', 'the inventory settles the UUID, since libvirt knows the guest by it'],
]);

/**
 * Adds to a domain what a user has written in libvirt's XML: any element of libvirt's, known to this package's types or
 * not, and elements of other namespaces (`<qemu:commandline>`). The fragment is a `<domain>` that holds only what differs:
 *
 * - An attribute overwrites the one of the same name; text replaces text (and without a `unit` of its own drops ours).
 * - Under `<devices>` every child is a further device; emulator, memballoon, nvram, iommu and vsock, of which there can
 *   be one only, merge like other elements, and graphics by type, of which QEMU has one each.
 * - Any other element merges into the one of the same name, child by child, or is added. `<cpu>` with a `mode` replaces
 *   the one there.
 * - Elements that repeat replace those of the same name (`<boot>`); those with a key of their own (timer and feature by
 *   name, vcpupin, iothreadpin, memnode, cell) merge by it, new ones are added.
 * - In elements of other namespaces, children are added to those there.
 * - Comments, processing instructions and the white space of the layout are dropped.
 *
 * The result may hold more than its type tells. Nothing can be taken out of the domain.
 *
 * @throws DomainXmlError with line and column in the fragment: not well-formed, a document type, longer than 1 Mi
 * characters, deeper than 256 elements; no `<domain>`; name, uuid or metadata of a namespace that the domain has already.
 */
export function mergeXml(domain: DomainDocument, xml: string): DomainDocument {
  const fragment = parseFragment(xml);
  if (fragment.name !== 'domain' || fragment.namespace !== '') {
    const found = fragment.namespace === '' ? '' : ` of the namespace ${fragment.namespace}`;
    const problem = `<${fragment.name}>${found} is not libvirt's <domain>; put <domain> around it`;
    throw fragment.error('not-a-domain', problem);
  }
  for (const child of fragment.content) {
    const reason = typeof child === 'string' ? undefined : reserved.get(child.name);
    if (typeof child !== 'string' && reason !== undefined) throw child.error('not-yours', `<${child.name}>: ${reason}`);
  }
  const parts = mergeParts(domain, fragment, { namespaces: xmlNamespaces, outline: domainOutline });
  return { ...domain, ...Object.fromEntries(parts) };
}
