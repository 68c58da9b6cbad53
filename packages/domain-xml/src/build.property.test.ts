import fc from 'fast-check';
import { expect, test } from 'vitest';
import { find, readTree, type Tree, withoutLayout } from '../test/read-tree.ts';
import { seedDomain, seedXml } from '../test/seed-domain.ts';
import { buildDomain, DomainXmlError, mergeXml, type XmlElement } from './index.ts';

const nasty = [
  '<',
  '>',
  '&',
  '&amp;',
  '&#10;',
  ']]>',
  '"',
  "'",
  '{',
  '[',
  '---',
  '<!--',
  '\t',
  '\n',
  '\r',
  ' ',
  '😀',
  '\u0085',
];
const legal = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u;

const anyText = fc
  .array(fc.oneof(fc.constantFrom(...nasty, '\0', '\ud800', '\u001f'), fc.string({ unit: 'binary' })))
  .map((parts) => parts.join(''));
const legalText = anyText.map((text) => [...text].filter((character) => legal.test(character)).join(''));
const name = fc.constantFrom(
  'a',
  'b',
  'disk',
  'source',
  'p:a',
  'p:b',
  'é',
  '_-.1',
  '𐀀',
  '__proto__',
  'constructor',
  'toString',
);

const { element } = fc.letrec<{ element: Tree }>((tie) => ({
  element: fc.record({
    name,
    attributes: fc.uniqueArray(fc.tuple(name, legalText), { selector: ([key]) => key, maxLength: 3 }),
    content: fc.array(fc.oneof({ depthSize: 'small', withCrossShrink: true }, legalText, tie('element')), {
      maxLength: 4,
    }),
  }),
}));

/** A tree as data, its content in order. */
function dataOf({ attributes, content }: Tree): XmlElement {
  const items = content.map((item) =>
    typeof item === 'string' ? item : Object.fromEntries([[item.name, dataOf(item)]]),
  );
  return Object.fromEntries([...attributes.map(([key, value]) => [`@${key}`, value]), ['#', items]]);
}

/** A tree as a reader sees it: neighbouring texts are one, empty ones are none. */
function joined(tree: Tree): Tree {
  const content: Tree['content'] = [];
  for (const item of tree.content) {
    const last = content.at(-1);
    if (typeof item !== 'string') content.push(joined(item));
    else if (typeof last === 'string') content[content.length - 1] = last + item;
    else if (item !== '') content.push(item);
  }
  return { ...tree, content };
}

const around = (inside: Tree): Tree => ({ name: 'x', attributes: [['xmlns:p', 'urn:p']], content: ['text', inside] });

test('what is built reads back as the same tree', async () => {
  await fc.assert(
    fc.asyncProperty(element, async (inside) => {
      const tree = around(inside);
      const xml = await buildDomain({ ...seedDomain, metadata: { x: dataOf(tree) } });
      expect(find(readTree(xml), 'metadata', 'x')).toEqual(joined(tree));
    }),
  );
});

test('what is merged is built as the same tree', async () => {
  await fc.assert(
    fc.asyncProperty(element, async (inside) => {
      const tree = around(inside);
      const xml = await buildDomain({ ...seedDomain, metadata: { x: dataOf(tree) } });
      const metadata = xml.slice(xml.indexOf('<metadata>'), xml.lastIndexOf('</metadata>'));
      const merged = mergeXml(seedDomain, `<domain>${metadata}</metadata></domain>`);
      expect(find(readTree(await buildDomain(merged)), 'metadata', 'x')).toEqual(joined(tree));
    }),
  );
});

test('no text, however hostile, changes the structure: it is kept or refused', async () => {
  const seedShape = JSON.stringify(shape(readTree(seedXml)));
  await fc.assert(
    fc.asyncProperty(anyText, async (text) => {
      const { os, devices } = seedDomain;
      const domain = {
        ...seedDomain,
        name: text,
        os: { ...os, kernel: text, cmdline: text },
        devices: { ...devices, disk: devices.disk?.map((disk) => ({ ...disk, source: { '@dev': text } })) ?? [] },
      };
      const xml = await buildDomain(domain as typeof seedDomain).catch((error: unknown) => error);
      if (!legal.test(text)) {
        expect(xml).toBeInstanceOf(DomainXmlError);
        return;
      }
      const tree = readTree(String(xml));
      expect(JSON.stringify(shape(tree))).toBe(seedShape);
      expect(find(tree, 'name').content.join('')).toBe(text);
      expect(find(tree, 'os', 'cmdline').content.join('')).toBe(text);
      expect(find(tree, 'devices', 'disk', 'source').attributes).toEqual([['dev', text]]);
    }),
  );
});

test('no key, however hostile, becomes anything but a name', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(anyText, name), fc.constantFrom('', '@'), async (key, sigil) => {
      fc.pre(!(sigil === '' && /^[@#]/.test(key)) && !/^xmlns/.test(key));
      const metadata = Object.fromEntries([
        ['@xmlns:p', 'urn:p'],
        [`${sigil}${key}`, 'v'],
      ]);
      const xml = await buildDomain({ ...seedDomain, metadata }).catch((error: unknown) => error);
      if (xml instanceof DomainXmlError) {
        expect(xml.code).toMatch(/^invalid-(name|character)$/);
        return;
      }
      const tree = withoutLayout(find(readTree(String(xml)), 'metadata'));
      const expected: Tree =
        sigil === '@'
          ? {
              name: 'metadata',
              attributes: [
                ['xmlns:p', 'urn:p'],
                [key, 'v'],
              ],
              content: [],
            }
          : {
              name: 'metadata',
              attributes: [['xmlns:p', 'urn:p']],
              content: [{ name: key, attributes: [], content: ['v'] }],
            };
      expect(tree).toEqual(expected);
    }),
  );
});

test('the same bytes twice, whatever the order of the keys', async () => {
  const expected = await buildDomain(seedDomain);
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat()), async (numbers) => {
      expect(await buildDomain(shuffled(seedDomain, numbers))).toBe(expected);
    }),
  );
});

/** Names only. */
function shape({ name: tag, attributes, content }: Tree): unknown {
  const children = content.flatMap((item) => (typeof item === 'string' ? [] : [shape(item)]));
  return [tag, attributes.map(([key]) => key), children];
}

/** The same data with the keys of every object in another order. */
function shuffled<T>(data: T, numbers: Iterator<number>): T {
  if (typeof data !== 'object' || data === null) return data;
  if (Array.isArray(data)) return data.map((item) => shuffled(item, numbers)) as T;
  const entries = Object.entries(data).map(([key, value]) => ({ key, value, at: numbers.next().value }));
  entries.sort((a, b) => a.at - b.at);
  return Object.fromEntries(entries.map(({ key, value }) => [key, shuffled(value, numbers)])) as T;
}
