import type { Plan, Step, Waiting } from '@kvm/host';
import { expect, test } from 'vitest';
import { cellWidth } from './cell-width.ts';
import { plain } from './paint.ts';
import { renderPlan } from './render-plan.ts';

const uuid = '9b2f6a34-5d0c-4e57-8a61-6f2f0c9d4b65';
const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `g${index + 1}`);
const memory = { what: 'memory', before: '96 MiB', after: '112 MiB', follows: ['memory'] };
const changes = [{ what: 'memory', before: '98304', after: '114688', effect: 'next boot' }] as const;

const define = (guest: string): Step => ({
  ...{ id: `define ${guest}`, guest, sign: '~', title: 'change the definition', effect: 'next boot', changes },
  ...{ causes: [memory], reason: 'the inventory says otherwise', after: [] },
  action: { kind: 'autostart', guest, uuid, on: true },
});
const create = (guest: string): Step => ({
  ...{ id: `create vg/${guest}.root`, guest, sign: '+', title: `create vg/${guest}.root`, effect: 'live' },
  ...{ changes: [], reason: 'it is not there', after: [] },
  action: { kind: 'autostart', guest, uuid, on: true },
});
const restart = (guest: string): Waiting => ({
  ...{ guest, kind: 'restart', what: `${guest} runs on, and has this only after a restart`, changes, causes: [memory] },
  remedy: 'Restart it.',
});
/** As a step that changes the definition: the plan shows a change of it once, though other steps have it, too. */
const defined = (step: Step): Step => ({
  ...step,
  action: { kind: 'define', domain: { '@type': 'kvm', name: 'web', memory: 1, os: { type: 'hvm' } }, replaces: [] },
});
const render = (plan: Plan, view = {}) => renderPlan(plan, { paint: plain, ...view });

test('what is the same for several guests is one line, and the rest is by guest', () => {
  const guests = names(47);
  const steps = [...guests.map(define), ...guests.slice(0, 2).map(create)].map(defined);
  expect(render({ steps, waiting: guests.map(restart) })).toEqual([
    'several guests',
    '  ~ memory 96 -> 112 MiB: 47 guests (g1, g2, g3, g4, g5 and 42 more)  next boot',
    '',
    'g1',
    '  + create vg/g1.root',
    '',
    'g2',
    '  + create vg/g2.root',
    '',
    'left alone',
    '  ! GUEST runs on, and has this only after a restart: 47 guests (g1, g2, g3, g4, g5 and 42 more)',
    '      Restart it.',
  ]);
});

test('names of guests that are words of the plan, or of patterns, fold like others', () => {
  const guests = ['create', 'vg', 'a.b', 'root'];
  const lines = render({ steps: [...guests, 'g1'].map(create), waiting: [] });
  // Their own steps have their names in other places, and each is told with its name.
  for (const guest of guests) expect(lines.join('\n')).toContain(guest);
  expect(lines.join('\n')).not.toContain('undefined');
});

test('a difference is told once, in the words of the inventory', () => {
  const lines = render({ steps: [defined(define('web'))], waiting: [restart('web')] });
  expect(lines).toEqual([
    'web',
    '  ~ change the definition  next boot',
    '      memory 96 -> 112 MiB',
    '',
    'left alone',
    '  ! web runs on, and has this only after a restart',
    '      Restart it.',
  ]);
});

test.each([
  [80, 24],
  [120, 40],
  [20, 8],
])('a long plan fits a terminal of %i x %i, the gravest first', (width, height) => {
  const wipe: Step = { ...create('last'), title: 'remove vg/last.root', effect: 'destroys data' };
  const each = names(300).map(
    (guest, index): Step => ({
      ...create(guest),
      title: `grow vg/${guest}.root by ${index} GiB, a long title with many words`,
    }),
  );
  const lines = render({ steps: [...each, wipe], waiting: [restart('g1')] }, { screen: { width, height } });
  expect(lines.length).toBeLessThanOrEqual(height - 4);
  for (const line of lines) expect(cellWidth(line)).toBeLessThanOrEqual(width);
  expect(lines[0]).toContain('last');
  expect(lines.at(-1)).toContain('All of it: --why');
});

test('--why tells all of it, and all of one guest', () => {
  const plan = { steps: names(100).map(define).map(defined), waiting: [restart('g7')] };
  const screen = { width: 80, height: 24 };
  expect(render(plan, { screen, why: true })[2]).toContain('because the inventory says otherwise');
  expect(render(plan, { screen, why: 'g7' })).toEqual([
    'g7',
    '  ~ change the definition  next boot',
    '      because the inventory says otherwise',
    '      memory 96 -> 112 MiB',
    '',
    'left alone',
    '  ! g7 runs on, and has this only after a restart',
    '      Restart it.',
  ]);
  expect(render(plan, { why: 'g777' })).toEqual([]);
});
