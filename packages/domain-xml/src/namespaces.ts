import type { XmlContent } from './xml-element.ts';

/** The namespace that a prefix stands for, at one place of a document; the empty prefix is the default namespace. */
export interface Namespaces {
  get(prefix: string): string | undefined;
}

/** What XML itself binds. */
export const xmlNamespaces: Namespaces = new Map([
  ['', ''],
  ['xml', 'http://www.w3.org/XML/1998/namespace'],
]);

/** Declarations upon those around them. They are chained, not copied: a hostile document may have thousands. */
export const nestNamespaces = (around: Namespaces, own: ReadonlyMap<string, string>): Namespaces =>
  own.size === 0 ? around : { get: (prefix) => own.get(prefix) ?? around.get(prefix) };

/** The namespaces inside an element, given those around it and its parts. */
export function namespacesInside(around: Namespaces, parts: ReadonlyMap<string, XmlContent>): Namespaces {
  const own = new Map<string, string>();
  for (const [key, value] of parts) {
    if (key === '@xmlns') own.set('', String(value));
    else if (key.startsWith('@xmlns:')) own.set(key.slice('@xmlns:'.length), String(value));
  }
  return nestNamespaces(around, own);
}

/** The key of the attribute that binds a prefix. */
export const declarationKey = (prefix: string): string => (prefix === '' ? '@xmlns' : `@xmlns:${prefix}`);

/** The namespace of an element, given its name and the namespaces inside it. */
export const namespaceOf = (name: string, inside: Namespaces): string | undefined =>
  inside.get(name.includes(':') ? name.slice(0, name.indexOf(':')) : '');
