import { expect, test } from 'vitest';
import type { Step } from '../../plan/step.ts';
import { accessHere } from '../access/access.ts';
import { runner } from '../access/runner.ts';
import { applyPlan } from './apply.ts';

const step = (id: string, ...after: string[]): Step => ({
  id,
  sign: '>',
  title: id,
  effect: 'live',
  changes: [],
  reason: 'a test',
  after,
  action: { kind: 'run', command: ['true'] },
});

const plan = { steps: [step('one'), step('beside'), step('two', 'one'), step('three', 'two')], waiting: [] };

test('once it is aborted no further step begins; those under way are finished, and the others are left', async () => {
  const controller = new AbortController();
  const told: string[] = [];
  const applied = await applyPlan(
    plan,
    { run: runner(accessHere()), connection: undefined as never },
    {
      signal: controller.signal,
      report: ({ step: { id }, outcome }) => {
        told.push(`${id} ${outcome}`);
        if (outcome === 'started' && id === 'beside') controller.abort();
      },
    },
  );
  expect(applied.done.map(({ id }) => id).sort()).toEqual(['beside', 'one']);
  expect(applied.left.map(({ id }) => id)).toEqual(['two', 'three']);
  expect(told.filter((each) => each.endsWith('started')).sort()).toEqual(['beside started', 'one started']);
});

test('a step that only stands behind another is done also when that fails, or can never be done', async () => {
  const fails: Step = { ...step('fails'), action: { kind: 'run', command: ['false'] } };
  const steps = [
    fails,
    step('lost', 'fails'),
    step('lost, too', 'lost'),
    { ...step('next'), behind: ['fails', 'lost, too'] },
    { ...step('last'), behind: ['next'] },
  ];
  const applied = await applyPlan(
    { steps, waiting: [] },
    { run: runner(accessHere()), connection: undefined as never },
  );
  expect(applied.done.map(({ id }) => id)).toEqual(['next', 'last']);
  expect(applied.left.map(({ id }) => id)).toEqual(['lost', 'lost, too']);
});
