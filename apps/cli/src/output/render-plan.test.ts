import type { Plan, Step, Waiting } from '@kvm/host';
import { expect, test } from 'vitest';
import { plain } from './paint.ts';
import { detailedExitCode, planJson, summarisePlan } from './plan-summary.ts';
import { renderPlan } from './render-plan.ts';

const resume = (guest: string): Step => ({
  ...{ id: `resume ${guest}`, guest, sign: '>', title: 'let it run on', effect: 'live', changes: [] },
  ...{ reason: 'somebody has paused it', after: [] },
  action: { kind: 'resume', guest, uuid: '9b2f6a34-5d0c-4e57-8a61-6f2f0c9d4b65' },
});
const waits = (kind: Waiting['kind']): Waiting => ({
  guest: 'web',
  kind,
  what: `${kind}.`,
  remedy: 'Mend it.',
  changes: [],
});
const nothing = { steps: [], waiting: [] };

test('what is left out is counted, and what needs it is named', () => {
  const plan: Plan = {
    ...nothing,
    leftOut: {
      steps: [resume('a'), resume('b')],
      waiting: [waits('restart')],
      dependents: [{ step: resume('c'), needs: 'load firewall' }],
    },
  };
  expect(renderPlan(plan, { paint: plain })).toEqual([
    'left out',
    '  2 steps, 1 left alone: a, b, web',
    '  ! not done: resume c, which needs what is left out: load firewall',
  ]);
  expect(summarisePlan(plan)).toBe('nothing to do; 4 left out');
  expect(planJson(plan)).toMatchObject({ leftOut: { dependents: [{ id: 'resume c', needs: 'load firewall' }] } });
});

test.each([
  ['nothing', nothing, 0],
  ['something to do', { ...nothing, steps: [resume('web')], waiting: [waits('blocked')] }, 2],
  ['something blocked', { ...nothing, waiting: [waits('restart'), waits('blocked')] }, 3],
  ['something to decide', { ...nothing, waiting: [waits('differs')] }, 3],
  ['a guest that is removed', { ...nothing, waiting: [waits('removed')] }, 3],
  ['a restart', { ...nothing, waiting: [waits('restart')] }, 4],
  ['something left out', { ...nothing, leftOut: { steps: [resume('web')], waiting: [], dependents: [] } }, 4],
  ['nothing left out', { ...nothing, leftOut: { steps: [], waiting: [], dependents: [] } }, 0],
] as const)('--detailed-exitcode: %s', (_, plan, code) => {
  expect(detailedExitCode(plan)).toBe(code);
});
