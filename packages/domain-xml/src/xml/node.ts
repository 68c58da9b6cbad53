/** An attribute as it stands in a document, declarations (`xmlns`, `xmlns:prefix`) included. */
export interface AttributeNode {
  /** With its prefix: `qemu:name`. */
  readonly name: string;
  readonly local: string;
  /** Empty for none. */
  readonly namespace: string;
  /** With references resolved and white space normalised, as XML says. */
  readonly value: string;
}

export interface ElementNode {
  readonly kind: 'element';
  /** With its prefix: `qemu:commandline`. */
  readonly name: string;
  readonly local: string;
  /** Empty for none: libvirt's own elements. */
  readonly namespace: string;
  /** In document order. */
  readonly attributes: readonly AttributeNode[];
  readonly content: readonly XmlNode[];
  /** Where its `<` stands in the text that was parsed, in UTF-16 units from 0. */
  readonly offset: number;
  /** Where it ends in that text: behind the `>` of its end tag. */
  readonly end: number;
  /** The start tag letter for letter; undefined once the element was changed. */
  readonly startTag: string | undefined;
}

/** What elements contain; text that is not in a CDATA section is a string. */
export type XmlNode =
  | string
  | ElementNode
  | { readonly kind: 'cdata'; readonly text: string }
  | { readonly kind: 'comment'; readonly text: string }
  | { readonly kind: 'instruction'; readonly target: string; readonly body: string };

export const isElement = (node: XmlNode): node is ElementNode => typeof node === 'object' && node.kind === 'element';

/** A document with all that is in it: comments, white space, order, namespaces, CDATA sections. */
export interface ParsedXml {
  /** `<?xml version='1.0' encoding='utf-8'?>`, letter for letter; empty for none. */
  readonly declaration: string;
  readonly before: readonly XmlNode[];
  readonly root: ElementNode;
  readonly after: readonly XmlNode[];
  /** The text that was parsed. */
  readonly source: string;
}
