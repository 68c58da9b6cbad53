import type { DomainElement, OsElement } from './generated/domain.ts';

/**
 * libvirt's `<domain>` as data, keyed by libvirt's own names: attributes under `@name`, the text of an element that may
 * have attributes under `#`, elements that may repeat as arrays, an empty element as `{}`. Of what the schema leaves open,
 * a domain that can be defined has an `os` and `memory`.
 *
 * Source: https://libvirt.org/formatdomain.html
 */
export interface DomainDocument extends DomainElement {
  readonly [namespaceDeclaration: `@xmlns:${string}`]: string;
  readonly os: OsElement;
  readonly memory: NonNullable<DomainElement['memory']>;
}
