import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileSchema, DomainXmlError, parseXml, renderSchemaProblem } from '../index.ts';

const grammar = (body: string): string =>
  `<grammar xmlns="http://relaxng.org/ns/structure/1.0" datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">${body}</grammar>`;

const schemaOf = (body: string, others: readonly (readonly [string, string])[] = []) =>
  compileSchema(
    new Map([['s.rng', grammar(body)], ...others.map(([name, text]) => [name, grammar(text)] as const)]),
    's.rng',
  );

const problems = (body: string, xml: string): string[] =>
  schemaOf(body)
    .validate(parseXml(xml))
    .map((problem) => renderSchemaProblem(problem, 'f'));

const allows = (pattern: string, content: string): boolean =>
  problems(`<start><element name="a">${pattern}</element></start>`, `<a${content}`).length === 0;

const b = '<element name="b"><empty/></element>';
const c = '<element name="c"><empty/></element>';

describe('patterns', () => {
  test.each<[what: string, pattern: string, good: string[], bad: string[]]>([
    ['empty', '<empty/>', ['/>', '> <!-- --> </a>', ' xmlns:x="urn:x"/>'], ['>x</a>', ' b=""/>', '><b/></a>']],
    ['text', '<text/>', ['/>', '>x</a>', '><![CDATA[x]]>y</a>'], ['><b/></a>']],
    ['group', b + c, ['><b/><c/></a>', '> <b/>\n<c/> </a>'], ['><c/><b/></a>', '><b/></a>', '><b/>x<c/></a>']],
    [
      'interleave',
      `<interleave>${b}<oneOrMore>${c}</oneOrMore></interleave>`,
      ['><b/><c/></a>', '><c/><b/><c/></a>'],
      ['><c/></a>', '><b/><b/><c/></a>'],
    ],
    ['choice', `<choice>${b}${c}</choice>`, ['><b/></a>', '><c/></a>'], ['/>', '><b/><c/></a>']],
    [
      'repetition',
      `<zeroOrMore>${b}</zeroOrMore><optional>${c}</optional>`,
      ['/>', '><b/><b/><c/></a>'],
      ['><c/><c/></a>', '><c/><b/></a>'],
    ],
    ['mixed', `<mixed>${b}</mixed>`, ['>x<b/>y</a>'], ['>x</a>']],
    ['list', '<list><oneOrMore><data type="int"/></oneOrMore></list>', ['>1 2\n3</a>'], ['/>', '>1 x</a>']],
    [
      'attributes in any order',
      '<attribute name="x"/><optional><attribute name="y"><value>1</value></attribute></optional>',
      [' y="1" x=""/>', ' x="z"/>', ' x="" y=" 1 "/>'],
      ['/>', ' y="1"/>', ' x="" y="2"/>', ' x="" z=""/>'],
    ],
    [
      'a choice of attribute and content',
      '<choice><group><attribute name="t"><value>1</value></attribute><element name="b"><empty/></element></group><attribute name="t"><value>2</value></attribute></choice>',
      [' t="1"><b/></a>', ' t="2"/>'],
      [' t="1"/>', ' t="2"><b/></a>'],
    ],
    ['a value of type string', '<value type="string">a b</value>', ['>a b</a>'], ['> a b</a>', '>a  b</a>']],
    ['data except', '<data type="int"><except><value>3</value></except></data>', ['>2</a>'], ['>3</a>']],
    [
      'any name',
      '<element><anyName><except><nsName ns="urn:n"/><name>b</name></except></anyName><empty/></element>',
      ['><c/></a>', '><b xmlns="urn:b"/></a>'],
      ['><b/></a>', '><c xmlns="urn:n"/></a>'],
    ],
    [
      'a name in a namespace',
      '<element name="b" ns="urn:n"><element name="c"><empty/></element></element>',
      ['><b xmlns="urn:n"><c/></b></a>', '><q:b xmlns:q="urn:n"><q:c/></q:b></a>'],
      ['><b/></a>', '><b xmlns="urn:n"><c xmlns=""/></b></a>'],
    ],
    ['not allowed', `<optional><element name="b"><notAllowed/></element></optional>`, ['/>'], ['><b/></a>']],
  ])('%s', (_, pattern, good, bad) => {
    expect(good.filter((content) => !allows(pattern, content))).toEqual([]);
    expect(bad.filter((content) => allows(pattern, content))).toEqual([]);
  });

  test('definitions combine, and an include replaces what it states anew', () => {
    const schema = schemaOf(
      '<include href="o.rng"><define name="y"><value>new</value></define></include><define name="x" combine="choice"><value>1</value></define>',
      [
        [
          'o.rng',
          '<start><element name="a"><choice><ref name="x"/><ref name="y"/></choice></element></start><define name="x" combine="choice"><notAllowed/></define><define name="y"><value>old</value></define>',
        ],
      ],
    );
    const verdicts = ['1', 'new', 'old'].map((text) => schema.validate(parseXml(`<a>${text}</a>`)).length);
    expect(verdicts).toEqual([0, 0, 1]);
  });

  test('elements may contain themselves', () => {
    const recursive =
      '<start><ref name="a"/></start><define name="a"><element name="a"><optional><ref name="a"/></optional></element></define>';
    expect(problems(recursive, `${'<a>'.repeat(200)}${'</a>'.repeat(200)}`)).toEqual([]);
  });
});

