export type DomainXmlErrorCode =
  /** An element's or attribute's name that XML does not allow, or a prefix bound to no namespace. */
  | 'invalid-name'
  /** A character that XML 1.0 cannot hold, even escaped. */
  | 'invalid-character'
  /** Data that stands for no XML: null, a fraction, a list in a list ... */
  | 'invalid-value'
  | 'malformed-xml'
  /** A schema that is incomplete, or uses what is not known here. */
  | 'bad-schema'
  /** An element twice that libvirt reads once. */
  | 'repeated'
  /** Text beside elements in one of libvirt's elements. */
  | 'stray-text'
  /** A document type or an entity of the user's own. */
  | 'document-type'
  | 'too-deep'
  | 'too-large'
  /** The fragment's root is not libvirt's `<domain>`. */
  | 'not-a-domain'
  /** The fragment sets what is not its to set: name, uuid, the domain's own metadata. */
  | 'not-yours'
  /** A path that cannot be understood. */
  | 'invalid-path'
  /** A path that leads nowhere. */
  | 'no-such-place'
  /** A path that leads to several places where one is needed. */
  | 'several-places'
  /** What is at the path cannot be given a value, or be taken out. */
  | 'no-value';

/** Where: the place in the data (`devices.disk[1].source.@dev`), or line and column (from 1) in the XML text. */
export interface DomainXmlErrorPlace {
  readonly path?: string;
  readonly line?: number;
  readonly column?: number;
}

/** Data that cannot be written as XML, or XML that cannot be merged; the message says where, and how to mend it. */
export class DomainXmlError extends Error {
  override readonly name = 'DomainXmlError';
  readonly code: DomainXmlErrorCode;
  readonly path: string | undefined;
  readonly line: number | undefined;
  readonly column: number | undefined;

  constructor(code: DomainXmlErrorCode, place: DomainXmlErrorPlace, problem: string) {
    const where = place.path !== undefined ? place.path || 'domain' : `line ${place.line}, column ${place.column}`;
    super(`${where}: ${problem}`);
    this.code = code;
    this.path = place.path;
    this.line = place.line;
    this.column = place.column;
  }
}
