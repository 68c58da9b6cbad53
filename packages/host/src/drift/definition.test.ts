import { buildDomain, domainData, parseXml } from '@kvm/domain-xml';
import { parseInventory } from '@kvm/inventory';
import { describe, expect, test } from 'vitest';
import { deriveDesired } from '../index.ts';
import { domainDifferences, keepChosen } from './definition.ts';

const [guest] = deriveDesired(
  parseInventory('host: { name: management, address: 192.168.100.1/24 }\nguests:\n  public: { vmid: 65 }'),
).guests;
if (guest === undefined) throw new Error('no guest');
const { domain } = guest;
const xml = await buildDomain(domain);
const withGraphics = (attributes: string, type = '') =>
  domainData(
    parseXml(
      xml.replace('<graphics ', `<graphics ${attributes} `).replace('<type>hvm</type>', `<type${type}>hvm</type>`),
    ),
  );

describe('what is secret', () => {
  const own = { ...domain, devices: { ...domain.devices, graphics: [{ '@type': 'vnc', '@passwd': 'old-secret' }] } };

  test('is never shown, in what is and in what is wanted', () => {
    const found = domainDifferences(own as typeof domain, withGraphics("passwd='new-secret'"));
    expect(found).toContainEqual(
      expect.objectContaining({ path: 'devices.graphics[vnc].@passwd', desired: '***', actual: '***' }),
    );
    expect(JSON.stringify(found)).not.toContain('secret');
  });

  test('is kept when the inventory says nothing of it', () => {
    const there = withGraphics("passwd='kept'");
    expect(domainDifferences(domain, there)).toEqual([]);
    expect(keepChosen(domain, there).devices?.graphics).toContainEqual(expect.objectContaining({ '@passwd': 'kept' }));
  });
});

test('the machine that libvirt chose is kept, and one that somebody else chose is not', () => {
  const typeOf = (there: ReturnType<typeof withGraphics>) => keepChosen(domain, there).os.type;
  expect(typeOf(withGraphics('', " arch='x86_64' machine='pc-i440fx-5.2'"))).toMatchObject({
    '@machine': 'pc-i440fx-5.2',
  });
  expect(typeOf(withGraphics('', " arch='x86_64' machine='pc-q35-7.2'"))).toBe('hvm');
});

test('a machine that the inventory names without its version keeps the version that it was defined with', () => {
  const wanted = { ...domain, os: { ...domain.os, type: { '@machine': 'q35', '#': 'hvm' } } } as typeof domain;
  const there = withGraphics('', " arch='x86_64' machine='pc-q35-7.2'");
  expect(domainDifferences(wanted, there)).toEqual([]);
  expect(keepChosen(wanted, there).os.type).toMatchObject({ '@machine': 'pc-q35-7.2' });
});
