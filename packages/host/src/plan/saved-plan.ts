import type { Desired } from '../desired/desired.ts';
import { HostError } from '../errors.ts';
import type { Plan, PlanOptions, Step, StepAction, StepChange, StepEffect, Waiting } from './step.ts';

/** The form of the file. It goes up when an older kvmctl would take a plan for another than it is. */
const version = 1;
const kind = 'kvmctl-plan';

/** A step without what it is done with, of which the digest tells whether it is the same. */
interface SavedStep extends Omit<Step, 'action'> {
  readonly action: StepAction['kind'];
  readonly digest: string;
}

/** A plan as it was confirmed, kept to be compared with the one that is made when it is to be carried out. */
export interface SavedPlan {
  /** Of all that the inventory says; not of its comments. */
  readonly inventory: string;
  readonly options: PlanOptions;
  readonly steps: readonly SavedStep[];
  readonly waiting: readonly Waiting[];
}

/** Makes a short text of a long one, which another long one does not have: SHA-256 or the like. */
export type Digest = (text: string) => string;

export interface MadePlan {
  readonly plan: Plan;
  readonly desired: Desired;
  readonly options: PlanOptions;
}

/**
 * A plan as it is kept. What its steps are done with is left out: the files, the rules, the domains. A password of a screen,
 * which libvirt has and the inventory may have in raw XML, is not even in a digest, where it could be guessed.
 */
export function savePlan({ plan, desired, options }: MadePlan, digest: Digest): SavedPlan {
  const { inventory, guests } = desired;
  const said = {
    ...{ inventory: { ...inventory, guests: inventory.guests.map(({ xml, ...guest }) => guest) } },
    domains: guests.map(({ domain }) => domain),
  };
  return {
    inventory: digest(withoutSecrets(said)),
    options,
    steps: plan.steps.map(({ action, ...step }) => ({
      ...step,
      action: action.kind,
      digest: digest(withoutSecrets(action)),
    })),
    waiting: plan.waiting,
  };
}

/** Lines of the inventory are left out, too: a comment moves them, and changes nothing. */
const withoutSecrets = (value: object): string =>
  JSON.stringify(value, (key, each: unknown) =>
    key === 'line' || /passw|cookie|secret/i.test(key) ? undefined : plain(each),
  );

/** What JSON has no form for. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  return value instanceof Map || value instanceof Set ? [...value] : value;
}

/** The text of its file, of a line for each step. */
export function renderSavedPlan({ inventory, options, steps, waiting }: SavedPlan): string {
  const head = JSON.stringify({ [kind]: version, inventory, options });
  const list = (items: readonly object[]): string => items.map((each) => `\n${JSON.stringify(each)}`).join(',');
  return `${head.slice(0, -1)},\n"steps":[${list(steps)}],\n"waiting":[${list(waiting)}]}\n`;
}

/** Whether a text is a plan, of whatever version, and be it cut off. */
export const isSavedPlan = (text: string): boolean => text.startsWith(`{"${kind}":`);

/**
 * Reads the text of a plan's file.
 *
 * @throws HostError `bad-plan` when it is none, was cut off, or is of another version
 */
export function parseSavedPlan(text: string): SavedPlan {
  const file = record(parseJson(text));
  if (file?.[kind] === undefined) throw badPlan('is no plan. `kvmctl plan --out FILE` writes one');
  if (file[kind] !== version)
    throw badPlan(`is a plan of another version of kvmctl (its form is not ${version}). Plan again with this one`);
  const { inventory, options, steps, waiting } = file;
  const read = {
    inventory: typeof inventory === 'string' ? inventory : undefined,
    options: readOptions(options),
    steps: listOf(steps, isStep),
    waiting: listOf(waiting, isWaiting),
  };
  if (read.inventory === undefined || !read.options || !read.steps || !read.waiting)
    throw badPlan('is not a plan as kvmctl writes it: somebody has changed it. Plan again');
  return { inventory: read.inventory, options: read.options, steps: read.steps, waiting: read.waiting };
}

const badPlan = (what: string): HostError => new HostError('bad-plan', `${what}.`);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const what = isSavedPlan(text) ? 'is cut off. Plan again' : 'is no plan. `kvmctl plan --out FILE` writes one';
    throw new HostError('bad-plan', `${what}.`, { cause });
  }
}

type Fields = Readonly<Record<string, unknown>>;

const record = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;

const listOf = <Item>(value: unknown, is: (each: unknown) => each is Item): readonly Item[] | undefined =>
  Array.isArray(value) && value.every(is) ? value : undefined;

const isText = (value: unknown): value is string => typeof value === 'string';
const isTextOrNone = (value: unknown): value is string | undefined => value === undefined || isText(value);

