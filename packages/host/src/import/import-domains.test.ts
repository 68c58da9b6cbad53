import { buildDomain } from '@kvm/domain-xml';
import { parseInventory } from '@kvm/inventory';
import { parseReport } from '@kvm/lvm';
import { expect, test } from 'vitest';
import { deriveDesired } from '../desired/desired.ts';
import { importDomains } from './import-domains.ts';

const host = 'host: { name: management, address: 192.168.100.1/24 }\n';
const names = ['db', 'web', 'mail'];
const inventory = `${host}guests:\n${names.map((name, index) => `  ${name}: { vmid: ${61 + index} }`).join('\n')}\n`;

/** As `lvm fullreport` has them. */
const volumes = names.flatMap((guest) => ['root', 'var', 'swap'].map((disk) => `${guest}.${disk}`));
const lv = volumes.map((name) => ({
  ...{ lv_uuid: name, lv_name: name, vg_name: 'vg', lv_size: '536870912', lv_tags: '', lv_layout: 'linear' },
  ...{ lv_role: 'public', lv_attr: '-wi-a-----', lv_active: 'active', lv_device_open: '', lv_health_status: '' },
  ...{ origin: '', pool_lv: '', data_percent: '', metadata_percent: '', copy_percent: '', move_pv: '', lv_merging: '' },
  ...{ lv_kernel_major: '253', lv_kernel_minor: '0' },
}));
const report = JSON.stringify({ report: [{ vg: [], pv: [], lv, seg: [] }] });

test('domains as the template makes them become its few keys, and the volumes are gone through once', async () => {
  const domains = deriveDesired(parseInventory(inventory)).guests.map(async ({ guest, domain }) => {
    const { metadata: _, ...unmarked } = domain;
    return {
      name: guest.name,
      uuid: domain.uuid ?? '',
      active: false,
      autostart: true,
      xml: await buildDomain(unmarked),
    };
  });
  const storage = parseReport(report);
  let times = 0;
  const counted = {
    ...storage,
    get volumes() {
      times += 1;
      return storage.volumes;
    },
  };
  const { guests, text } = importDomains(`${host}guests: {}\n`, await Promise.all(domains), { storage: counted });
  expect(guests).toEqual(names.map((name, index) => ({ name, vmid: 61 + index, as: 'template' })));
  expect(text).toContain('swap: 512 MiB');
  expect(times).toBe(1);
});
