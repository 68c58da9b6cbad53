import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InventoryError } from '../inventory-error.ts';
import { parseInventory } from '../parse.ts';
import { addGuests, type WrittenGuest } from './add-guests.ts';

const host = 'host: { name: management, address: 192.168.100.1/24 }\n';
const old: WrittenGuest = {
  vmid: 7,
  memory: '1 GiB',
  autostart: false,
  template: 'none',
  xml: "<domain type='qemu'>\n  <os>\n    <type>hvm</type>\n  </os>\n</domain>\n",
};
const added = `old:
  vmid: 7
  memory: 1 GiB
  autostart: false
  template: none
  xml: |
    <domain type='qemu'>
      <os>
        <type>hvm</type>
      </os>
    </domain>
`;
const indented = (by: string, text = added): string => text.replace(/^(?=.)/gm, by);

test.each([
  ['no guests', host, `${host}guests:\n${indented('  ')}`],
  ['guests in empty braces', `${host}guests: {} # none\n`, `${host}guests: # none\n${indented('  ')}`],
  [
    'guests, comments, and more below',
    `# the room\n${host}guests:\n    web: { vmid: 1 } # faces the world\n\n    # writes most\n    db:\n        vmid: 2 # as ever\n\n# who talks\npolicy: []\n`,
    `# the room\n${host}guests:\n    web: { vmid: 1 } # faces the world\n\n    # writes most\n    db:\n        vmid: 2 # as ever\n${indented('    ')}\n# who talks\npolicy: []\n`,
  ],
  [
    'a guest that ends with XML, and no line break at the end',
    `${host}guests:\n  web:\n    vmid: 1\n    xml: |\n      <domain/>`,
    `${host}guests:\n  web:\n    vmid: 1\n    xml: |\n      <domain/>\n${indented('  ')}`,
  ],
  [
    "a file with Windows' line breaks",
    `${host}guests:\n  web: { vmid: 1 }\n`.replaceAll('\n', '\r\n'),
    `${host}guests:\n  web: { vmid: 1 }\n${indented('  ')}`.replaceAll('\n', '\r\n'),
  ],
])('a guest is added to %s', (_, text, expected) => {
  expect(addGuests(text, new Map([['old', old]]))).toBe(expected);
});

test.each([
  ['guests in braces', `${host}guests: { web: { vmid: 1 } }\n`, 'in-braces', 2],
  ['all in braces', `{ ${host.trim().replace(/^host/, '"host"')} }\n`, 'in-braces', 1],
  ['a VMID that is taken', `${host}guests:\n  web: { vmid: 7 }\n`, 'duplicate-vmid', 5],
  ['a file that is wrong', 'guests: {}\n', 'missing-key', 1],
])('with %s nothing is added, and the place is named', (_, text, code, line) => {
  expect.assertions(1);
  try {
    addGuests(text, new Map([['old', old]]));
  } catch (error) {
    expect((error as InventoryError).problems).toMatchObject([{ code, line }]);
  }
});

test('whatever its XML and command line are, what was there stays, and the guest is read as it was written', () => {
  const line = fc.string({ unit: fc.constantFrom(...' <>&\'":#-|>{}[]!*%@`\\\tüあ=ab1'.split('')), maxLength: 20 });
  const xml = fc.array(line, { maxLength: 8 }).map((lines) => `<domain>${lines.join('\n')}`);
  fc.assert(
    fc.property(
      xml,
      line.map((text) => text.replaceAll('\t', ' ')),
      (raw, cmdline) => {
        const text = `${host}guests:\n  web: { vmid: 1 }\n# end\n`;
        const edited = addGuests(text, new Map([['old', { vmid: 2, cmdline, xml: raw }]]));
        expect(edited.startsWith(`${host}guests:\n  web: { vmid: 1 }\n`) && edited.endsWith('\n# end\n')).toBe(true);
        expect(parseInventory(edited).inventory.guests[1]).toMatchObject({ name: 'old', vmid: 2, cmdline, xml: raw });
      },
    ),
  );
});

test('so many that the file would not be read any more: that is said, and not of the file that was named', () => {
  const xml = `<domain type='qemu'><os><type>hvm</type></os>${'<!-- -->'.repeat(1000)}</domain>\n`;
  const many = (count: number) =>
    new Map(
      Array.from({ length: count }, (_, vmid): [string, WrittenGuest] => [`g${vmid}`, { ...old, vmid: vmid + 1, xml }]),
    );
  expect(parseInventory(addGuests(host, many(10))).inventory.guests).toHaveLength(10);
  expect(() => addGuests(host, many(600))).toThrow('With 600 more guests, the file would be larger than the 4 MiB');
});
