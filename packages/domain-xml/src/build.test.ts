import { describe, expect, test } from 'vitest';
import { readTree, withoutLayout } from '../test/read-tree.ts';
import { seedDomain, seedXml } from '../test/seed-domain.ts';
import { buildDomain, type DomainDocument, type XmlElement } from './index.ts';

const smallest: DomainDocument = { '@type': 'kvm', name: 'public', memory: 1024, os: { type: 'hvm' } };

const build = (metadata: XmlElement) => buildDomain({ ...smallest, metadata });

/** The lines of `<metadata>`. */
async function metadataLines(metadata: XmlElement): Promise<string> {
  const xml = await build(metadata);
  return xml.slice(xml.indexOf('<metadata>'), xml.indexOf('</metadata>') + '</metadata>'.length);
}

describe('buildDomain', () => {
  test("writes the seed's template, filled in, element by element", async () => {
    expect(withoutLayout(readTree(await buildDomain(seedDomain)))).toEqual(withoutLayout(readTree(seedXml)));
  });

  test('indents by two spaces, declares nothing, ends with one newline', async () => {
    expect(await buildDomain({ ...smallest, features: { acpi: {} } })).toBe(`<domain type="kvm">
  <name>public</name>
  <memory>1024</memory>
  <os>
    <type>hvm</type>
  </os>
  <features>
    <acpi/>
  </features>
</domain>
`);
  });

  test('writes text with attributes, backends with a log, and namespaces at the root', async () => {
    const domain: DomainDocument = {
      ...smallest,
      '@xmlns:qemu': 'http://libvirt.org/schemas/domain/qemu/1.0',
      memory: { '#': '2', '@unit': 'GiB' },
      devices: {
        console: [
          { '@type': 'pty', target: { '@port': 0, '@type': 'serial' }, log: { '@file': '/l', '@append': 'on' } },
        ],
        channel: [{ '@type': 'unix', target: { '@name': 'org.qemu.guest_agent.0', '@type': 'virtio' } }],
      },
    };
    expect(await buildDomain(domain)).toBe(`<domain type="kvm" xmlns:qemu="http://libvirt.org/schemas/domain/qemu/1.0">
  <name>public</name>
  <memory unit="GiB">2</memory>
  <os>
    <type>hvm</type>
  </os>
  <devices>
    <console type="pty">
      <log file="/l" append="on"/>
      <target type="serial" port="0"/>
    </console>
    <channel type="unix">
      <target type="virtio" name="org.qemu.guest_agent.0"/>
    </channel>
  </devices>
</domain>
`);
  });

  test('puts unknown elements after the known, in the order given', async () => {
    const domain = { zebra: {}, alpha: 'a', ...smallest, '@odd': '1' };
    const tree = readTree(await buildDomain(domain));
    expect(tree.attributes.map(([name]) => name)).toEqual(['type', 'odd']);
    expect(withoutLayout(tree).content.map((item) => typeof item !== 'string' && item.name)).toEqual([
      'name',
      'memory',
      'os',
      'zebra',
      'alpha',
    ]);
  });

  test('leaves out what is undefined and lists that are empty', async () => {
    const domain: DomainDocument = Object.assign({ devices: { disk: [] } }, smallest, {
      title: undefined,
      '@id': undefined,
    });
    expect(await buildDomain(domain)).toBe(await buildDomain({ ...smallest, devices: {} }));
  });

  test('keeps the order of content given as a list, and adds no white space to it', async () => {
    const metadata = {
      'n:a': { '@xmlns:n': 'urn:n', '#': ['x', { 'n:b': { 'n:c': [1, 2] } }, ' ', { 'n:d': '' }, 'y'] },
    };
    expect(await metadataLines(metadata)).toBe(`<metadata>
    <n:a xmlns:n="urn:n">x<n:b><n:c>1</n:c><n:c>2</n:c></n:b> <n:d/>y</n:a>
  </metadata>`);
  });

  test.each([
    ['a reference is text', '&amp; &#10; &lt;', '&amp;amp; &amp;#10; &amp;lt;', '&amp;amp; &amp;#10; &amp;lt;'],
    ['tab and newline', 'a\tb\nc', 'a&#9;b&#10;c', 'a\tb\nc'],
    ['carriage return', 'a\r\nb\r', 'a&#13;&#10;b&#13;', 'a&#13;\nb&#13;'],
    ['quotes', `"'`, `&quot;'`, `"'`],
    ['markup', '<b/>]]>', '&lt;b/&gt;]]&gt;', '&lt;b/&gt;]]&gt;'],
    ['JSON', '{"a":1}', '{&quot;a&quot;:1}', '{"a":1}'],
    ['YAML', '--- a', '--- a', '--- a'],
    ['beyond the basic plane', '😀', '😀', '😀'],
  ])('escapes %s', async (_, text, attribute, content) => {
    const metadata = { a: { '@b': text, '#': text } };
    expect(await metadataLines(metadata)).toBe(`<metadata>\n    <a b="${attribute}">${content}</a>\n  </metadata>`);
  });

  test.each<[string, DomainDocument, string, string]>([
    ['NUL', { ...smallest, name: 'a\0b' }, 'invalid-character', 'name: XML cannot hold the character U+0000'],
    [
      'a lone surrogate',
      { ...smallest, title: '\ud83d!' },
      'invalid-character',
      'title: XML cannot hold the character U+D83D',
    ],
    [
      'a control character in a list',
      {
        ...smallest,
        devices: { disk: [{ '@type': 'block', source: { '@dev': '\u001b' }, target: { '@dev': 'vda' } }] },
      },
      'invalid-character',
      'devices.disk[0].source.@dev: XML cannot hold the character U+001B',
    ],
    ['U+FFFE', { ...smallest, metadata: { a: { '#': ['x', '\ufffe'] } } }, 'invalid-character', 'metadata.a.#[1]: XML'],
    [
      'markup in a name',
      { ...smallest, metadata: { 'a/><b': {} } },
      'invalid-name',
      'metadata.a/><b: "a/><b" is no name',
    ],
    ['an empty name', { ...smallest, metadata: { '': {} } }, 'invalid-name', 'metadata.: "" is no name'],
    ['a name of a comment', { ...smallest, metadata: { '!': 'x' } }, 'invalid-name', 'metadata.!: "!" is no name'],
    [
      'two attributes as one name',
      { ...smallest, metadata: { 'a b="c"': 'x' } },
      'invalid-name',
      'metadata.a b="c": "a b=\\"c\\"" is no',
    ],
    [
      'an attribute name',
      { ...smallest, metadata: { '@a b': 'x' } },
      'invalid-name',
      'metadata.@a b: "a b" is no name',
    ],
    [
      'an unbound prefix',
      { ...smallest, metadata: { 'a:b': {} } },
      'invalid-name',
      'metadata.a:b: the prefix a is bound',
    ],
    ['xmlns as a prefix', { ...smallest, metadata: { 'xmlns:b': {} } }, 'invalid-name', 'metadata.xmlns:b: the prefix'],
    [
      'a prefix for nothing',
      { ...smallest, metadata: { '@xmlns:a': '' } },
      'invalid-name',
      'metadata: XML does not allow',
    ],
    [
      'xml rebound',
      { ...smallest, '@xmlns:xml': 'urn:x' },
      'invalid-name',
      'domain: XML does not allow xmlns:xml="urn:x"',
    ],
    [
      'two colons',
      { ...smallest, metadata: { '@xmlns:a:b': 'urn:x' } },
      'invalid-name',
      'metadata: XML does not allow',
    ],
    ['a fraction', { ...smallest, memory: 1.5 }, 'invalid-value', 'memory: 1.5 is not exact in text'],
    ['a number too large to be exact', { ...smallest, vcpu: 2 ** 53 }, 'invalid-value', 'vcpu: 9007199254740992 is'],
    ['not a number', { ...smallest, metadata: { a: { '@b': Number.NaN } } }, 'invalid-value', 'metadata.a.@b: NaN is'],
  ])('refuses %s', async (_, domain, code, message) => {
    await expect(buildDomain(domain)).rejects.toMatchObject({
      name: 'DomainXmlError',
      code,
      message: expect.stringContaining(message),
      path: message.slice(0, message.indexOf(': ')).replace(/^domain$/, ''),
    });
  });

  test.each([
    ['null', null, 'null is no element'],
    ['a truth value', true, 'a boolean is no element'],
    ['a date', new Date(0), 'an object is no element'],
    ['a list in a list', [['x']], 'a list is no element'],
    ['a truth value as attribute', { '@b': true }, 'a boolean is no text'],
    ['a list as attribute', { '@b': ['x'] }, 'a list is no text'],
    ['an object as text', { '#': { b: {} } }, 'an object is no text'],
  ])('refuses %s', async (_, a, message) => {
    const domain = { ...smallest, metadata: { a } } as DomainDocument;
    await expect(buildDomain(domain)).rejects.toMatchObject({
      code: 'invalid-value',
      message: expect.stringContaining(message),
    });
  });

  test('refuses data that contains itself', async () => {
    const loop: { a?: XmlElement } = {};
    loop.a = loop as XmlElement;
    await expect(build(loop as XmlElement)).rejects.toMatchObject({ code: 'too-deep' });
  });
});
