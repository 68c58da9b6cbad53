/** What carries the policy out. Both give the same verdicts; a host uses one. */
export type BackEnd = 'nft' | 'iptables';

export const backEnds: readonly BackEnd[] = ['nft', 'iptables'];
