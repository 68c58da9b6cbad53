import { type Edges, noEdges } from './mentions.ts';
import type { PolicyAction } from './model.ts';
import type { Packet } from './packet.ts';

/**
 * What of a packet a test reads: who sends it and the way in; the way out and who gets it; protocol, port and type; its
 * connection's state and the time.
 */
export type Part = 'source' | 'destination' | 'content' | 'moment';

export interface Test {
  readonly reads: ReadonlySet<Part>;
  readonly edges: Edges;
  matches(packet: Packet): boolean;
  /** What is left of the test once a part of packets, which it reads, is as in this one. The same object for the same answer. */
  narrowed(part: Part, packet: Packet): Test | boolean;
}

/** Other steps, which come to an end of their own. */
interface Call<By> {
  /**
   * How it goes on: after a `jump` with the next step, unless these decide; after a `goto` it does not. An `accept` in a
   * `hook` ends that alone, and the hooks after it are asked as well.
   */
  readonly kind: 'jump' | 'goto' | 'hook';
  readonly steps: readonly Step<By>[];
}

/** Of a packet that all tests match, the outcome. */
export interface Step<By> {
  readonly tests: readonly Test[];
  readonly outcome: PolicyAction | 'return' | Call<By>;
  readonly by: By;
}

export interface Decision<By> {
  readonly action: PolicyAction;
  readonly by: By;
}

/** A test of one part. */
export function testOf(part: Part, matches: (packet: Packet) => boolean, edges: Edges = noEdges()): Test {
  return { reads: new Set([part]), edges, matches, narrowed: (_, packet) => matches(packet) };
}

/** What becomes of a packet; undefined when it comes to the end. */
export function runSteps<By>(steps: readonly Step<By>[], packet: Packet): Decision<By> | undefined {
  let accepted: Decision<By> | undefined;
  for (const { tests, outcome, by } of steps) {
    if (!tests.every((test) => test.matches(packet))) continue;
    if (outcome === 'return') break;
    if (typeof outcome === 'string') return { action: outcome, by };
    const decision = runSteps(outcome.steps, packet);
    if (outcome.kind === 'hook' && decision?.action === 'accept') accepted = decision;
    else if (decision !== undefined || outcome.kind === 'goto') return decision;
  }
  return accepted;
}

/** Whether the steps after it are never reached. */
export const isFinal = <By>({ tests, outcome }: Step<By>): boolean =>
  tests.length === 0 && (typeof outcome === 'string' || outcome.kind === 'goto');

/** The same with the steps of jumps in their place, where they come to no end of their own: a step is then asked by itself. */
export function inlined<By>(steps: readonly Step<By>[]): readonly Step<By>[] {
  return steps.flatMap((step): readonly Step<By>[] => {
    const { tests, outcome, by } = step;
    if (typeof outcome === 'string') return [step];
    const inner = inlined(outcome.steps);
    if (outcome.kind !== 'jump' || inner.some(endsAlone)) return [{ tests, outcome: { ...outcome, steps: inner }, by }];
    return inner.map((each) => ({ ...each, tests: [...tests, ...each.tests] }));
  });
}

const endsAlone = ({ outcome }: Step<unknown>): boolean =>
  outcome === 'return' || (typeof outcome !== 'string' && outcome.kind === 'goto');

/** Steps that are left for packets of which one part is as in this one. The same object when they do not read that part. */
export function narrow<By>(steps: readonly Step<By>[], part: Part, packet: Packet): readonly Step<By>[] {
  if (!partsOf(steps).has(part)) return steps;
  const left: Step<By>[] = [];
  for (const step of steps) {
    const narrowed = narrowStep(step, part, packet);
    if (narrowed !== undefined) left.push(narrowed);
    if (narrowed !== undefined && isFinal(narrowed)) break;
  }
  return left;
}

/** One step of {@link narrow}; undefined when it matches no such packet. */
export function narrowStep<By>(step: Step<By>, part: Part, packet: Packet): Step<By> | undefined {
  const tests: Test[] = [];
  for (const test of step.tests) {
    const left = test.reads.has(part) ? test.narrowed(part, packet) : test;
    if (left === false) return undefined;
    if (left !== true) tests.push(left);
  }
  const { outcome, by } = step;
  if (typeof outcome === 'string') return { tests, outcome, by };
  return simplified({ tests, outcome: { ...outcome, steps: narrow(outcome.steps, part, packet) }, by });
}

/** A call that does one thing, whatever the packet, is that thing. */
function simplified<By>(step: Step<By> & { readonly outcome: Call<By> }): Step<By> | undefined {
  const { tests, outcome } = step;
  const [first] = outcome.steps;
  const action = first === undefined ? 'return' : isFinal(first) ? first.outcome : undefined;
  if (typeof action !== 'string') return step;
  const isVoid = outcome.kind === 'hook' ? action === 'return' || action === 'accept' : action === 'return';
  if (!isVoid) return { tests, outcome: action, by: first?.by ?? step.by };
  return outcome.kind === 'goto' ? { tests, outcome: 'return', by: step.by } : undefined;
}

const parts = new WeakMap<readonly Step<unknown>[], ReadonlySet<Part>>();

/** All that a packet is read for. */
function partsOf(steps: readonly Step<unknown>[]): ReadonlySet<Part> {
  const known = parts.get(steps);
  if (known !== undefined) return known;
  const found = new Set<Part>();
  for (const { tests, outcome } of steps) {
    for (const { reads } of tests) for (const part of reads) found.add(part);
    if (typeof outcome !== 'string') for (const part of partsOf(outcome.steps)) found.add(part);
  }
  parts.set(steps, found);
  return found;
}

/** A number for each of several things, from 0: the same for the same. */
export class Numbers<Thing> {
  readonly #numbers = new Map<Thing, number>();

  of(thing: Thing): number {
    const known = this.#numbers.get(thing) ?? this.#numbers.size;
    this.#numbers.set(thing, known);
    return known;
  }
}

/** Numbers for steps: the same for those that do the same. */
export class StepNumbers {
  readonly #tests = new Numbers<Test>();
  readonly #steps = new Numbers<string>();
  readonly #lists = new Numbers<string>();
  readonly #known = new WeakMap<readonly Step<unknown>[], number>();

  of(steps: readonly Step<unknown>[]): number {
    const number = this.#known.get(steps) ?? this.#lists.of(steps.map((step) => this.ofStep(step)).join());
    this.#known.set(steps, number);
    return number;
  }

  ofStep({ tests, outcome }: Step<unknown>): number {
    const matches = tests.map((test) => this.#tests.of(test)).join();
    const then = typeof outcome === 'string' ? outcome : `${outcome.kind} ${this.of(outcome.steps)}`;
    return this.#steps.of(`${matches} ${then}`);
  }
}
