import { isFinal, type Step } from './steps.ts';

/** Steps in order. Lists that begin alike share their beginning, so that equal ones are one object. */
export class StepList {
  readonly #last: { readonly list: StepList; readonly step: Step<unknown>; readonly number: number } | undefined;
  #longer: Map<number, StepList> | undefined;

  constructor(last?: { list: StepList; step: Step<unknown>; number: number }) {
    this.#last = last;
  }

  /** Equal for lists of the same steps. */
  get name(): string {
    return this.#last === undefined ? '' : `${this.#last.list.name} ${this.#last.number}`;
  }

  /** With one step more, unless none is reached any more. @param number of the step: the same for those that do the same */
  with(step: Step<unknown>, number: number): StepList {
    if (this.#last !== undefined && isFinal(this.#last.step)) return this;
    this.#longer ??= new Map();
    const known = this.#longer.get(number) ?? new StepList({ list: this, step, number });
    this.#longer.set(number, known);
    return known;
  }

  steps(): readonly Step<unknown>[] {
    const steps: Step<unknown>[] = [];
    for (let last = this.#last; last !== undefined; last = last.list.#last) steps.push(last.step);
    return steps.reverse();
  }
}
