import { DomainXmlError } from './error.ts';
import { fragmentData } from './fragment-data.ts';
import type { DomainElement } from './generated/domain.ts';
import { xmlNamespaces } from './namespaces.ts';
import { domainOutline } from './outline.ts';
import { fragmentElement } from './parse-fragment.ts';
import { locate } from './xml/locate.ts';
import type { ParsedXml } from './xml/node.ts';

/**
 * The data in a document: the inverse of {@link buildDomain}. Numbers stay text; comments, processing instructions and
 * layout are left out. The type holds for documents that are valid ({@link compileSchema}); in others, what libvirt does
 * not know is there all the same, under its name.
 *
 * @throws DomainXmlError with line and column: the root is not libvirt's `<domain>`, or one of libvirt's elements has text
 * beside elements.
 */
export function domainData({ root, source }: ParsedXml): DomainElement {
  if (root.name !== 'domain' || root.namespace !== '') {
    const problem = `<${root.name}> is not libvirt's <domain>`;
    throw new DomainXmlError('not-a-domain', locate(source, root.offset), problem);
  }
  const data = fragmentData(fragmentElement(root, source), {
    namespaces: xmlNamespaces,
    reading: 'libvirt',
    outline: domainOutline,
  });
  return data as object as DomainElement;
}