describe('datatypes, as libxml2 has them', () => {
  test.each<[type: string, good: string[], bad: string[]]>([
    ['unsignedInt', ['0', ' 5 ', '05', '4294967295'], ['', '+5', '-0', '4294967296', '1.0', '\u0661']],
    ['int', ['+5', '-0', '-2147483648'], ['2147483648', '--1', '1_0', '0x10']],
    ['unsignedLong', ['18446744073709551615'], ['18446744073709551616']],
    ['positiveInteger', ['1'], ['0', '-1']],
    ['boolean', ['true', '0'], ['TRUE', 'yes']],
    ['double', ['1e5', '-INF', '.5'], ['', '+INF', '5e']],
    ['NCName', ['a-b.c_d', ' a '], ['', 'a:b', '1a', 'a b']],
    [
      'dateTime',
      ['2020-02-29T00:00:00', '2020-01-01T24:00:00', '-0001-01-01T00:00:00Z', '2020-01-01T00:00:00.5+14:00'],
      ['2019-02-29T00:00:00', '2020-01-01', '2020-01-01T24:00:01', '0000-01-01T00:00:00', '2020-01-01T00:00:00+15:00'],
    ],
    ['anyURI', ['', 'http://a/b c', 'http://[::1]/'], ['%zz', 'a#b#c']],
  ])('%s', (type, good, bad) => {
    const schema = schemaOf(
      `<start><element name="a"><attribute name="v"><data type="${type}"/></attribute></element></start>`,
    );
    const allowed = (value: string) => schema.validate(parseXml(`<a v="${value}"/>`)).length === 0;
    expect([good.filter((value) => !allowed(value)), bad.filter(allowed)]).toEqual([[], []]);
  });

  test.each([
    ['minInclusive', ['0', '0.01', '1e9', 'INF', ' 2 '], ['-0.01', '-INF', 'NaN', '', 'x'], 'a number from 0 on'],
    ['maxInclusive', ['0', '-5.5', '-INF'], ['0.01', 'INF'], 'a number up to 0'],
  ])('double with %s 0', (limit, good, bad, described) => {
    const schema = schemaOf(
      `<start><element name="a"><attribute name="v"><data type="double"><param name="${limit}">0</param></data></attribute></element></start>`,
    );
    const allowed = (value: string) => schema.validate(parseXml(`<a v="${value}"/>`)).length === 0;
    expect([good.filter((value) => !allowed(value)), bad.filter(allowed)]).toEqual([[], []]);
    expect(schema.validate(parseXml('<a v="x"/>'))[0]?.expected).toEqual([described]);
  });

  test.each([
    ['[a-f\\-]{1,2}', ['a-', '-'], ['abc', 'g']],
    ['^a$|.\\.', ['^a$', 'x.'], ['a', 'xx']],
    ['[^,\\s]*', ['', '^x'], [',', 'a b']],
    ['\\d+\\S', ['12x'], ['x', '1 ']],
    ['[.\\]-]+', ['.]-'], ['a']],
  ])('the pattern %s', (pattern, good, bad) => {
    const schema = schemaOf(
      `<start><element name="a"><attribute name="v"><data type="string"><param name="pattern">${pattern}</param></data></attribute></element></start>`,
    );
    const allowed = (value: string) => schema.validate(parseXml(`<a v="${value}"/>`)).length === 0;
    expect([good.filter((value) => !allowed(value)), bad.filter(allowed)]).toEqual([[], []]);
  });
});

