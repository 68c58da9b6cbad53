import type { EditKind, Expected } from './edit-kind.ts';
import type { HostState } from './host-state.ts';
import { linesOf, type PlanJson, untruths } from './label-truth.ts';
import type { Random } from './random.ts';
import type { SoakedHost } from './soaked-host.ts';

/** What was tried, and what was wrong with it. */
export interface Tried {
  readonly what: string;
  readonly wrong: readonly string[];
}

/** Edits of the file of a host, one after the other, each of which is carried out and held against what it has done. */
export class EditedHost {
  readonly #host: SoakedHost;
  readonly #random: Random;
  /** The host as it was looked at last; undefined once something has been done to it since. */
  #seen: HostState | undefined;
  /** What the last plan left alone, and the next one says again. */
  #known: readonly string[] = [];

  constructor(host: SoakedHost, random: Random) {
    this.#host = host;
    this.#random = random;
  }

  /** @returns undefined for an edit that the file has no place for */
  async try({ what, make }: EditKind): Promise<Tried | undefined> {
    const was = structuredClone(this.#host.model);
    const expected = make(this.#host.model, this.#random);
    if (expected === undefined) {
      this.#host.model = was;
      return undefined;
    }
    const { wrong, left } = await this.#carryOut(expected);
    const isToGoBack = expected.refused ?? expected.back ?? false;
    if (isToGoBack) wrong.push(...(await this.#goBack(was)));
    const lines = linesOf(left === undefined || isToGoBack ? await this.#host.plan() : left);
    wrong.push(...this.#unexpected(lines, expected).map((line) => `at the end: ${line}`));
    this.#known = lines;
    return { what, wrong };
  }

  readonly #unexpected = (lines: readonly string[], { leaves }: Expected): string[] =>
    lines.filter((line) => !this.#known.includes(line) && !leaves?.test(line));

  async #goBack(model: SoakedHost['model']): Promise<string[]> {
    this.#host.model = model;
    this.#seen = undefined;
    const wrong = await this.#host.mustRun('apply', '--yes');
    await this.#host.restartWaiting(await this.#host.plan());
    return wrong;
  }

  /** Carries out what the file says now. @returns what was wrong, and the last plan where it still holds */
  async #carryOut(expected: Expected): Promise<{ wrong: string[]; left?: PlanJson }> {
    const before = this.#seen ?? (await this.#host.look());
    const plan = await this.#host.plan();
    const says = linesOf(plan).filter((line) => !this.#known.includes(line));
    const wrong = differences(says, expected);
    if (expected.refused && plan.steps.length > 0) return { wrong };
    const left = await this.#apply(plan, wrong);
    const after = await this.#host.look();
    this.#seen = after;
    wrong.push(...untruths({ plan, left, before, after }));
    wrong.push(
      ...this.#unexpected(linesOf(left), expected)
        .filter((line) => !says.includes(line))
        .map((line) => `new afterwards: ${line}`),
    );
    const isRestarted = await this.#host.restartWaiting(left);
    if (expected.afterwards) wrong.push(...(await this.#host.mustRun(...expected.afterwards)));
    if (!isRestarted && !expected.afterwards) return { wrong, left };
    this.#seen = undefined;
    return { wrong };
  }

  async #apply({ waiting }: PlanJson, wrong: string[]): Promise<PlanJson> {
    const { exitCode, stderr } = await this.#host.kvmctl('apply', '--yes');
    const isBlocked = waiting.some(({ kind }) => kind === 'blocked');
    if (exitCode !== (isBlocked ? 1 : 0)) wrong.push(`apply ended with ${exitCode}: ${stderr}`);
    return this.#host.plan();
  }
}

function differences(says: readonly string[], expected: Expected): string[] {
  const left = [...says];
  const missing = expected.says.filter((each) => {
    const at = left.findIndex((line) => (typeof each === 'string' ? line === each : each.test(line)));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  // What else would be done of what is refused is not of interest.
  const more = expected.refused ? [] : left;
  return [...missing.map((each) => `the plan lacks: ${each}`), ...more.map((line) => `the plan has: ${line}`)];
}
