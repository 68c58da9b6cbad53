import { parseXml } from '@kvm/domain-xml';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeXml } from './xml.ts';

test.each([
  ['text', '<a>x\u009by</a>', '<a>x&#x9b;y</a>'],
  ['an attribute', "<a b='\u202e>\u007f'/>", "<a b='&#x202e;>&#x7f;'/>"],
  ['CDATA', '<a><![CDATA[x\u009b\u2028y]]></a>', '<a><![CDATA[x]]>&#x9b;&#x2028;<![CDATA[y]]></a>'],
  ['a comment, where there are no references', '<a><!-- \u009b --></a>', '<a><!-- \u009b --></a>'],
  ["a line's end of old", '<a b="x\ry">\r</a>', '<a b="x\ny">\n</a>'],
  ['nothing to do', '<a b="1">\n\t&#x9b;\r\n</a>', '<a b="1">\n\t&#x9b;\r\n</a>'],
])('%s', (_where, xml, escaped) => {
  expect(escapeXml(xml)).toBe(escaped);
});

test('the values are the same', () => {
  const value = fc.string({ unit: fc.constantFrom('a', '>', '&amp;', ']', '\u009b', '\u202e', '\u{e0041}', '"') });
  const textOf = (xml: string): string =>
    parseXml(xml)
      .root.content.map((node) => (typeof node === 'string' ? node : node.kind === 'cdata' ? node.text : ''))
      .join('');
  fc.assert(
    fc.property(value, (text) => {
      const content = text.replaceAll(']', '');
      for (const xml of [`<a>${content}</a>`, `<a><![CDATA[${content}]]></a>`])
        expect(textOf(escapeXml(xml))).toBe(textOf(xml));
    }),
  );
});
