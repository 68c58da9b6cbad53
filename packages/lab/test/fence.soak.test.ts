import { needs } from '@kvm/ci/needs';
import { deriveDesired } from '@kvm/host';
import { parseInventory } from '@kvm/inventory';
import { describe, expect, test } from 'vitest';
import { labDown, labUp } from '../src/index.ts';
import { Canary } from './fence-attempts.ts';
import { hostileDomains, tryDomains } from './hostile-domains.ts';

describe.skipIf(needs('root', 'libvirtd', 'qemu-system-x86_64', 'virsh'))('the fence of a lab, the whole list', () => {
  test('QEMU with the XML of a stranger harms nothing', async () => {
    const canary = new Canary();
    await canary.listen();
    const inventory = '{ host: { name: labsoak, address: 192.168.100.1/24 }, guests: { public: { vmid: 65 } } }';
    try {
      await labDown('labsoak');
      const { lab } = await labUp(deriveDesired(parseInventory(inventory)), { bare: true });
      const all = hostileDomains(canary);
      const right = await tryDomains(lab, canary, all);
      console.log(`hostile domains: ${all.length} tried, ${right} right`);
      expect(right).toBe(all.length);
    } finally {
      await labDown('labsoak');
      canary.close();
    }
  }, 3_600_000);
});
