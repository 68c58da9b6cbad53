import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readTree } from '../test/read-tree.ts';
import { seedDomain } from '../test/seed-domain.ts';
import { buildDomain, DomainXmlError, mergeXml } from './index.ts';

const tokens = [
  ...[
    '<domain>',
    '</domain>',
    '<domain/>',
    '<devices>',
    '</devices>',
    '<disk',
    ' type="file"',
    '/>',
    '>',
    '<os>',
    '</os>',
    '<boot dev="hd"/>',
  ],
  ...[
    '<cpu mode="custom">',
    '</cpu>',
    '<feature name="x"/>',
    '<vcpu>',
    '</vcpu>',
    '4',
    '<metadata>',
    '</metadata>',
    '<name/>',
    '<a>',
    '</a>',
  ],
  ...[
    '<q:a>',
    '</q:a>',
    '<q:a xmlns:q="urn:q">',
    ' xmlns:q="urn:r"',
    ' xmlns="urn:s"',
    ' q:b="c"',
    '&lt;',
    '&x;',
    '&#13;',
    '<![CDATA[',
    ']]>',
  ],
  ...[
    '<!--',
    '-->',
    '<?x',
    '?>',
    '<!DOCTYPE d>',
    '\ud800',
    '\udc00',
    '\0',
    '\ufeff',
    '\r\n',
    'text',
    '__proto__',
    '<__proto__/>',
    '"',
    '<',
  ],
];
const soup = fc
  .array(fc.oneof(fc.constantFrom(...tokens), fc.string({ unit: 'binary' })), { maxLength: 25 })
  .map((parts) => parts.join(''));

/** XML that is well-formed more often than not. */
const { elements } = fc.letrec<{ elements: string }>((tie) => ({
  elements: fc
    .array(
      fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(
          '4',
          ' ',
          '\n',
          '&#13;',
          '<!-- c -->',
          '<boot dev="hd"/>',
          '<timer name="a"/>',
          '<q:a q:b="c"/>',
          '<emulator>/x</emulator>',
        ),
        fc
          .tuple(
            fc.constantFrom('os', 'devices', 'disk', 'cpu', 'clock', 'features', 'metadata', 'a', 'q:a', '__proto__'),
            fc.constantFrom(
              '',
              ' a="1"',
              ' unit="b"',
              ' mode="x"',
              ' xmlns:q="urn:r"',
              ' xmlns="urn:s"',
              ' q:b="c"',
              ' xml:lang="ja"',
            ),
            tie('elements'),
          )
          .map(([name, attribute, inside]) => `<${name}${attribute}>${inside}</${name}>`),
      ),
      { maxLength: 4 },
    )
    .map((parts) => parts.join('')),
}));

/** Merges twice and builds: what is accepted must be XML. */
async function survives(xml: string): Promise<boolean> {
  try {
    const built = await buildDomain(mergeXml(mergeXml(seedDomain, xml), xml));
    expect(readTree(built).name).toBe('domain');
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(DomainXmlError);
    return false;
  }
}

test('whatever the text, it is merged into XML or refused with a DomainXmlError', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        soup,
        soup.map((text) => `<domain>${text}</domain>`),
      ),
      async (xml) => {
        await survives(xml);
      },
    ),
    { numRuns: 500 },
  );
});

test('most well-formed fragments are merged into XML', async () => {
  let merged = 0;
  await fc.assert(
    fc.asyncProperty(elements, async (inside) => {
      if (await survives(`<domain xmlns:q="urn:q">${inside}</domain>`)) merged += 1;
    }),
    { numRuns: 500, seed: 1 },
  );
  expect(merged).toBeGreaterThan(100);
});

test('a truncated fragment is refused', () => {
  const whole =
    "<domain><!-- c --><devices><disk type='file'><target dev='vdb'/></disk></devices><title>a &lt; b</title></domain>";
  for (let length = 0; length < whole.length; length += 1) {
    expect(() => mergeXml(seedDomain, whole.slice(0, length))).toThrow(DomainXmlError);
  }
});

test('a fragment made to be slow is merged in time that grows with its length only', () => {
  const fill = (unit: (index: number) => string): string => {
    const size = unit(10_000).length;
    return Array.from({ length: Math.floor(200_000 / size) }, (_, index) => unit(index)).join('');
  };
  for (const inside of [
    fill(() => '<a/>'),
    fill((index) => `<a${index}/>`),
    fill(() => '<q:a><q:b/></q:a>'),
    fill(() => '<a xmlns:q="b"/>'),
    `<devices>${fill(() => '<disk/>')}</devices>`,
    `<clock>${fill((index) => `<timer name="${index}"/>`)}</clock>`,
    `<metadata><x xmlns="urn:x">${fill(() => '<a/>t')}</x></metadata>`,
  ]) {
    expect(mergeXml(seedDomain, `<domain xmlns:q="urn:q">${inside}</domain>`).name).toBe('public');
  }
});
