import { DomainXmlError } from './error.ts';

/** All but `Char` of https://www.w3.org/TR/xml/#NT-Char, which no escape can write either; a lone surrogate is one. */
const illegal = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/** @throws DomainXmlError when the value is no text, or text that XML cannot hold. */
export function textOf(value: unknown, path: string): string {
  if (typeof value === 'string') {
    const found = illegal.exec(value)?.[0].codePointAt(0);
    if (found === undefined) return value;
    const character = `U+${found.toString(16).toUpperCase().padStart(4, '0')}`;
    throw new DomainXmlError('invalid-character', { path }, `XML cannot hold the character ${character}; leave it out`);
  }
  if (Number.isSafeInteger(value)) return String(value);
  const found = typeof value === 'number' ? `${value} is not exact in text` : `${kindOf(value)} is no text`;
  throw new DomainXmlError('invalid-value', { path }, `${found}; give a string or a whole number`);
}

/** What a value is, for a message: `null`, `a list`, `an object`, `a boolean`. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
