import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DomainXmlError, getXml, parseXml, removeXml, setXml } from '../index.ts';

const xml = `<!-- ours -->
<domain type="kvm" id='3'>
  <name>public</name> <!-- faces the world -->
  <memory unit='MiB'>512</memory>
  <features/>
  <devices>
    <disk type='file' device='cdrom'>
      <source file='/a&#x20;b.iso'/>
      <target dev='sda' bus='sata'/>
    </disk>
    <disk type='block'   >
      <target dev='vda'
              bus='virtio'/>
    </disk>
    <graphics
      type='vnc' />
  </devices>
</domain>
`;

const get = (path: string) =>
  getXml(parseXml(xml), path).map((found) => [found.path, found.value ?? found.element?.name]);

/** The lines that a change takes away and brings. */
function changed(after: string): string[] {
  const [before, now] = [xml.split('\n'), after.split('\n')];
  return [
    ...before.filter((line) => !now.includes(line)).map((line) => `-${line}`),
    ...now.filter((line) => !before.includes(line)).map((line) => `+${line}`),
  ];
}

const set = (path: string, value: string) => changed(setXml(parseXml(xml), path, value));
const remove = (path: string) => changed(removeXml(parseXml(xml), path));

test('an element whose end is right before the end of another', () => {
  const dense = '<domain><os><type>hvm</type></os><name>a</name></domain>';
  expect(setXml(parseXml(dense), '/domain/name', 'b')).toBe(dense.replace('>a<', '>b<'));
  expect(setXml(parseXml(dense), '/domain/os/type', 'xen')).toBe(dense.replace('hvm', 'xen'));
  expect(setXml(parseXml(dense), '/domain/os/boot/@dev', 'hd')).toBe(dense.replace('</os>', "<boot dev='hd'/></os>"));
});

function refusal(act: () => unknown): string {
  try {
    return `not refused: ${act()}`;
  } catch (error) {
    if (error instanceof DomainXmlError) return `${error.code} ${error.message}`;
    throw error;
  }
}

describe('at a path', () => {
  test.each<[string, string[][]]>([
    ['/domain/@id', [['/domain/@id', '3']]],
    ['/domain/memory', [['/domain/memory', '512']]],
    ['/domain/features', [['/domain/features', 'features']]],
    ['/domain[1]/devices/disk[2]', [['/domain/devices/disk[2]', 'disk']]],
    [
      '/domain/devices/disk/target/@dev',
      [
        ['/domain/devices/disk[1]/target/@dev', 'sda'],
        ['/domain/devices/disk[2]/target/@dev', 'vda'],
      ],
    ],
    ['/domain/devices/disk/@device', [['/domain/devices/disk[1]/@device', 'cdrom']]],
    [`/domain/devices/disk[target/@dev="vda"]/target/@bus`, [['/domain/devices/disk[2]/target/@bus', 'virtio']]],
    [
      "/domain/devices/disk[ @device = 'cdrom' ][1]/source/@file",
      [['/domain/devices/disk[1]/source/@file', '/a b.iso']],
    ],
    ["/domain[name='public']/memory/@unit", [['/domain/memory/@unit', 'MiB']]],
  ])('%s there is what stands there', (path, found) => {
    expect(get(path)).toEqual(found);
  });

  test.each([
    [
      '/domain/devices/dsk/@type',
      'no-such-place /domain/devices/dsk/@type: nothing is there; <devices> has disk, graphics. Did you mean disk?',
    ],
    [
      '/domain/devices/disk[3]',
      'no-such-place /domain/devices/disk[3]: nothing is there; <devices> has 2 <disk>, none of which is meant',
    ],
    [
      "/domain/devices/disk[target/@dev='vdz']",
      "no-such-place /domain/devices/disk[target/@dev='vdz']: nothing is there; <devices> has 2 <disk>, none of which is meant",
    ],
    [
      '/domain/memory/@units',
      'no-such-place /domain/memory/@units: nothing is there; <memory> has @unit. Did you mean @unit?',
    ],
    ['/network', 'no-such-place /network: nothing is there; the path begins with /domain'],
    [
      '/domain/features/acpi',
      'no-such-place /domain/features/acpi: nothing is there; <features> has nothing of the kind',
    ],
  ])('%s there is nothing, and what there is instead is told', (path, message) => {
    expect(refusal(() => get(path))).toBe(message);
  });

  test.each([
    ['', 'at its end'],
    ['domain', 'from "domain" on'],
    ['/domain/', 'from "/" on'],
    ['//disk', 'from "//disk" on'],
    ['/domain/disk[0]', 'from "[0]" on'],
    ['/domain/disk[last()]', 'from "[last()]" on'],
    ['/domain/@id/x', 'from "/x" on'],
    ['/@id', 'at its end'],
    ['/domain/disk[@a=\'b"]', 'from "[@a='],
    ['/domain/a:b:c', 'from ":c" on'],
    ['/domain/<x>', 'from "/<x>" on'],
  ])('%s, which is none, is refused', (path, where) => {
    expect(refusal(() => get(path))).toContain(
      `invalid-path ${path || 'domain'}: this path cannot be understood ${where}`,
    );
  });
});