const effects: Record<StepEffect, true> = { live: true, 'next boot': true, restart: true, 'destroys data': true };
const signs: Record<Step['sign'], true> = { '+': true, '~': true, '-': true, '>': true };
const kinds: Record<Waiting['kind'], true> = { restart: true, removed: true, blocked: true, differs: true };
const isOneOf = (words: object, value: unknown): boolean => isText(value) && Object.hasOwn(words, value);

function isChange(value: unknown): value is StepChange {
  const { what, before, after, effect } = record(value) ?? {};
  return (
    isText(what) && isTextOrNone(before) && isTextOrNone(after) && (effect === undefined || isOneOf(effects, effect))
  );
}

const isTexts = (value: unknown): boolean => listOf(value, isText) !== undefined;

function isStep(value: unknown): value is SavedStep {
  const step = record(value) ?? {};
  return (
    [step.id, step.title, step.reason, step.action, step.digest].every(isText) &&
    isTextOrNone(step.guest) &&
    isOneOf(signs, step.sign) &&
    isOneOf(effects, step.effect) &&
    listOf(step.changes, isChange) !== undefined &&
    isTexts(step.after)
  );
}

function isWaiting(value: unknown): value is Waiting {
  const { guest, kind: why, what, remedy, changes } = record(value) ?? {};
  return (
    isTextOrNone(guest) &&
    isOneOf(kinds, why) &&
    isText(what) &&
    isText(remedy) &&
    listOf(changes, isChange) !== undefined
  );
}

function readOptions(value: unknown): PlanOptions | undefined {
  const found = record(value);
  if (found === undefined) return undefined;
  const { restart, ...lists } = found;
  const names = ['target', 'exclude', 'adopt', 'confirm'];
  const isRight =
    (restart === undefined || restart === true) &&
    Object.entries(lists).every(([name, list]) => names.includes(name) && isTexts(list));
  return isRight ? found : undefined;
}

/** Where a plan that is made now is not the one that was kept. */
export interface PlanDifference {
  /** `more` it has what the kept one had not, `gone` the other way round, `changed` both have it, and not the same. */
  readonly kind: 'more' | 'gone' | 'changed';
  /** The step's id, or what is left alone; absent for the inventory as a whole. */
  readonly what?: string;
  /** What it was to be, and what it would be now, as far as words tell. */
  readonly changes: readonly StepChange[];
}

/** Compares what was confirmed with what would be done now; empty when that is the same. */
export function comparePlans(kept: SavedPlan, now: SavedPlan): readonly PlanDifference[] {
  return [
    ...(kept.inventory === now.inventory ? [] : [{ kind: 'changed' as const, changes: [] }]),
    ...compareBy(kept.steps, now.steps, ({ id }) => id),
    ...compareBy(kept.waiting, now.waiting, ({ guest = '', what }) =>
      what.includes(guest) ? what : `${guest}: ${what}`,
    ),
  ];
}

type Compared = Pick<Step, 'changes'> & { readonly effect?: StepEffect };

function compareBy<Item extends Compared>(
  kept: readonly Item[],
  now: readonly Item[],
  keyOf: (item: Item) => string,
): PlanDifference[] {
  const [old, current] = [kept, now].map((items) => new Map(items.map((item) => [keyOf(item), item])));
  return [
    ...[...(old ?? [])].flatMap(([what, before]): PlanDifference[] => {
      const after = current?.get(what);
      if (after === undefined) return [{ kind: 'gone', what, changes: [] }];
      return textOf(before) === textOf(after) ? [] : [{ kind: 'changed', what, changes: changesOf(before, after) }];
    }),
    ...[...(current ?? [])].flatMap(([what, { changes }]): PlanDifference[] =>
      old?.has(what) ? [] : [{ kind: 'more', what, changes }],
    ),
  ];
}

/** The same for what was written and read again, whatever the order of its fields. */
const textOf = (value: object): string =>
  JSON.stringify(value, (_, each: unknown) => {
    const fields = record(each);
    return fields ? Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))) : each;
  });

function changesOf(before: Compared, after: Compared): StepChange[] {
  const shown = ({ before: from, after: to }: StepChange): string => `${from ?? 'nothing'} -> ${to ?? 'nothing'}`;
  const [was, is] = [before, after].map(({ changes }) => new Map(changes.map((each) => [each.what, shown(each)])));
  const names = new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])]);
  return [
    ...(before.effect === after.effect ? [] : [{ what: 'effect', before: before.effect, after: after.effect }]),
    ...[...names].flatMap((what): StepChange[] =>
      was?.get(what) === is?.get(what) ? [] : [{ what, before: was?.get(what), after: is?.get(what) }],
    ),
  ];
}
