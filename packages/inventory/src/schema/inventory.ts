import * as z from 'zod/mini';
import { BUILT_IN } from '../built-in.ts';
import { judgeAddress, judgeBlock } from '../values/network-rules.ts';
import { judgeDomain, LABEL_PATTERN } from '../values/text-rules.ts';
import { keyDocs, text } from './fields.ts';
import { defaultsSchema, guestSchema } from './guest.ts';
import { hostSchema, rangesSchema } from './host.ts';
import { groupsSchema, natSchema, policySchema, servicesSchema } from './policy.ts';
import { sharedSchema } from './shared.ts';

const block = text('a network, such as 192.168.100.0/24', (value) => judgeBlock(value), {
  examples: ['192.168.100.0/24'],
});
const address = text('an address, such as 192.168.100.2', (value) => judgeAddress(value), {
  examples: ['192.168.100.2'],
});
const named = { propertyNames: { pattern: LABEL_PATTERN } };

/** The shape of the file. What concerns several values at once is judged in rules/. */
export const inventorySchema = z
  .strictObject(
    {
      domain: z.exactOptional(
        text('a DNS domain, such as home.example', judgeDomain, {
          description: 'DNS domain of every name in this file.',
          default: BUILT_IN.domain,
          examples: ['home.example'],
        }),
      ),
      host: hostSchema,
      ranges: z.exactOptional(rangesSchema),
      networks: z.exactOptional(
        z
          .record(
            z.string(),
            z.union(
              [block, z.array(block).check(z.minLength(1, 'a list of at least one network'))],
              'a network or a list of networks',
            ),
            'a map of names to networks, such as { home: 192.168.100.0/24 }',
          )
          .register(keyDocs, {
            description: 'Other networks by name: a CIDR block, IPv4 or IPv6, or a list of them.',
            examples: [{ home: '192.168.100.0/24' }],
            ...named,
          }),
      ),
      machines: z.exactOptional(
        z
          .record(
            z.string(),
            z.union(
              [address, z.array(address).check(z.minLength(1, 'a list of at least one address'))],
              'an address, or a list of an IPv4 and an IPv6 address',
            ),
            'a map of names to addresses, such as { hoge: 192.168.100.2 }',
          )
          .register(keyDocs, {
            description: 'Other machines by name: an address, or a list of one IPv4 and one IPv6 address.',
            examples: [{ hoge: '192.168.100.2' }],
            ...named,
          }),
      ),
      defaults: z.exactOptional(defaultsSchema),
      guests: z.exactOptional(
        z
          .record(z.string(), guestSchema, 'a map of names to guests, such as { public: { vmid: 65 } }')
          .register(keyDocs, {
            description: 'The guests by name, at most 4095.',
            examples: [{ public: { vmid: 65 } }],
            ...named,
          }),
      ),
      shared: z.exactOptional(sharedSchema),
      groups: z.exactOptional(groupsSchema),
      services: z.exactOptional(servicesSchema),
      policy: z.exactOptional(policySchema),
      nat: z.exactOptional(natSchema),
    },
    'a map with the key `host`',
  )
  .register(keyDocs, { title: 'Inventory of a KVM host' });

export type InventoryFile = z.infer<typeof inventorySchema>;
