import { BOOT_UNIT } from '@kvm/firewall';
import { closest } from '@kvm/inventory';
import type { Desired } from '../desired/desired.ts';
import { firewallFiles } from '../desired/host-files.ts';
import { HostError } from '../errors.ts';
import type { Plan, PlanOptions, Step, StepAction, Waiting } from './step.ts';

/** Kinds of steps, by which a plan is narrowed. */
export const stepKinds = ['firewall', 'files', 'network', 'disks', 'definitions', 'power'] as const;
type StepKind = (typeof stepKinds)[number];

const kinds: Record<StepAction['kind'], StepKind> = {
  'write file': 'files',
  link: 'files',
  run: 'files',
  unit: 'files',
  'load firewall': 'firewall',
  'set up tap': 'network',
  volume: 'disks',
  'resize disk': 'disks',
  'attach disk': 'disks',
  define: 'definitions',
  undefine: 'definitions',
  autostart: 'definitions',
  'set memory': 'definitions',
  start: 'power',
  resume: 'power',
  stop: 'power',
  restart: 'power',
};

const places: Record<NonNullable<Waiting['in']>, StepKind> = {
  'running guest': 'power',
  'kept memory': 'power',
  definition: 'definitions',
  network: 'network',
  units: 'files',
  firewall: 'firewall',
  file: 'files',
};

/** What a word of `--target` or `--exclude` stands for. */
type Scope = (of: { readonly guest?: string | undefined; readonly kind: StepKind | undefined }) => boolean;

/**
 * Finds what words stand for: a guest, a group of guests, `host` for all that concerns no single guest, else a kind of steps.
 *
 * @throws HostError `no-such-target`
 */
function findScopes(words: readonly string[], { inventory }: Desired): readonly Scope[] {
  const guests = new Set(inventory.guests.map(({ name }) => name));
  const groups = new Map(inventory.groups.map((group) => [group.name, new Set(group.guests)]));
  return words.map((word) => {
    if (guests.has(word)) return ({ guest }) => guest === word;
    const group = groups.get(word);
    if (group) return ({ guest }) => guest !== undefined && group.has(guest);
    if (word === 'host') return ({ guest }) => guest === undefined;
    const found = stepKinds.find((each) => each === word);
    if (found) return ({ kind }) => kind === found;
    const meant = closest(word, ['host', ...stepKinds, ...groups.keys(), ...guests]);
    const remedy = meant ? `Did you mean ${meant}?` : `There are guests, groups, host, ${stepKinds.join(', ')}.`;
    throw new HostError(
      'no-such-target',
      `there is nothing called ${word} that a plan could be narrowed to. ${remedy}`,
    );
  });
}

/** @throws HostError `no-such-target` when a plan cannot be narrowed so */
export function assertScope({ target = [], exclude = [] }: PlanOptions, desired: Desired): void {
  findScopes([...target, ...exclude], desired);
}

/**
 * The plan without what a person leaves out: only what `target` names, without what `exclude` names. What needs a step that is left
 * out is not done either.
 */
export function narrowPlan(plan: Plan, desired: Desired, { target, exclude = [] }: PlanOptions): Plan {
  if (target === undefined && exclude.length === 0) return plan;
  const [targets, excluded] = [target && findScopes(target, desired), findScopes(exclude, desired)];
  const isChosen: Scope = (of) => (targets?.some((is) => is(of)) ?? true) && !excluded.some((is) => is(of));
  const ofFirewall = new Set(firewallFiles(desired).map(({ path }) => path));
  const kindOf = ({ action }: Step): StepKind => {
    const isFirewall =
      (action.kind === 'write file' && ofFirewall.has(action.file.path)) ||
      (action.kind === 'unit' && action.unit === BOOT_UNIT);
    return isFirewall ? 'firewall' : kinds[action.kind];
  };
  const isStepChosen = (step: Step): boolean => isChosen({ guest: step.guest, kind: kindOf(step) });
  const isLeft = ({ guest, kind, in: place }: Waiting): boolean =>
    isChosen({ guest, kind: place ? places[place] : kind === 'restart' ? 'power' : undefined });
  const out = new Set(plan.steps.filter((step) => !isStepChosen(step)).map(({ id }) => id));
  const needs = whatNeeds(plan.steps, out);
  const steps = plan.steps.filter(({ id }) => !out.has(id) && !needs.has(id));
  const ids = new Set(steps.map(({ id }) => id));
  return {
    steps: steps.map((step) => (step.behind ? { ...step, behind: step.behind.filter((id) => ids.has(id)) } : step)),
    waiting: plan.waiting.filter(isLeft),
    leftOut: {
      steps: plan.steps.filter(({ id }) => out.has(id)),
      waiting: plan.waiting.filter((each) => !isLeft(each)),
      dependents: plan.steps.flatMap((step) => {
        const cause = needs.get(step.id);
        return cause === undefined ? [] : [{ step, needs: cause }];
      }),
    },
  };
}

/** Steps that cannot be done without one that is left out, each with that one's id. */
function whatNeeds(steps: readonly Step[], out: ReadonlySet<string>): ReadonlyMap<string, string> {
  const together = inseparable(steps);
  const needs = new Map<string, string>();
  for (let before = -1; before < needs.size; ) {
    before = needs.size;
    for (const { id, after } of steps) {
      if (out.has(id) || needs.has(id)) continue;
      const cause = [...after, ...(together.get(id) ?? [])].find((each) => out.has(each) || needs.has(each));
      if (cause !== undefined) needs.set(id, needs.get(cause) ?? cause);
    }
  }
  return needs;
}

/**
 * Ids of steps that would leave a guest worse without later ones: shut down to be started again, or with a definition that names
 * a volume by the name that it had.
 */
function inseparable(steps: readonly Step[]): ReadonlyMap<string, readonly string[]> {
  const later = new Map<string, string[]>();
  for (const { id, guest, action } of steps)
    if (guest !== undefined && (action.kind === 'start' || action.kind === 'define'))
      later.set(`${action.kind} ${guest}`, [id]);
  return new Map(
    steps.flatMap(({ id, guest = '', action }): [string, readonly string[]][] => {
      if (action.kind === 'stop') return [[id, later.get(`start ${guest}`) ?? []]];
      if (action.kind === 'volume' && action.step.action === 'rename')
        return [[id, later.get(`define ${guest}`) ?? []]];
      return [];
    }),
  );
}
