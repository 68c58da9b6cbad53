import { buildDomain, domainData, parseXml } from '@kvm/domain-xml';
import { parseInventory } from '@kvm/inventory';
import { expect, test } from 'vitest';
import { domainDifferences } from '../drift/definition.ts';
import { deriveDesired, renderTree } from '../index.ts';

const host = 'host: { name: management, address: 192.168.100.1/24 }\n';
const derived = (guest: string) => deriveDesired(parseInventory(`${host}guests: { web: { vmid: 61${guest} } }\n`));

test('a definition from before screens had an address differs in that alone; a guest that listens there runs on', async () => {
  const [web] = derived('').guests;
  if (web === undefined) throw new Error('no guest');
  const xml = await buildDomain(web.domain);
  const at = (screen: string) => domainData(parseXml(xml.replace(/<graphics .*\/>/, screen)));
  const before = at("<graphics type='vnc' port='5961' autoport='no'><listen type='address'/></graphics>");
  expect(domainDifferences(web.domain, before)).toEqual([
    { path: 'devices.graphics[vnc].@listen', desired: '127.0.0.1', change: 'next boot' },
  ]);
  const running = (address: string) =>
    at(
      `<graphics type='vnc' port='5961' autoport='no' listen='${address}'><listen type='address' address='${address}'/></graphics>`,
    );
  expect(domainDifferences(web.domain, running('127.0.0.1'))).toEqual([]);
  expect(domainDifferences(web.domain, running('0.0.0.0'))).toEqual([
    { path: 'devices.graphics[vnc].@listen', desired: '127.0.0.1', actual: '0.0.0.0', change: 'next boot' },
  ]);
});

test("only root reads rendered definitions: a screen's password may be in them", async () => {
  const desired = derived(`, xml: "<domain><devices><graphics type='vnc' passwd='secret'/></devices></domain>"`);
  const tree = await renderTree(desired);
  const secret = tree.filter(({ content }) => content.includes('secret'));
  expect(secret.map(({ path, mode }) => [path, mode.toString(8)])).toEqual([['/etc/kvm/domains/web.xml', '600']]);
  expect(secret[0]?.content).toContain(
    '<graphics type="vnc" port="5961" autoport="no" listen="127.0.0.1" passwd="secret"/>',
  );
});

test('raw XML that shows the screen to others is named', () => {
  const { exposures } = derived(`, xml: "<domain><devices><graphics type='vnc' listen='0.0.0.0'/></devices></domain>"`);
  expect(exposures.map(({ message }) => message)).toEqual([
    '/domain/devices/graphics/@listen: 0.0.0.0: its screen is shown to others than this host',
  ]);
});
