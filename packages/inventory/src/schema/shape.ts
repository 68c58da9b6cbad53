import type * as z from 'zod/mini';
import type { Finding, InventoryPath, LateFinding } from '../problem.ts';
import { describe, quote } from '../quote.ts';
import { closest } from '../suggest.ts';
import type { KeyOrValue } from '../yaml/places.ts';
import { diskKeyNames } from './disk.ts';
import { defaultsSchema, guestSchema } from './guest.ts';
import { hostSchema, rangesSchema } from './host.ts';
import { type InventoryFile, inventorySchema } from './inventory.ts';
import { forwardSchema, natSchema, policyRowSchema } from './policy.ts';
import { exportSchema, SHARED_KEYS, sharedSchema } from './shared.ts';

/** Told of each mistake with the path it is about. */
export type Report = (
  path: InventoryPath,
  finding: LateFinding & { readonly related?: readonly InventoryPath[] },
  of?: KeyOrValue,
) => void;

/** The file as far as it is right: what {@link readShape} reported is undefined in it. */
export type Draft<T = InventoryFile> = T extends readonly (infer Item)[]
  ? readonly Draft<Item>[]
  : T extends string | number | boolean
    ? T
    : { readonly [K in keyof T]?: Draft<T[K]> | undefined };

type Issue = z.core.$ZodIssue;

const KEYS: { readonly [section: string]: readonly string[] } = {
  host: Object.keys(hostSchema.shape),
  ranges: Object.keys(rangesSchema.shape),
  defaults: Object.keys(defaultsSchema.shape),
  guests: Object.keys(guestSchema.shape),
  policy: Object.keys(policyRowSchema.shape),
  nat: Object.keys(natSchema.shape),
  shared: Object.keys(sharedSchema.shape),
};
const TOP_KEYS = Object.keys(inventorySchema.shape);
const AUTOSTART_KEYS = ['order', 'delay'];
const FORWARD_KEYS = Object.keys(forwardSchema.shape);
const EXPORT_KEYS = Object.keys(exportSchema.shape);

/** How a section is called whose keys are those of its items. */
const ITEMS: { readonly [section: string]: string } = { guests: 'a guest', policy: 'a row of policy' };

function keysAt(path: InventoryPath): readonly string[] {
  if (path.length === 0) return TOP_KEYS;
  if (path.at(-2) === 'forwards') return FORWARD_KEYS;
  if (path.at(-2) === 'disks') return diskKeyNames;
  if (path[0] === 'shared' && path.length === 2) return SHARED_KEYS[String(path[1])] ?? [];
  if (path[0] === 'shared' && path.at(-2) === 'exports') return EXPORT_KEYS;
  return path.at(-1) === 'autostart' ? AUTOSTART_KEYS : (KEYS[String(path[0])] ?? []);
}

function valueAt(value: unknown, path: InventoryPath): unknown {
  let found = value;
  for (const step of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Object.getOwnPropertyDescriptor(found, step)?.value;
  }
  return found;
}

const unknownKey = (path: InventoryPath, key: string): LateFinding => ({
  code: 'unknown-key',
  message: `There is no key ${quote(key)} here.`,
  remedy: () => whereItBelongs(path, key),
});

function whereItBelongs(path: InventoryPath, key: string): string {
  const known = keysAt(path);
  const meant = closest(key, known);
  if (meant !== undefined) return `Did you mean ${meant}?`;
  const home = TOP_KEYS.includes(key)
    ? 'the top of the file'
    : Object.keys(KEYS).find((each) => KEYS[each]?.includes(key));
  const where = home === undefined ? undefined : (ITEMS[home] ?? home);
  return where === undefined ? `The keys here are ${known.join(', ')}.` : `It belongs to ${where}.`;
}

function missingKey(key: string, expected: string): Finding {
  return { code: 'missing-key', message: `The key ${key} is missing.`, remedy: `Add \`${key}:\` with ${expected}.` };
}

/** What is wrong with a value of the wrong type, or with a number or word that is not among the right ones. */
function wrongValue(value: unknown, issue: Issue): Finding {
  const expected = issue.message;
  if (value === null) {
    const message = `There is no value; ${expected} is wanted.`;
    return { code: 'no-value', message, remedy: 'Write one after the colon, or remove the line.' };
  }
  const message = `${describe(value)} is not ${expected}.`;
  const code = issue.code === 'too_small' || issue.code === 'too_big' ? 'out-of-range' : 'wrong-type';
  const text = typeof value === 'string' ? value : '';
  if (/^\d+(?:\.0*)?$/.test(text)) {
    return { code, message, remedy: `Write the number plainly, without quotes and leading zeros: ${Number(text)}.` };
  }
  if (issue.code === 'invalid_value') {
    const meant = closest(text, issue.values.map(String));
    return { code: 'unknown-value', message, remedy: meant ? `Did you mean ${meant}?` : `Write ${expected}.` };
  }
  const yes = /^(?:y|yes|on)$/i.test(text);
  if (yes || /^(?:n|no|off)$/i.test(text)) return { code, message, remedy: `Write ${yes} if that was meant.` };
  return { code, message, remedy: `Write ${expected}.` };
}

/** The issues of the alternative that was probably meant: the one of the value's own type. */
function issuesOf(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const wrongType = (each: Issue) => each.code === 'invalid_type' && each.path.length === 0;
  const meant = issue.errors.find((alternative) => !alternative.some(wrongType));
  return meant?.flatMap((each) => issuesOf({ ...each, path: [...issue.path, ...each.path] })) ?? [issue];
}

function reportIssue(value: unknown, issue: Issue, report: Report): readonly InventoryPath[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) report([...path, key], unknownKey(path, key), 'key');
    return issue.keys.map((key) => [...path, key]);
  }
  if (issue.code === 'custom') {
    const { code, remedy } = issue.params ?? {};
    report(path, { code: String(code), message: issue.message, remedy: String(remedy) });
    return [path];
  }
  if (path.length === 0 && value === null) {
    const remedy = 'Begin with `host:`, and under it `name:` and `address:`.';
    report(path, { code: 'empty-file', message: 'The file has no keys.', remedy });
    return [path];
  }
  const wrong = valueAt(value, path);
  const key = path.at(-1);
  if (wrong === undefined && key !== undefined) report(path, missingKey(String(key), issue.message));
  else report(path, wrongValue(wrong, issue));
  return [path];
}

/** Takes a value away and leaves its key; an item of a list takes its list with it, a key of an item does not. */
function prune(value: unknown, path: InventoryPath): void {
  let parent = value;
  for (const [index, step] of path.entries()) {
    if (typeof parent !== 'object' || parent === null) return;
    const child = valueAt(parent, [step]);
    const isItsList = Array.isArray(child) && index === path.length - 2;
    if (index === path.length - 1 || isItsList) {
      Reflect.set(parent, step, undefined);
      return;
    }
    parent = child;
  }
}

/**
 * Reports what is wrong with the file's keys and with each value by itself.
 *
 * @param value the file's values; what is wrong is taken out of it.
 * @returns what is left, and the paths of what was taken out.
 */
export function readShape(
  value: unknown,
  report: Report,
): { readonly draft: Draft; readonly wrong: readonly InventoryPath[] } {
  const { error } = inventorySchema.safeParse(value);
  if (error === undefined) return { draft: value as InventoryFile, wrong: [] };
  const wrong = error.issues.flatMap(issuesOf).flatMap((issue) => reportIssue(value, issue, report));
  if (wrong.some((path) => path.length === 0)) return { draft: {}, wrong };
  for (const path of wrong) prune(value, path);
  return { draft: value as Draft, wrong };
}
