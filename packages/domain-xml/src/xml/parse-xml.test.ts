import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DomainXmlError, type ElementNode, parseXml, renderXml, type XmlNode } from '../index.ts';

/** As if every element had been changed: what the serialiser writes by itself. */
const changed = (element: ElementNode): ElementNode => ({
  ...element,
  startTag: undefined,
  content: element.content.map(
    (node): XmlNode => (typeof node === 'object' && node.kind === 'element' ? changed(node) : node),
  ),
});

function refusal(xml: string): DomainXmlError {
  try {
    parseXml(xml);
  } catch (error) {
    if (error instanceof DomainXmlError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

const everything = `<?xml version='1.0' encoding="utf-8"?>
<!-- before --><?tool a="b"?>
<domain  type='kvm'
  xmlns:qemu="http://libvirt.org/schemas/domain/qemu/1.0">
  <!-- kept --><name>a &amp; b</name><empty/><empty ></empty>
  <description><![CDATA[<raw> & ]] ]]></description>\u{1F600}
  <qemu:commandline>\t<qemu:arg value='x&#10;y&#9;"&apos;'/></qemu:commandline>
</domain>
<!-- after -->
`;

describe('a document', () => {
  test('that nobody changed comes out byte for byte', () => {
    expect(renderXml(parseXml(everything))).toBe(everything);
  });

  test('with a byte order mark comes out without it', () => {
    expect(renderXml(parseXml(`\uFEFF${everything}`))).toBe(everything);
  });

  test('is read with its namespaces, references and places', () => {
    const { root } = parseXml(everything);
    const arg = root.content
      .flatMap((node) => (typeof node === 'object' && node.kind === 'element' ? [node] : []))
      .find(({ name }) => name === 'qemu:commandline')
      ?.content.at(1);
    expect(arg).toMatchObject({
      kind: 'element',
      local: 'arg',
      namespace: 'http://libvirt.org/schemas/domain/qemu/1.0',
      attributes: [{ name: 'value', namespace: '', value: 'x\ny\t"\'' }],
      offset: everything.indexOf('<qemu:arg'),
    });
  });

  test('reads the same when its start tags are written anew', () => {
    const document = parseXml(everything);
    const again = parseXml(renderXml({ ...document, root: changed(document.root) }));
    expect(changed(again.root).attributes).toEqual(document.root.attributes);
    expect(renderXml({ ...again, root: changed(again.root) })).toBe(
      renderXml({ ...document, root: changed(document.root) }),
    );
  });

  test('with any text and attribute value reads the same after writing', () => {
    const text = fc.string({ unit: 'binary' }).map((value) => value.replace(/[^\t\n\r\u{20}-\u{D7FF}]/gu, ''));
    fc.assert(
      fc.property(text, text, (value, content) => {
        const { root, ...around } = parseXml('<a b=""/>');
        const attributes = root.attributes.map((attribute) => ({ ...attribute, value }));
        const written = renderXml({
          ...around,
          root: { ...root, attributes, content: [content], startTag: undefined },
        });
        const read = parseXml(written).root;
        expect([read.attributes[0]?.value, read.content.join('')]).toEqual([value, content]);
      }),
    );
  });
});

describe('refused, with its place', () => {
  test.each([
    ['<a>\n  <b></a>', 'malformed-xml', 2, 9],
    ['<a>\n<b x="1" x="2"/></a>', 'malformed-xml', 2, 16],
    ['<a>&evil;</a>', 'malformed-xml', 1, 9],
    ['<a><q:b/></a>', 'malformed-xml', 1, 9],
    ['<a>\u0001</a>', 'malformed-xml', 1, 4],
    ['<a>\n  <title>R & D</title>\n  <b>&amp;</b>\n</a>', 'malformed-xml', 2, 12],
    ['<a>\n  <b c="x&y=1"/>\n  <d>1; 2</d>\n</a>', 'malformed-xml', 2, 10],
    ['<a><!-- & --><![CDATA[&]]><?p & ?>&#38;&#x26;&lt;\n&</a>', 'malformed-xml', 2, 1],
    ['plain text', 'malformed-xml', 1, 11],
    ['', 'malformed-xml', 1, 1],
    ['<a', 'malformed-xml', 1, 2],
    ['<a/><b/>', 'malformed-xml', 1, 7],
    ['<!DOCTYPE a [<!ENTITY x "y">]>\n<a>&x;</a>', 'document-type', 1, 30],
    ['<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', 'document-type', 1, 40],
    ['<a>'.repeat(257), 'too-deep', 1, 769],
    [`<a>${' '.repeat(8 * 1024 * 1024)}</a>`, 'too-large', 1, 1],
  ])('number %#', (xml, code, line, column) => {
    const { name, ...error } = refusal(xml);
    expect({ name, code: error.code, line: error.line, column: error.column }).toEqual({
      name: 'DomainXmlError',
      code,
      line,
      column,
    });
  });

  test('an entity is never expanded, however it is declared', () => {
    const laughs = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('');
    expect(refusal(`<!DOCTYPE a [<!ENTITY l0 "ha">${laughs}]><a>&l9;</a>`).code).toBe('document-type');
  });

  test('whatever the text, it is read or refused with a DomainXmlError', () => {
    const pieces = fc.constantFrom(
      '<a>',
      '</a>',
      '<a/>',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '<?p',
      '?>',
      '&#0;',
      ' b=""',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string({ maxLength: 3 }))), (parts) => {
        const xml = parts.join('');
        try {
          const document = parseXml(xml);
          const written = renderXml(document);
          expect(renderXml(parseXml(written))).toBe(written);
        } catch (error) {
          expect(error).toBeInstanceOf(DomainXmlError);
        }
      }),
    );
  });
});