describe('a problem', () => {
  const disk = `<start><element name="domain"><zeroOrMore><element name="disk"><interleave>
    <element name="target"><attribute name="dev"/><optional><attribute name="bus"><choice><value>ide</value><value>virtio</value></choice></attribute></optional></element>
    <optional><element name="serial"><data type="unsignedShort"/></element></optional></interleave></element></zeroOrMore></element></start>`;

  test.each([
    [
      '<target dev="a" bus="virtoi"/>',
      'f:3:17 /domain/disk[2]/target: bus="virtoi" is not one of ide, virtio. Did you mean virtio?',
    ],
    [
      '<target dve="a"/>',
      'f:3:9 /domain/disk[2]/target: dve="a" is no attribute of this element; expected dev, bus. Did you mean dev?',
    ],
    ['<target/>', 'f:3:1 /domain/disk[2]/target: <target> lacks dev'],
    ['<serial>1</serial>', 'f:2:8 /domain/disk[2]: <disk> lacks <target>'],
    [
      '<tagret dev="a"/>',
      'f:3:1 /domain/disk[2]/tagret: <tagret> is not allowed here; expected <target>, <serial>. Did you mean <target>?',
    ],
    [
      '<target dev="a"/><target dev="b"/>',
      'f:3:18 /domain/disk[2]/target[2]: another <target> is not allowed here; expected <serial>',
    ],
    ['<target dev="a"/>x', 'f:2:8 /domain/disk[2]: the text "x" is not allowed in <disk>'],
    ['<target dev="a">x</target>', 'f:3:1 /domain/disk[2]/target: the text "x" is not allowed in <target>'],
    [
      '<target dev="a"/><serial>70000</serial>',
      'f:3:18 /domain/disk[2]/serial: "70000" is not a whole number from 0 to 65535',
    ],
    ['<target dev="a"/><serial/>', 'f:3:18 /domain/disk[2]/serial: no text is not a whole number from 0 to 65535'],
  ])('of %s', (content, problem) => {
    const xml = `<domain><disk><target dev="x"/></disk>\n       <disk>\n${content}</disk></domain>`;
    expect(problems(disk, xml)).toEqual([problem]);
  });

  test.each([
    ['<b n="1">7</b>', '/a/b: <b> lacks m'],
    ['<b m="1"/>', '/a/b: no text is not a whole number from 0 to 65535'],
    ['<b>x</b>', '/a/b: <b> lacks m', '/a/b: "x" is not a whole number from 0 to 65535'],
  ])('of a start tag says which attributes are missing, and of the text whether it is: %s', (content, ...said) => {
    const pattern = `<start><element name="a"><element name="b"><data type="unsignedShort"/><attribute name="m"/>
      <optional><attribute name="n"/></optional></element></element></start>`;
    const found = problems(pattern, `<a>${content}</a>`);
    expect(found.map((problem) => problem.replace(/^\S+ /, ''))).toEqual(said);
  });

  test.each([
    ['<devices><vcpu/></devices>', '<vcpu> is not allowed here; it belongs in /domain'],
    ['<target dev="a"/>', '<target> is not allowed here; it belongs in /domain/devices/disk, /domain/devices/nic'],
    ['<devices><n:q xmlns:n="urn:n"/></devices>', '<n:q> is not allowed here; it belongs in /domain/devices/nic'],
    ['<devices><q/></devices>', '<q> is not allowed here; expected <disk>, <nic>'],
    ['<devices><disk><disk/></disk></devices>', '<disk> is not allowed here; it belongs in /domain/devices'],
    [
      '<devices><disk bus="x"/></devices>',
      'bus="x" is no attribute of this element; it belongs in /domain/devices/disk/target',
    ],
    [
      '<devices><nic><target kind="x"/></nic></devices>',
      'kind="x" is no attribute of this element; it belongs in /domain/devices/nic',
    ],
    ['<devices><nic kind="2"><mac/></nic></devices>', '<mac> is not allowed here; expected <target>, <q>'],
  ])('of something in the wrong place says where it belongs: %s', (content, said) => {
    const target = '<optional><element name="target"><optional><attribute name="dev"/></optional>';
    const pattern = `<start><element name="domain"><interleave><optional><element name="vcpu"><empty/></element></optional>
      <optional><element name="devices"><zeroOrMore><choice>
      <element name="disk">${target}<optional><attribute name="bus"/></optional></element></optional></element>
      <element name="nic"><choice>
        <group><attribute name="kind"><value>1</value></attribute><element name="mac"><empty/></element></group>
        <optional><attribute name="kind"><value>2</value></attribute></optional></choice>
        ${target}</element></optional><optional><element name="q" ns="urn:n"><empty/></element></optional></element>
      </choice></zeroOrMore></element></optional></interleave></element></start>`;
    const [first = ''] = problems(pattern, `<domain>${content}</domain>`);
    expect(first.replace(/^\S+ \S+ /, '')).toBe(said);
  });

  test('does not hide the next one', () => {
    const xml =
      '<domain><disk><target dev="x" bus="a"/></disk><disc/><disk><serial>x</serial><target dev=""/></disk></domain>';
    expect(problems(disk, xml).map((problem) => problem.split(': ')[0])).toEqual([
      'f:1:31 /domain/disk[1]/target',
      'f:1:47 /domain/disc',
      'f:1:60 /domain/disk[2]/serial',
    ]);
  });

  test('is told at most a hundred times', () => {
    expect(problems(disk, `<domain>${'<x/>'.repeat(1000)}</domain>`)).toHaveLength(100);
  });

  test('whatever the document, validating ends', () => {
    const schema = schemaOf(disk);
    const element = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        fc.constant('x'),
        fc
          .tuple(
            fc.constantFrom('domain', 'disk', 'target', 'serial', 'y'),
            fc.constantFrom('', ' dev="a"', ' bus="ide"'),
            fc.array(tie('node')),
          )
          .map(([name, attribute, inside]) => `<${name}${attribute}>${inside.join('')}</${name}>`),
      ),
    })).node;
    fc.assert(
      fc.property(element, (inside) => {
        const found = schema.validate(parseXml(`<domain>${inside}</domain>`));
        expect(found.every(({ line, column, message }) => line > 0 && column > 0 && message !== '')).toBe(true);
      }),
    );
  });
});

test.each([
  ['<start><ref name="x"/></start>', 's.rng:1:122: x is not defined'],
  ['<start><include/></start>', 's.rng:1:122: <include> is no pattern of RELAX NG'],
  ['<include href="gone.rng"/>', "gone.rng: the schema's file is not among those given (s.rng)"],
  ['<include href="s.rng"/>', 's.rng:1:1: the schema includes itself'],
  ['<start><data type="colour"/></start>', 's.rng:1:122: the datatype colour is not known'],
])('a schema that is none is refused: %s', (body, message) => {
  expect(() => schemaOf(body)).toThrow(DomainXmlError);
  expect(() => schemaOf(body)).toThrow(message);
});

test('a schema of which a part is not known says so each time, and never gives a verdict', () => {
  const schema = schemaOf(
    '<start><element name="a"><ref name="x"/></element></start><define name="x"><attribute name="v"><data type="colour"/></attribute></define>',
  );
  const error = 's.rng:1:210: the datatype colour is not known';
  for (const _ of [1, 2, 3]) expect(() => schema.validate(parseXml('<a v="red"/>'))).toThrow(error);
});
