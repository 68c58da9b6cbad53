import { expect, test } from 'vitest';
import { seedPolicy, seedZones } from '../test/policies.ts';
import { narrowReachability, type ReachQuestion } from './narrow-reachability.ts';
import { reachability } from './reachability.ts';
import { renderReachability } from './render-reachability.ts';
import { resolvePolicy } from './resolve.ts';

const context = { policy: resolvePolicy(seedPolicy, seedZones), zones: seedZones };
const whole = reachability(context.policy, 0);
const narrowed = (question: ReachQuestion) => narrowReachability(whole, context, question);
const lines = (question: ReachQuestion): string[] => renderReachability(narrowed(question)).split('\n').slice(0, -1);

test('nothing asked leaves the matrix as it is', () => expect(narrowed({})).toEqual(whole));

test('by source and destination, of which a group is its guests', () => {
  const [first, second] = whole.cells;
  if (!first || !second) throw new Error('nothing is open');
  expect(narrowed({ from: [first.from], to: [first.to] }).cells).toEqual([first]);
  expect(new Set(narrowed({ to: ['guests'] }).cells.map(({ to }) => to))).toEqual(
    new Set(whole.cells.map(({ to }) => to).filter((to) => seedZones.guests.some(({ name }) => name === to))),
  );
});

test('by service: only its ports, wherever more is open', () => {
  const [from, to] = ['lan', seedZones.guests[0]?.name ?? ''];
  expect(lines({ from: [from], to: [to], services: ['ssh'] })).toEqual([`${from} -> ${to}: tcp/22`]);
  expect(lines({ from: [from], to: [to], services: ['tcp/20-30'] })).toEqual([`${from} -> ${to}: tcp/22`]);
  expect(lines({ from: [from], to: [to], services: ['tcp/23-30'] })).toEqual([]);
  expect(narrowed({ services: ['any'] }).cells).toEqual(whole.cells);
});

test.each<[ReachQuestion, string]>([
  [{ from: ['lann'] }, 'Did you mean lan?'],
  [{ to: ['', 'lan'] }, 'There is no zone ""'],
  [{ services: ['shh'] }, 'Did you mean ssh?'],
])('%j is refused', (question, message) => {
  expect(() => narrowed(question)).toThrow(
    expect.objectContaining({ code: 'invalid-question', message: expect.stringContaining(message) }),
  );
});

test('where all is open, a service is open as itself alone', () => {
  const rows = [{ from: 'lan', to: 'guests', services: ['any'], action: 'accept' as const }];
  const policy = resolvePolicy({ rows }, seedZones);
  const open = (service: string) =>
    renderReachability(
      narrowReachability(
        reachability(policy, 0),
        { policy, zones: seedZones },
        { from: ['lan'], to: [seedZones.guests[0]?.name ?? ''], services: [service] },
      ),
    );
  expect(open('ssh')).toMatch(/: tcp\/22\n$/);
  expect(open('gre')).toMatch(/: gre\n$/);
});