describe('a value is changed, and nothing else', () => {
  test.each([
    ['/domain/@type', 'qemu', ['-<domain type="kvm" id=\'3\'>', '+<domain type="qemu" id=\'3\'>']],
    ['/domain/memory', '1024', ["-  <memory unit='MiB'>512</memory>", "+  <memory unit='MiB'>1024</memory>"]],
    ['/domain/devices/disk[2]/target/@bus', 'scsi', ["-              bus='virtio'/>", "+              bus='scsi'/>"]],
    ['/domain/devices/disk[1]/source/@file', '/a b.iso', []],
    [
      '/domain/name',
      '<&>\'"',
      ['-  <name>public</name> <!-- faces the world -->', '+  <name>&lt;&amp;&gt;\'"</name> <!-- faces the world -->'],
    ],
    ['/domain/@type', '\'"<\t\n', ['-<domain type="kvm" id=\'3\'>', "+<domain type=\"'&quot;&lt;&#9;&#10;\" id='3'>"]],
    ['/domain/features', 'x', ['-  <features/>', '+  <features>x</features>']],
  ])('%s becomes %j', (path, value, lines) => {
    expect(set(path, value)).toEqual(lines);
  });

  test.each([
    [
      '/domain/devices/disk[1]/@snapshot',
      'no',
      ["-    <disk type='file' device='cdrom'>", "+    <disk type='file' device='cdrom' snapshot='no'>"],
    ],
    [
      '/domain/devices/disk[2]/@device',
      'lun',
      ["-    <disk type='block'   >", "+    <disk type='block' device='lun'   >"],
    ],
    ['/domain/devices/graphics/@port', '5965', ["-      type='vnc' />", "+      type='vnc' port='5965' />"]],
    [
      '/domain/name/@x',
      '1',
      ['-  <name>public</name> <!-- faces the world -->', "+  <name x='1'>public</name> <!-- faces the world -->"],
    ],
  ])('%s is added to its element', (path, value, lines) => {
    expect(set(path, value)).toEqual(lines);
  });

  test.each([
    ['/domain/uuid', 'u', '  <name>public</name> <!-- faces the world -->\n  <uuid>u</uuid>\n'],
    ['/domain/vcpu', '2', '512</memory>\n  <vcpu>2</vcpu>\n'],
    [
      '/domain/devices/disk[2]/driver/@cache',
      'none',
      "<disk type='block'   >\n      <driver cache='none'/>\n      <target",
    ],
    [
      '/domain/features/kvm/hidden/@state',
      'on',
      "  <features>\n    <kvm>\n      <hidden state='on'/>\n    </kvm>\n  </features>\n",
    ],
    [
      '/domain/devices/rng/backend',
      '/dev/urandom',
      "type='vnc' />\n    <rng>\n      <backend>/dev/urandom</backend>\n    </rng>\n  </devices>",
    ],
    ['/domain/other', 'x', '  </devices>\n  <other>x</other>\n</domain>'],
  ])('%s is made, with what is around it, where libvirt would write it', (path, value, expected) => {
    const after = setXml(parseXml(xml), path, value);
    expect(after).toContain(expected);
    expect(getXml(parseXml(after), path).map((found) => found.value)).toEqual([value]);
    expect(changed(after).filter((line) => line.startsWith('-'))).toEqual(
      path.startsWith('/domain/features') ? ['-  <features/>'] : [],
    );
  });

  test.each([
    ['<domain/>', '<domain><vcpu>2</vcpu></domain>'],
    ['<domain><name>a</name><devices/></domain>', '<domain><name>a</name><vcpu>2</vcpu><devices/></domain>'],
    ['<domain>\n</domain>', '<domain>\n  <vcpu>2</vcpu>\n</domain>'],
    ['<domain>\n\t<os/>\n</domain>', '<domain>\n\t<vcpu>2</vcpu>\n\t<os/>\n</domain>'],
    ['<domain>\r\n  <os/>\r\n</domain>', '<domain>\r\n  <vcpu>2</vcpu>\r\n  <os/>\r\n</domain>'],
    ['<domain><!-- c --></domain>', '<domain><vcpu>2</vcpu><!-- c --></domain>'],
    [
      '\uFEFF<domain>\n  <name>\u{1F600}</name>\n</domain>',
      '\uFEFF<domain>\n  <name>\u{1F600}</name>\n  <vcpu>2</vcpu>\n</domain>',
    ],
  ])('also in %j', (before, after) => {
    expect(setXml(parseXml(before), '/domain/vcpu', '2')).toBe(after);
  });
});

