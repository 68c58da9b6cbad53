import { describe, expect, test } from 'vitest';
import { seedDomain } from '../test/seed-domain.ts';
import { buildDomain, type DomainDocument, DomainXmlError, mergeXml } from './index.ts';

const ours: DomainDocument = {
  ...seedDomain,
  memory: { '@unit': 'KiB', '#': 524288 },
  metadata: { 'k:guest': { '@xmlns:k': 'urn:kvm', '@vmid': 65 } },
};
const qemu = 'http://libvirt.org/schemas/domain/qemu/1.0';

/** What merging the children of a `<domain>` changes or adds, by key. */
function changes(children: string, domain = ours): object {
  const merged = mergeXml(domain, `<domain>${children}</domain>`);
  return Object.fromEntries(Object.entries(merged).filter(([key, value]) => value !== Reflect.get(domain, key)));
}

describe('mergeXml', () => {
  test('a screen merges into the one of its type: it listens elsewhere, or has a password', () => {
    const vnc = { '@type': 'vnc', '@port': 5965, '@listen': '127.0.0.1' } as const;
    const template = { ...seedDomain, devices: { ...seedDomain.devices, graphics: [vnc] } };
    const { devices } = mergeXml(
      template,
      "<domain><devices><graphics type='vnc' listen='::1' passwd='x'/><graphics type='spice'/></devices></domain>",
    );
    expect(devices?.graphics).toEqual([{ ...vnc, '@listen': '::1', '@passwd': 'x' }, { '@type': 'spice' }]);
  });

  test('an empty <domain/> changes nothing', async () => {
    expect(mergeXml(ours, '<domain/>')).toEqual(ours);
    expect(await buildDomain(mergeXml(ours, '<domain/>'))).toBe(await buildDomain(ours));
  });

  test('leaves the data it was given as it was', () => {
    const before = structuredClone(ours);
    mergeXml(
      ours,
      "<domain type='qemu'><os><boot dev='hd'/></os><devices><emulator>/x</emulator><disk/></devices></domain>",
    );
    expect(ours).toEqual(before);
  });

  test("an attribute of <domain> overwrites: type='qemu' for a host without KVM", () => {
    expect(mergeXml(ours, "<domain type='qemu'/>")).toEqual({ ...ours, '@type': 'qemu' });
  });

  test.each([
    ['text by text', '<on_reboot>destroy</on_reboot>', { on_reboot: 'destroy' }],
    [
      'text and attributes',
      "<vcpu placement='static' cpuset='0-3'>4</vcpu>",
      { vcpu: { '#': '4', '@placement': 'static', '@cpuset': '0-3' } },
    ],
    ['attributes only', "<vcpu cpuset='0-3'/>", { vcpu: { '#': 1, '@cpuset': '0-3' } }],
    ['a number with its unit', "<memory unit='GiB'>1</memory>", { memory: { '@unit': 'GiB', '#': '1' } }],
    ['a number without a unit, which is then in KiB', '<memory>1048576</memory>', { memory: '1048576' }],
    ['CDATA as text', '<title><![CDATA[a < b]]> &amp; c</title>', { title: 'a < b & c' }],
  ])('replaces %s', (_, xml, expected) => {
    expect(changes(xml)).toEqual(expected);
  });

  test.each([
    [
      'an element the types do not know',
      '<memoryBacking>\n  <hugepages/>\n</memoryBacking>',
      { memoryBacking: { hugepages: {} } },
    ],
    [
      'into features',
      "<features><hyperv><relaxed state='on'/></hyperv></features>",
      { features: { acpi: {}, hyperv: { relaxed: { '@state': 'on' } } } },
    ],
    [
      'the boot order',
      "<os><boot dev='network'/><boot dev='hd'/></os>",
      { os: { ...ours.os, boot: [{ '@dev': 'network' }, { '@dev': 'hd' }] } },
    ],
    ['one boot device, as a list still', "<os><boot dev='hd'/></os>", { os: { ...ours.os, boot: [{ '@dev': 'hd' }] } }],
    [
      'attributes to text',
      "<os><type machine='q35'/></os>",
      { os: { ...ours.os, type: { '#': 'hvm', '@machine': 'q35' } } },
    ],
    ['several of one name', '<a><b/><b>1</b></a>', { a: { b: [{}, '1'] } }],
    [
      'elements with names of JavaScript',
      '<a><__proto__ x="1"/><constructor/></a>',
      {
        a: Object.fromEntries([
          ['__proto__', { '@x': '1' }],
          ['constructor', {}],
        ]),
      },
    ],
  ])('adds %s', (_, xml, expected) => {
    expect(changes(xml)).toEqual(expected);
  });

  test('cpu: merges without a mode, is replaced by one with a mode', () => {
    const custom = mergeXml(ours, "<domain><cpu mode='custom' match='exact'><model>qemu64</model></cpu></domain>");
    const cpu = { '@mode': 'custom', '@match': 'exact', model: 'qemu64' };
    const topology = { '@sockets': '1', '@cores': '2', '@threads': '1' };
    expect(changes("<cpu><topology sockets='1' cores='2' threads='1'/></cpu>", custom)).toEqual({
      cpu: { ...cpu, topology },
    });
    expect(changes("<cpu mode='host-passthrough'/>", custom)).toEqual({ cpu: { '@mode': 'host-passthrough' } });
  });

  test('items with a key merge by it', () => {
    const first = mergeXml(ours, "<domain><clock><timer name='rtc' track='guest'/></clock></domain>");
    expect(changes("<clock><timer name='hpet' present='no'/><timer name='rtc' track='wall'/></clock>", first)).toEqual({
      clock: {
        '@offset': 'utc',
        timer: [
          { '@name': 'rtc', '@track': 'wall' },
          { '@name': 'hpet', '@present': 'no' },
        ],
      },
    });
  });

  test('items without a key replace those there', () => {
    const first = mergeXml(ours, "<domain><os><boot dev='hd'/><boot dev='cdrom'/></os></domain>");
    expect(changes("<os><boot dev='network'/></os>", first)).toEqual({
      os: { ...ours.os, boot: [{ '@dev': 'network' }] },
    });
  });

  test('under devices all is added, but what there can be one only of', () => {
    const xml = `<devices>
      <disk type='file' device='cdrom'><target dev='sda' bus='sata'/><readonly/></disk>
      <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
      <graphics type='spice'><listen type='none'/></graphics>
      <emulator>/usr/bin/qemu-system-x86_64</emulator>
      <memballoon model='none'/>
    </devices>`;
    const { devices } = seedDomain;
    expect(changes(xml)).toEqual({
      devices: {
        ...devices,
        emulator: '/usr/bin/qemu-system-x86_64',
        disk: [
          ...(devices.disk ?? []),
          { '@type': 'file', '@device': 'cdrom', target: { '@dev': 'sda', '@bus': 'sata' }, readonly: {} },
        ],
        graphics: [...(devices.graphics ?? []), { '@type': 'spice', listen: [{ '@type': 'none' }] }],
        rng: [{ '@model': 'virtio', backend: { '@model': 'random', '#': '/dev/urandom' } }],
        memballoon: { '@model': 'none' },
      },
    });
    const once = mergeXml(ours, `<domain>${xml}</domain>`);
    expect(mergeXml(once, "<domain><devices><memballoon model='virtio'/></devices></domain>").devices).toEqual({
      ...once.devices,
      memballoon: { '@model': 'virtio' },
    });
  });

  test('elements of other namespaces take their namespace along, and their children add up', () => {
    const xml = (value: string) =>
      `<domain xmlns:q='${qemu}'><q:commandline><q:arg value='${value}'/></q:commandline></domain>`;
    const once = mergeXml(ours, xml('-a'));
    expect(once).toEqual({ ...ours, 'q:commandline': { '@xmlns:q': qemu, 'q:arg': { '@value': '-a' } } });
    expect(mergeXml(once, xml('-b'))).toEqual({
      ...ours,
      'q:commandline': { '@xmlns:q': qemu, 'q:arg': [{ '@value': '-a' }, { '@value': '-b' }] },
    });
  });

  test('the same prefix may stand for another namespace', () => {
    const once = mergeXml(ours, "<domain xmlns:q='urn:1'><q:a/></domain>");
    expect(changes("<q:a xmlns:q='urn:2' q:b='c'/>", once)).toEqual({
      'q:a': [{ '@xmlns:q': 'urn:1' }, { '@xmlns:q': 'urn:2', '@q:b': 'c' }],
    });
    expect(changes("<cpu xmlns='urn:3'><model/></cpu>")).toEqual({ cpu: { '@xmlns': 'urn:3', model: {} } });
  });

  test('metadata of a namespace of its own is added, mixed and in order', () => {
    const xml = `<metadata>
      <!-- comments go, as do instructions --><?php echo 1 ?>
      <a:note xmlns:a='urn:a'>press <a:b>any</a:b> key</a:note>
      <c xmlns='urn:c'><d/><e/><d/></c>
    </metadata>`;
    expect(changes(xml)).toEqual({
      metadata: {
        ...ours.metadata,
        'a:note': { '@xmlns:a': 'urn:a', '#': ['press ', { 'a:b': 'any' }, ' key'] },
        c: { '@xmlns': 'urn:c', '#': [{ d: {} }, { e: {} }, { d: {} }] },
      },
    });
  });

  test.each([
    [
      'the name',
      '<domain>\n <name>x</name></domain>',
      'not-yours',
      'line 2, column 2: <name>: the inventory names the guest',
    ],
    [
      'the UUID',
      '<domain><vcpu>1</vcpu>\n\n<uuid/></domain>',
      'not-yours',
      'line 3, column 1: <uuid>: the inventory settles the UUID',
    ],
    [
      'our metadata',
      "<domain><metadata>\n  <x:guest xmlns:x='urn:kvm' vmid='66'/></metadata></domain>",
      'not-yours',
      'line 2, column 3: <x:guest>: the metadata of urn:kvm',
    ],
    ['another root', '\n<network/>', 'not-a-domain', 'line 2, column 1: <network> is not'],
    [
      'a domain of another namespace',
      "<domain xmlns='urn:x'/>",
      'not-a-domain',
      'line 1, column 1: <domain> of the namespace urn:x is not',
    ],
    [
      'an element twice',
      '<domain>\n<os/><os/></domain>',
      'repeated',
      'line 2, column 6: <os> stands here a second time',
    ],
    [
      'an emulator twice',
      '<domain><devices><emulator/><emulator/></devices></domain>',
      'repeated',
      'line 1, column 29: <emulator>',
    ],
    [
      'text beside elements',
      '<domain>\n\n<os>hvm<boot/></os></domain>',
      'stray-text',
      'line 3, column 1: <os> has text beside elements',
    ],
    [
      'text in place of elements',
      '<domain><devices>\ndisk</devices></domain>',
      'stray-text',
      'line 1, column 9: <devices> has text',
    ],
    [
      'text in an added element',
      '<domain><cpu><a>b<c/></a></cpu></domain>',
      'stray-text',
      'line 1, column 14: <a> has text beside',
    ],
    [
      'a prefix of ours',
      "<domain xmlns:k='urn:2' k:x='1'/>",
      'invalid-name',
      'line 1, column 1: k:x: the prefix k is urn:1',
    ],
    ['no XML', 'vcpu: 4', 'malformed-xml', 'line 1, column 8: the XML is not well-formed: '],
    ['nothing', '', 'malformed-xml', 'line 1, column 1: the XML is not well-formed: '],
    [
      'an end tag that does not match',
      '<domain>\n  <os>\n</domain>',
      'malformed-xml',
      'line 3, column 9: the XML is not well-formed: unexpected close tag',
    ],
    [
      'a missing end tag',
      '<domain><os>',
      'malformed-xml',
      'line 1, column 12: the XML is not well-formed: unclosed tag: os',
    ],
    [
      'an attribute twice',
      "<domain a='1' a='2'/>",
      'malformed-xml',
      'line 1, column 21: the XML is not well-formed: duplicate attribute: a',
    ],
    [
      'an unbound prefix',
      '<domain><a:b/></domain>',
      'malformed-xml',
      'line 1, column 14: the XML is not well-formed: unbound namespace prefix: "a"',
    ],
    [
      'an unknown entity',
      '<domain><os>\n&nbsp;</os></domain>',
      'malformed-xml',
      'line 2, column 6: the XML is not well-formed: undefined entity',
    ],
    [
      'a reference to NUL',
      '<domain>&#0;</domain>',
      'malformed-xml',
      'line 1, column 12: the XML is not well-formed: malformed character entity',
    ],
    [
      'a control character',
      '<domain><title>\u0001</title></domain>',
      'malformed-xml',
      'line 1, column 16: the XML is not well-formed: disallowed character',
    ],
    [
      'a document type',
      '<!DOCTYPE domain>\n<domain/>',
      'document-type',
      'line 1, column 17: a document type is not accepted; leave',
    ],
    [
      'entities',
      '<!DOCTYPE d [<!ENTITY a "b">]><domain>&a;</domain>',
      'document-type',
      'line 1, column 30: a document type is not accepted; leave',
    ],
    [
      'too much',
      `<domain>${' '.repeat(1024 * 1024)}</domain>`,
      'too-large',
      'line 1, column 1: the XML is longer than 1048576 characters',
    ],
    [
      'too deep',
      `<domain>${'<a>'.repeat(256)}`,
      'too-deep',
      'line 1, column 774: elements are nested more than 256 deep',
    ],
  ])('refuses %s', (_, xml, code, message) => {
    const domain: DomainDocument = code === 'invalid-name' ? { ...ours, '@xmlns:k': 'urn:1' } : ours;
    const [, line, column] = /^line (\d+), column (\d+)/.exec(message) ?? [];
    expect(() => mergeXml(domain, xml)).toThrow(DomainXmlError);
    expect(() => mergeXml(domain, xml)).toThrow(
      expect.objectContaining({
        code,
        line: Number(line),
        column: Number(column),
        message: expect.stringContaining(message),
      }),
    );
  });
});
