import { DomainXmlError } from './error.ts';

const start =
  'A-Z_a-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}\\u{37F}-\\u{1FFF}\\u{200C}\\u{200D}' +
  '\\u{2070}-\\u{218F}\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFFD}\\u{10000}-\\u{EFFFF}';
const part = `[${start}][${start}\\-.0-9\\u{B7}\\u{300}-\\u{36F}\\u{203F}\\u{2040}]*`;

/** `QName` of https://www.w3.org/TR/xml-names/#NT-QName, the prefix captured. */
const qualifiedName = new RegExp(`^(?:(${part}):)?${part}$`, 'u');

const prefixName = new RegExp(`^${part}$`, 'u');

const reservedNamespaces = new Set(['http://www.w3.org/XML/1998/namespace', 'http://www.w3.org/2000/xmlns/']);

/** The prefixes bound where an element stands, and by its own `@xmlns:prefix`. */
export function bindPrefixes(
  entries: readonly (readonly [string, unknown])[],
  place: { readonly path: string; readonly prefixes: ReadonlySet<string> },
): ReadonlySet<string> {
  const declarations = entries.filter(
    ([key, value]) => (key === '@xmlns' || key.startsWith('@xmlns:')) && value !== undefined,
  );
  if (declarations.length === 0) return place.prefixes;
  const prefixes = new Set(place.prefixes);
  for (const [key, value] of declarations) {
    const prefix = key === '@xmlns' ? undefined : key.slice('@xmlns:'.length);
    if (reservedNamespaces.has(String(value)) || (prefix !== undefined && !bindable(prefix, value))) {
      const problem = `XML does not allow ${key.slice(1)}=${JSON.stringify(value)}; use another prefix or namespace`;
      throw new DomainXmlError('invalid-name', { path: place.path }, problem);
    }
    if (prefix !== undefined) prefixes.add(prefix);
  }
  return prefixes;
}

const bindable = (prefix: string, namespace: unknown): boolean =>
  prefixName.test(prefix) && prefix !== 'xml' && prefix !== 'xmlns' && namespace !== '';

/** @throws DomainXmlError when XML allows no such name, or its prefix is bound to no namespace. */
export function checkName(name: string, prefixes: ReadonlySet<string>, path: string): void {
  const match = qualifiedName.exec(name);
  if (match === null) {
    const problem = `${JSON.stringify(name)} is no name for an element or attribute of XML`;
    throw new DomainXmlError('invalid-name', { path }, problem);
  }
  const prefix = match[1];
  if (prefix === undefined || prefixes.has(prefix)) return;
  const problem = `the prefix ${prefix} is bound to no namespace; give the element or one around it @xmlns:${prefix}`;
  throw new DomainXmlError('invalid-name', { path }, problem);
}
