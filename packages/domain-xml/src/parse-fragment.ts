import { DomainXmlError, type DomainXmlErrorCode } from './error.ts';
import { locate } from './xml/locate.ts';
import type { ElementNode } from './xml/node.ts';
import { parseXml } from './xml/parse-xml.ts';

/** An attribute of a fragment's element; `namespace` is empty for none. */
interface FragmentAttribute {
  readonly name: string;
  readonly prefix: string;
  readonly namespace: string;
  readonly value: string;
}

/** An element of a fragment, as it stands there. Comments and processing instructions are dropped. */
export interface FragmentElement {
  readonly name: string;
  readonly prefix: string;
  /** Empty for none: libvirt's own elements. */
  readonly namespace: string;
  /** Without `xmlns` and `xmlns:prefix`. */
  readonly attributes: readonly FragmentAttribute[];
  /** Prefix to namespace, as declared on this element; the prefix is empty for the default namespace. */
  readonly declarations: ReadonlyMap<string, string>;
  /** Text and elements in document order, no two texts side by side. */
  readonly content: readonly (string | FragmentElement)[];
  /** Makes the error for something wrong at this element's start. */
  readonly error: (code: DomainXmlErrorCode, problem: string) => DomainXmlError;
}

const maxLength = 1024 * 1024;
const declarationNamespace = 'http://www.w3.org/2000/xmlns/';

/**
 * Reads an XML text into elements.
 *
 * @throws DomainXmlError with line and column when it is not well-formed, has a document type, is longer than 1 Mi
 * characters or nested deeper than 256 elements.
 */
export function parseFragment(xml: string): FragmentElement {
  if (xml.length > maxLength) {
    throw new DomainXmlError('too-large', locate(xml, 0), `the XML is longer than ${maxLength} characters`);
  }
  return fragmentElement(parseXml(xml).root, xml);
}

/** An element of a document without what stands for no data; `source` is the text that was parsed, for errors. */
export function fragmentElement(node: ElementNode, source: string): FragmentElement {
  const attributes: FragmentAttribute[] = [];
  const declarations = new Map<string, string>();
  for (const { name, local, namespace, value } of node.attributes) {
    if (namespace === declarationNamespace) declarations.set(name === 'xmlns' ? '' : local, value);
    else attributes.push({ name, prefix: prefixOf(name), namespace, value });
  }
  return {
    name: node.name,
    prefix: prefixOf(node.name),
    namespace: node.namespace,
    attributes,
    declarations,
    content: fragmentContent(node, source),
    error: (code, problem) => new DomainXmlError(code, locate(source, node.offset), problem),
  };
}

const prefixOf = (name: string): string => name.slice(0, Math.max(0, name.indexOf(':')));

function fragmentContent(node: ElementNode, source: string): (string | FragmentElement)[] {
  const content: (string | FragmentElement)[] = [];
  for (const piece of node.content) {
    if (typeof piece === 'string' || piece.kind === 'cdata') {
      const text = typeof piece === 'string' ? piece : piece.text;
      const last = content.at(-1);
      if (typeof last === 'string') content[content.length - 1] = last + text;
      else content.push(text);
    } else if (piece.kind === 'element') content.push(fragmentElement(piece, source));
  }
  return content;
}
