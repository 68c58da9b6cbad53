import { parseInventory } from '@kvm/inventory';
import { expect, test } from 'vitest';
import { deriveDesired } from '../desired/desired.ts';
import type { ObservedDomain } from '../observed.ts';
import { chooseDomains } from './choose-domains.ts';

const text = 'host: { name: management, address: 192.168.100.1/24 }\nguests:\n  public: { vmid: 65 }\n';
const [guest] = deriveDesired(parseInventory(text)).guests;
const domain = (name: string, uuid: string, metadata?: object): ObservedDomain => ({
  ...{ name, uuid, active: false, paused: false, persistent: true, autostart: false },
  definition: { '@type': 'kvm', name, ...metadata },
});
const domains = [
  domain('public', guest?.domain.uuid ?? ''),
  domain('marked', 'u2', { metadata: guest?.domain.metadata }),
  domain('old', 'u3'),
  domain('other', 'u4'),
];
const namesOf = (chosen: readonly ObservedDomain[]) => chosen.map(({ name }) => name);

test('without names, what is in the inventory or has our mark is left out', () => {
  expect(namesOf(chooseDomains(domains, [], text))).toEqual(['old', 'other']);
});

test('what is named is taken, also when it is in the inventory', () => {
  expect(namesOf(chooseDomains(domains, ['other', 'public'], text))).toEqual(['public', 'other']);
});

test('a name that no domain has is refused, with those there are', () => {
  expect(() => chooseDomains(domains, ['pubic'], text)).toThrow(
    expect.objectContaining({
      code: 'no-such-guest',
      message: 'no domain is called pubic. There are: public, marked, old, other.',
    }),
  );
});
