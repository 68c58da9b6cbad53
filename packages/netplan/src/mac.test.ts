import fc from 'fast-check';
import { expect, test } from 'vitest';
import { macAddress, parseMacAddress } from './index.ts';

test("the card's number is the last octet, in decimal digits", () => {
  expect([macAddress(65), macAddress(65, 1), macAddress(65, 9), macAddress(65, 10), macAddress(65, 99)]).toEqual([
    '52:54:00:61:65:01',
    '52:54:00:61:65:01',
    '52:54:00:61:65:09',
    '52:54:00:61:65:10',
    '52:54:00:61:65:99',
  ]);
});

test('every address leads back to its VMID and card, in either case', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4095 }), fc.integer({ min: 1, max: 99 }), (vmid, nic) => {
      const mac = macAddress(vmid, nic);
      expect(mac).toMatch(/^52:54:00(:[0-9a-f]{2}){3}$/);
      expect(parseMacAddress(mac)).toEqual({ vmid, nic });
      expect(parseMacAddress(mac.toUpperCase())).toEqual({ vmid, nic });
    }),
  );
});

test.each([0, 100, -1, 1.5, Number.NaN])('card %d is refused', (nic) => {
  expect(() => macAddress(65, nic)).toThrow(`network card ${nic} is not a whole number from 1 to 99`);
});

test.each([0, 4096, 0.5])('VMID %d is refused', (vmid) => {
  expect(() => macAddress(vmid)).toThrow(`VMID ${vmid} is not a whole number from 1 to 4095`);
});

test.each([
  ['', 'empty'],
  ['52:54:00:61:00:01', 'VMID 0'],
  ['52:54:00:60:65:01', 'below the first octet in use'],
  ['52:54:00:89:96:01', 'VMID 4096'],
  ['52:54:00:61:65:00', 'card 0'],
  ['52:54:00:61:6a:01', 'not decimal'],
  ['52:54:01:61:65:01', 'another prefix'],
  ['52-54-00-61-65-01', 'other separators'],
  ['52:54:00:61:65:01 ', 'a space'],
  ['52:54:00:61:65', 'too short'],
])('%j is no guest (%s)', (mac) => {
  expect(parseMacAddress(mac)).toBeUndefined();
});
