import { parseInventory } from '@kvm/inventory';
import { expect, test } from 'vitest';
import { newInventory } from './new-inventory.ts';

test('what a domain of the host says is a value and nothing else', () => {
  const kernel = '/boot/a: b # c, "d"';
  const domain = {
    name: 'web',
    uuid: '',
    active: false,
    paused: false,
    persistent: true,
    autostart: false,
    definition: { '@type': 'kvm', name: 'web', os: { type: 'hvm', kernel } },
  } as const;
  const uplink = { device: 'eth0', address: '192.168.100.1/24' };
  const text = newInventory({ hostname: 'vmhost.example', uplink, groups: ['vg'], domains: [domain] });
  expect(parseInventory(text).inventory.host).toMatchObject({
    name: 'vmhost',
    address: '192.168.100.1',
    uplink: 'eth0',
    kernel,
  });
});
