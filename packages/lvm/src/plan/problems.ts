import { LvmError, type LvmErrorCode, type VolumeProblem } from '../errors.ts';

/** Gathers what is wrong, so that it is told at once. */
export class Problems {
  readonly #list: VolumeProblem[] = [];

  add(code: LvmErrorCode, where: string, [message, remedy]: readonly [message: string, remedy: string]): void {
    this.#list.push({ code, where, message, remedy });
  }

  /** As {@link throwIfAny}, and a single problem with its own code. */
  throwAny(): void {
    const [only, ...others] = this.#list;
    if (only !== undefined && others.length === 0)
      throw new LvmError(only.code, `${only.where}: ${only.message}`, { remedy: only.remedy });
    this.throwIfAny();
  }

  /** @throws LvmError `plan-refused` when there is any */
  throwIfAny(): void {
    if (this.#list.length === 0) return;
    const lines = this.#list.map(({ where, message, remedy }) => `${where}: ${message} ${remedy}`);
    throw new LvmError('plan-refused', lines.join('\n'), { remedy: 'Nothing has been done.', problems: this.#list });
  }
}