test.each([
  ['/domain/@id', ['-<domain type="kvm" id=\'3\'>', '+<domain type="kvm">']],
  ['/domain/devices/graphics', ['-    <graphics', "-      type='vnc' />"]],
  ['/domain/name', ['-  <name>public</name> <!-- faces the world -->', '+   <!-- faces the world -->']],
  ['/domain/features', ['-  <features/>']],
  [
    '/domain/devices/disk[2]/target/@bus',
    ["-      <target dev='vda'", "-              bus='virtio'/>", "+      <target dev='vda'/>"],
  ],
])('%s is taken out', (path, lines) => {
  expect(remove(path)).toEqual(lines);
});

test.each<[string, string | undefined, string]>([
  [
    '/domain/devices/disk/target/@bus',
    'x',
    'several-places /domain/devices/disk/target/@bus: it leads to 2 places; name one of /domain/devices/disk[1]/target, /domain/devices/disk[2]/target',
  ],
  [
    '/domain/devices/disk/driver/@io',
    'x',
    'several-places /domain/devices/disk/driver/@io: it leads to 2 places; name one of /domain/devices/disk[1], /domain/devices/disk[2]',
  ],
  [
    '/domain/devices/disk[3]/@type',
    'x',
    'no-such-place /domain/devices/disk[3]/@type: nothing is there; <devices> has 2 <disk>, none of which is meant',
  ],
  [
    '/domain/devices',
    'x',
    'no-value /domain/devices: <devices> has elements in it and no value; set what is in it, such as /domain/devices/disk',
  ],
  ['/domain/name/x', 'y', 'no-value /domain/name/x: <name> has text, and cannot have elements beside it'],
  ['/domain/a:b', 'y', 'malformed-xml /domain/a:b: the XML is not well-formed: unbound namespace prefix: "a"'],
  ['/domain/name', '\u0001', 'invalid-character /domain/name: XML cannot hold the character U+0001; leave it out'],
  ['/domain', undefined, 'no-value /domain: the outermost element cannot be taken out'],
  [
    '/domain/vcpu',
    undefined,
    'no-such-place /domain/vcpu: nothing is there; <domain> has name, memory, features, devices',
  ],
  [
    '/domain/devices/disk',
    undefined,
    'several-places /domain/devices/disk: it leads to 2 places; name one of /domain/devices/disk[1], /domain/devices/disk[2]',
  ],
])('setting %s to %j is refused', (path, value, message) => {
  const document = parseXml(xml);
  expect(refusal(() => (value === undefined ? removeXml(document, path) : setXml(document, path, value)))).toBe(
    message,
  );
});

test('a comment is never lost', () => {
  const document = parseXml('<domain><name>a<!-- b --></name></domain>');
  expect(refusal(() => setXml(document, '/domain/name', 'x'))).toContain(
    'no-value /domain/name: <name> has a comment in it',
  );
});

test('whatever the value, it is what is read again', () => {
  const paths = fc.constantFrom(
    '/domain/@type',
    '/domain/name',
    '/domain/new',
    '/domain/memory/@unit',
    '/domain/devices/a/b/@c',
  );
  const text = fc
    .string({ unit: 'binary' })
    .map((value) => value.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{10000}-\u{10FFFF}]/gu, ''));
  fc.assert(
    fc.property(paths, text, (path, value) => {
      const [found] = getXml(parseXml(setXml(parseXml(xml), path, value)), path);
      expect(found?.value ?? '').toBe(value);
    }),
  );
});
