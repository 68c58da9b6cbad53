import { parseInventory } from '@kvm/inventory';
import { expect, test } from 'vitest';
import { deriveDesired } from './desired.ts';
import { guestFacts } from './guest-facts.ts';

test('what follows for the guest of the document: its addresses, its tap, its volumes', () => {
  const desired = deriveDesired(
    parseInventory(`
host: { name: management, address: 192.168.100.1/24 }
guests:
  public: { vmid: 65 }
`),
  );
  const [guest] = desired.guests;
  if (guest === undefined) throw new Error('no guest');
  expect(guestFacts(desired, guest)).toMatchObject({
    name: 'public',
    vmid: 65,
    ipv4: { address: '172.16.65.1', host: '172.16.65.254', subnet: '172.16.65.0/24', prefix: 24 },
    tap: 'tun65',
    mac: '52:54:00:61:65:01',
    vncPort: 5965,
    console: '/dev/pts/65',
    volumes: [{ path: '/dev/vg/public.root', device: 'vda' }, { device: 'vdb' }, { device: 'vdc' }],
    routes: [{ to: '172.16.65.0/24', via: '192.168.100.1' }],
    rawXml: false,
  });
});
