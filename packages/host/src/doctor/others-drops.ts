import type { ForeignDrop, ResolvedPolicy } from '@kvm/firewall';

/** What rules of others drop or divert, whatever our policy opens. */
export interface OthersDrop {
  /** Whether nothing gets through, where our policy opens something, or a rule means guests; else only what a rule matches. */
  readonly isBad: boolean;
  /** A sentence without a full stop. */
  readonly what: string;
  readonly remedy: string;
}

export const othersDrops = (policy: ResolvedPolicy | undefined, dropping: readonly ForeignDrop[]): OthersDrop[] => {
  const opensHost = policy?.rows.some(({ scope, action }) => scope === 'input' && action === 'accept') ?? false;
  return dropping.map(({ hook, all, ofGuest, message }) => ({
    isBad: ofGuest || (all && hook !== 'output' && (hook !== 'input' || opensHost)),
    what: `${message}, ${subjects[hook]}, whatever our policy says`,
    remedy:
      hook === 'forward' && all ? acceptTaps : 'Let that rule leave tun* and what rows open alone, or take it out.',
  }));
};

const acceptTaps =
  'Accept tun* there first, as source and destination; for Docker: iptables -I DOCKER-USER -i tun+ -j ACCEPT, and -o tun+; else stop it.';

const subjects: Record<ForeignDrop['hook'], string> = {
  ingress: 'of what comes in at an interface',
  egress: 'of what leaves by an interface',
  arp: 'of the questions by which the host and guests find each other',
  bridge: 'of what bridges carry',
  prerouting: 'of all that comes in',
  input: 'of what comes to the host',
  forward: 'of what is forwarded',
  output: 'of what the host sends',
  postrouting: 'of all that leaves',
};
