import { deriveDesired } from '@kvm/host';
import { parseInventory } from '@kvm/inventory';
import { expect, test } from 'vitest';
import { smallInventory } from '../../test/captured-run.ts';
import { assertWhy } from './plan-options.ts';

test('--why takes guests of the inventory and of the plan, and no file that stands behind it', () => {
  const desired = deriveDesired(parseInventory(smallInventory));
  const removed = { guest: 'old', kind: 'removed', what: 'It runs.', remedy: 'Stop it.', changes: [] } as const;
  for (const why of [undefined, true, 'db', 'host', 'old'])
    expect(() => assertWhy(why, { steps: [], waiting: [removed] }, desired)).not.toThrow();
  expect(() => assertWhy('monday.plan', { steps: [], waiting: [removed] }, desired)).toThrow(
    expect.objectContaining({ code: 'no-such-guest' }),
  );
});
