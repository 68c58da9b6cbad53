import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DomainElement, domainData, parseXml, renderXml, updateXml } from './index.ts';

const xml = `<?xml version="1.0"?>
<!-- by hand -->
<domain type = 'kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>a</name>
  <!-- enough -->
  <memory   unit='MiB'>512</memory>
  <os><type>hvm</type></os>
  <devices>
    <disk type='file'>
      <source file="/a"/><target dev='vda'/> <!-- root -->
    </disk>
    <disk type='file'>
      <source file="/b"/>
      <target dev='vdb'/>
    </disk>
    <rng model='virtio'/>
  </devices>
  <qemu:commandline>
    <qemu:arg value='-x'/>
  </qemu:commandline>
</domain>
`;

const document = parseXml(xml);
const data = domainData(document);
const update = (domain: DomainElement): string => renderXml(updateXml(document, domain));
const [root, other] = data.devices?.disk ?? [];

describe('a document into which its data is put back', () => {
  test('stays as it is, byte for byte, when nothing was changed', () => {
    expect(update(data)).toBe(xml);
    expect(update({ ...data, memory: { '@unit': 'MiB', '#': 512 } })).toBe(xml);
  });

  test.each<[string, DomainElement, string, string]>([
    ['a text', { ...data, name: 'b & c' }, '<name>a</name>', '<name>b &amp; c</name>'],
    ['a text beside an attribute', { ...data, memory: { '@unit': 'MiB', '#': 1024 } }, '>512<', '>1024<'],
    [
      'an attribute',
      { ...data, memory: { '@unit': 'GiB', '#': '512' } },
      "<memory   unit='MiB'>",
      "<memory unit='GiB'>",
    ],
    ['a new element', { ...data, vcpu: 2 }, '</memory>', '</memory>\n  <vcpu>2</vcpu>'],
    [
      'a new attribute',
      { ...data, devices: { ...data.devices, rng: [{ '@model': 'virtio', '@x': 'y' } as never] } },
      "<rng model='virtio'/>",
      "<rng model='virtio' x='y'/>",
    ],
    [
      'content in an empty element',
      {
        ...data,
        devices: {
          ...data.devices,
          rng: [{ '@model': 'virtio', backend: { '@model': 'random', '#': '/dev/urandom' } }],
        },
      },
      "<rng model='virtio'/>",
      "<rng model='virtio'>\n      <backend model='random'>/dev/urandom</backend>\n    </rng>",
    ],
    [
      'a disk less',
      { ...data, devices: { ...data.devices, disk: [other as never] } },
      /\n {4}<disk type='file'>\n {6}<source file="\/a".*?<\/disk>/s.exec(xml)?.[0] ?? '?',
      '',
    ],
    [
      'a disk more',
      {
        ...data,
        devices: {
          ...data.devices,
          disk: [root as never, other as never, { '@type': 'block', target: { '@dev': 'vdc' } }],
        },
      },
      '    <rng',
      "    <disk type='block'>\n      <target dev='vdc'/>\n    </disk>\n    <rng",
    ],
    ["a driver's argument", { ...data, 'qemu:commandline': { 'qemu:arg': [{ '@value': '-y' }] } }, "'-x'", "'-y'"],
  ])('changes only %s', (_, domain, from, to) => {
    expect(xml).toContain(from);
    expect(update(domain)).toBe(xml.replace(from, to));
  });

  test('has the data that was put into it', () => {
    const part = fc.constantFrom('name', 'title', 'memory', 'vcpu', 'description', 'uuid');
    const changes = fc.dictionary(
      part,
      fc.string({ unit: 'grapheme-ascii', minLength: 1 }).map((text) => `x${text}`),
    );
    fc.assert(
      fc.property(changes, (changed) => {
        const domain = { ...data, ...changed } as DomainElement;
        expect(domainData(parseXml(update(domain)))).toEqual(domain);
      }),
    );
  });

  test('lists what was to be listed, and keeps the comments, whatever comes, goes and changes', () => {
    const disk = (name: string) => `\n    <disk type='file'><!-- ${name} -->\n      <target dev='${name}'/></disk>`;
    const names = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 6 });
    fc.assert(
      fc.property(names, names, (before, after) => {
        const listed = parseXml(`<domain><devices>${before.map(disk).join('')}\n    <rng/>\n  </devices></domain>`);
        const disks = after.map((name) => ({ '@type': 'file', target: { '@dev': name } }) as const);
        const written = renderXml(
          updateXml(listed, { '@type': 'kvm', name: 'a', devices: { disk: disks, rng: [{} as never] } }),
        );
        expect(domainData(parseXml(written)).devices?.disk ?? []).toEqual(disks);
        expect(written.split('\n').filter((line) => line.trim() === '')).toEqual([]);
        if (before.join() === after.join()) expect(written).toContain(before.map(disk).join(''));
      }),
    );
  });
});
