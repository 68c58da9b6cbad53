import { describe, expect, test } from 'vitest';
import { buildDomain, domainData, parseXml } from './index.ts';

const domain = (inside: string): string => `<domain type='kvm'><name>a</name>${inside}</domain>`;
const data = (xml: string) => domainData(parseXml(xml));

describe('the data in a document', () => {
  test('has lists where the schema allows several, text where it allows text only', () => {
    const xml = domain(`<title/><!-- note --><memory unit='MiB'>512</memory><features><acpi/></features>
      <devices><disk type='block'><source dev='/dev/a'/></disk><console><source path='/dev/pts/1'/></console></devices>`);
    expect(data(xml)).toEqual({
      '@type': 'kvm',
      name: 'a',
      title: '',
      memory: { '@unit': 'MiB', '#': '512' },
      features: { acpi: {} },
      devices: {
        disk: [{ '@type': 'block', source: { '@dev': '/dev/a' } }],
        console: [{ source: { '@path': '/dev/pts/1' } }],
      },
    });
  });

  test('keeps other namespaces, and what libvirt does not know', async () => {
    const xml = `<domain type="qemu" xmlns:qemu="http://libvirt.org/schemas/domain/qemu/1.0">
  <name>a</name>
  <memory>1</memory>
  <os>
    <type>hvm</type>
  </os>
  <future answer="42">
    <x/>
    <x/>
  </future>
  <qemu:commandline>
    <qemu:arg value="-x"/>
  </qemu:commandline>
</domain>
`;
    const known = data(xml);
    expect(known).toMatchObject({ future: { '@answer': '42', x: [{}, {}] }, 'qemu:commandline': {} });
    const lines = (text: string) => text.split('\n').sort();
    expect(lines(await buildDomain(known))).toEqual(lines(xml));
  });

  test('can be built again: tabs, line ends, `]]>`, characters beyond 16 bits', async () => {
    const value = '\t\n\r]]>&amp;"\'<\u{1F600}';
    const built = await buildDomain({
      '@type': 'kvm',
      name: value,
      devices: { emulator: value, disk: [{ '@type': 'file', source: { '@file': value }, target: { '@dev': 'a' } }] },
    });
    expect(data(built)).toEqual({
      '@type': 'kvm',
      name: value,
      devices: { emulator: value, disk: [{ '@type': 'file', source: { '@file': value }, target: { '@dev': 'a' } }] },
    });
  });

  test.each([
    ['<network/>', "line 1, column 1: <network> is not libvirt's <domain>"],
    ["<domain xmlns='urn:x'/>", "line 1, column 1: <domain> is not libvirt's <domain>"],
    [
      '<domain>\n <os>x<type/></os></domain>',
      'line 2, column 2: <os> has text beside elements; write either text or elements',
    ],
  ])('is refused in %s', (xml, message) => {
    expect(() => data(xml)).toThrow(message);
  });
});
