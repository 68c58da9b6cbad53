import { expect, test } from 'vitest';
import { asListed } from '../test/as-listed.ts';
import { seedPolicy, seedZones } from '../test/policies.ts';
import { behindBarrier, diffReachability, reachability, resolvePolicy } from './index.ts';

const seed = resolvePolicy(seedPolicy, seedZones);
const guests = new Set(seed.guests.map(({ name }) => name));

/** Of rules of which some lines are gone: what is open, to guests and from them. */
const open = (without?: RegExp) => {
  const reach = reachability(seed, 0, behindBarrier(asListed(seed, without), seed.guestNetworks.taps));
  const among = (end: 'from' | 'to') =>
    reach.cells.filter(({ from, to }) => guests.has(end === 'to' ? to : from) && from !== 'host').length;
  return { reach, to: among('to'), from: among('from') };
};

test('with all rules, the barrier changes nothing', () => {
  expect(diffReachability(reachability(seed, 0), open().reach)).toEqual({ opens: [], closes: [] });
});

test('without the rules that mark, nothing goes to a guest, nor comes from one', () => {
  expect(open(/KVM-FORWARD/).to).toBe(0);
  expect(open(/KVM-FORWARD/).from).toBeGreaterThan(0);
  expect(open(/^-A (KVM-SPOOF|PREROUTING|KVM-RAW)|^-I PREROUTING/).from).toBe(0);
});
