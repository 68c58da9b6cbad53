import type { Plan, Step } from '../../plan/step.ts';
import type { HostClients } from '../access/host-clients.ts';
import { execute } from './execute.ts';

/** What became of a step. */
export type StepOutcome =
  | { readonly step: Step; readonly outcome: 'started' | 'done' }
  | { readonly step: Step; readonly outcome: 'failed'; readonly error: unknown };

export interface ApplyOptions {
  /** Told of every step as it begins and as it ends. */
  readonly report?: (outcome: StepOutcome) => void;
  /** No further step begins once it is aborted; those under way are finished. */
  readonly signal?: AbortSignal;
}

/** Every step of a plan is in one of the three. */
export interface Applied {
  readonly done: readonly Step[];
  readonly failed: readonly { readonly step: Step; readonly error: unknown }[];
  /** Not begun: they need a step that failed, or the apply was ended before. */
  readonly left: readonly Step[];
}

/** More would only wait for each other in libvirtd, which works on five calls at a time. */
const atOnce = 4;

/**
 * Carries out a plan: steps that do not need each other side by side. When one fails, what needs it is left, and the rest is
 * done; to go on, plan and apply again.
 */
export async function applyPlan(plan: Plan, clients: HostClients, options: ApplyOptions = {}): Promise<Applied> {
  const { report = () => undefined, signal } = options;
  const done: Step[] = [];
  const failed: { step: Step; error: unknown }[] = [];
  let waiting = [...plan.steps];
  const running = new Map<string, Promise<void>>();

  async function carryOut(step: Step): Promise<void> {
    report({ step, outcome: 'started' });
    try {
      await execute(step.action, clients);
      done.push(step);
      report({ step, outcome: 'done' });
    } catch (error) {
      failed.push({ step, error });
      report({ step, outcome: 'failed', error });
    }
    running.delete(step.id);
  }

  for (;;) {
    const finished = new Set(done.map(({ id }) => id));
    const over = new Set([...finished, ...givenUp(failed, waiting)]);
    const ready = waiting.filter(
      ({ after, behind = [] }) => after.every((id) => finished.has(id)) && behind.every((id) => over.has(id)),
    );
    const begin = signal?.aborted ? [] : ready.slice(0, atOnce - running.size);
    waiting = waiting.filter((step) => !begin.includes(step));
    for (const step of begin) running.set(step.id, carryOut(step));
    if (running.size === 0) return { done, failed, left: waiting };
    await Promise.race(running.values());
  }
}

/** Those that failed, and those that can never begin because they need them. */
function givenUp(failed: readonly { readonly step: Step }[], waiting: readonly Step[]): ReadonlySet<string> {
  const lost = new Set(failed.map(({ step }) => step.id));
  if (lost.size === 0) return lost;
  for (let before = 0; before < lost.size; ) {
    before = lost.size;
    for (const { id, after } of waiting) if (after.some((each) => lost.has(each))) lost.add(id);
  }
  return lost;
}
