import type { XmlContent } from './xml-element.ts';

/** Prefix to namespace, where an element stands; the empty prefix is the default namespace. */
export type Namespaces = ReadonlyMap<string, string>;

/** What XML itself binds. */
export const xmlNamespaces: Namespaces = new Map([
  ['', ''],
  ['xml', 'http://www.w3.org/XML/1998/namespace'],
]);

/** The namespaces inside an element, given those around it and its parts. */
export function namespacesInside(around: Namespaces, parts: ReadonlyMap<string, XmlContent>): Namespaces {
  const inside = new Map(around);
  for (const [key, value] of parts) {
    if (key === '@xmlns') inside.set('', String(value));
    else if (key.startsWith('@xmlns:')) inside.set(key.slice('@xmlns:'.length), String(value));
  }
  return inside;
}

/** The key of the attribute that binds a prefix. */
export const declarationKey = (prefix: string): string => (prefix === '' ? '@xmlns' : `@xmlns:${prefix}`);

/** The namespace of an element, given its name and the namespaces inside it. */
export const namespaceOf = (name: string, inside: Namespaces): string | undefined =>
  inside.get(name.includes(':') ? name.slice(0, name.indexOf(':')) : '');
