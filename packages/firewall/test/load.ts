import type { Namespace } from '@kvm/ci/namespace';
import {
  type ResolvedPolicy,
  type Ruleset,
  readIptables,
  readNft,
  renderIpset,
  renderIptables,
  renderNft,
  staleIpsets,
} from '../src/index.ts';

/** Loads the nft ruleset over what is there, and reads it back. */
export function loadNft(host: Namespace, policy: ResolvedPolicy): Ruleset {
  const { status, stdout } = host.attempt('nft', '-j', 'list', 'table', 'inet', 'kvm');
  host.sh('nft -f -', renderNft(policy, status === 0 ? stdout : undefined));
  return readNft(host.sh('nft -j -n list table inet kvm'));
}

/** Loads the iptables rulesets over what is there, and reads them back. */
export function loadIptables(host: Namespace, policy: ResolvedPolicy): Ruleset {
  const sets = (): string[] =>
    host
      .sh('ipset list -n')
      .split('\n')
      .filter((name) => name !== '');
  host.sh('ipset restore', renderIpset(policy, host.sh('ipset save')));
  host.sh('iptables-restore -n -c', renderIptables(policy, 4, host.sh('iptables-save -c')));
  host.sh('ip6tables-restore -n -c', renderIptables(policy, 6, host.sh('ip6tables-save -c')));
  for (const name of staleIpsets(policy, sets())) host.sh(`ipset destroy ${name}`);
  const [ipv4, ipv6, ipset] = ['iptables-save', 'ip6tables-save', 'ipset save'].map((command) => host.sh(command));
  return readIptables({ ipv4: ipv4 ?? '', ipv6: ipv6 ?? '', ipset: ipset ?? '' });
}
