import { type ResolvedPolicy, type Ruleset, readIptables, renderIpset, renderIptables } from '../src/index.ts';

/** Read as if the kernel had listed what is written; that it lists it so, the tests with a kernel show. */
export function asListed(policy: ResolvedPolicy, without?: RegExp): Ruleset {
  const listed = (family: 4 | 6): string =>
    renderIptables(policy, family)
      .split('\n')
      .filter((line) => without === undefined || !without.test(line))
      .join('\n')
      .replace(/^-I (\w+) 1 /gm, '-A $1 ');
  return readIptables({ ipv4: listed(4), ipv6: listed(6), ipset: renderIpset(policy).replaceAll('kvd', 'kvm') });
}
