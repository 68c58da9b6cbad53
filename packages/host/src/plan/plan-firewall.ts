import type { Desired } from '../desired/desired.ts';
import { firewallFiles } from '../desired/host-files.ts';
import { othersDrops } from '../doctor/others-drops.ts';
import type { LeftFirewall, Observed } from '../observed.ts';
import { planFiles } from './plan-files.ts';
import type { PlanPart, StepChange, Waiting } from './step.ts';

const loadFirewall = 'load firewall';

/** More rules than a person reads in a plan. */
const mostRules = 12;

/**
 * The kernel's rules, and then the files they are loaded from at boot, which the first step writes as well: whatever ends an apply
 * between the two, the host does not start with other rules than it has.
 *
 * @param elsewhere running guests that have addresses or taps that the policy does not give them
 */
export function planFirewall(desired: Desired, observed: Observed, elsewhere: readonly string[]): PlanPart {
  const rules = planRules(desired, observed, elsewhere);
  const files = planFiles(firewallFiles(desired), observed);
  const after = rules.steps.map(({ id }) => id);
  return {
    steps: [...rules.steps, ...files.steps.map((step) => ({ ...step, after: [...after, ...step.after] }))],
    waiting: [
      ...rules.waiting,
      ...files.waiting,
      ...cutOffByOthers(desired, observed),
      ...(desired.policy ? [] : leftOver(observed.leftFirewall)),
    ],
  };
}

/** Without its rules guests are open to all, which a line that is lost in a file must not do. */
function leftOver(left: LeftFirewall | undefined): Waiting[] {
  if (left === undefined) return [];
  const where = [
    ...(left.isLoaded ? ['in the kernel'] : []),
    ...(left.startsWithHost ? ['what the host starts with'] : []),
  ];
  return [
    {
      kind: 'removed',
      in: 'firewall',
      what: `the inventory has no policy any more, and the last one is still ${where.join(' and ')}`,
      remedy:
        'Write `policy` again (`policy: []` closes all). To open the guests to all, take it away on the host: `/etc/kvm/barrier off`, ' +
        '`systemctl disable kvm-firewall`, `nft delete table inet kvm` or the chains KVM-* of iptables, and then the files ' +
        '/etc/kvm/barrier, /etc/kvm/firewall.* and /etc/systemd/system/kvm-firewall.service.',
      changes: [],
    },
  ];
}

/** Tables of others are theirs to change, also when no guest hears of anybody because of them. */
const cutOffByOthers = ({ policy }: Desired, { firewall }: Observed): Waiting[] =>
  othersDrops(policy, firewall?.dropping ?? [])
    .filter(({ isBad }) => isBad)
    .map(({ what, remedy }) => ({ kind: 'differs', in: 'firewall', what, remedy, changes: [] }));

function planRules({ policy, inventory }: Desired, { firewall }: Observed, elsewhere: readonly string[]): PlanPart {
  if (policy === undefined || firewall === undefined) return { steps: [], waiting: [] };
  const { foreign, missing } = firewall;
  const isNew = foreign.length === 0 && missing.some((line) => /^(table |:KVM-FORWARD )/.test(line));
  const changes = isNew
    ? []
    : [
        ...foreign.map((before): StepChange => ({ what: 'rule', before })),
        ...missing.map((after): StepChange => ({ what: 'rule', after })),
      ];
  if (changes.length === 0 && !isNew) return { steps: [], waiting: [] };
  const left = changes.length - mostRules;
  const cutOff = elsewhere.map((guest): StepChange => ({ what: 'cuts off until its restart', after: guest }));
  const step = {
    id: loadFirewall,
    sign: isNew ? '+' : '~',
    title: 'load the firewall',
    effect: elsewhere.length > 0 ? 'restart' : 'live',
    changes: [
      ...cutOff,
      ...(left > 0 ? [...changes.slice(0, mostRules), { what: `and ${left} more rules` }] : changes),
    ],
    reason: isNew ? 'the kernel has none of its rules' : 'the kernel has other rules than the policy table',
    after: [],
    action: { kind: 'load firewall', policy, backEnd: inventory.host.firewall },
  } as const;
  return { steps: [step], waiting: [] };
}
