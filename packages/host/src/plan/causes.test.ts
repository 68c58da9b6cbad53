import { expect, test } from 'vitest';
import { asDesired, desired } from '../../test/host-as-desired.ts';
import { planHost } from './plan.ts';
import type { Cause } from './step.ts';

const words = ({ what, before, after }: Cause): string => [what, before, after].filter(Boolean).join(' ');

/** What the plan says of a guest's domain, from one inventory to the next, in the inventory's words. */
async function told(from: string, to: string, change = (host: Awaited<ReturnType<typeof asDesired>>) => host) {
  const [before, after] = [desired(from), desired(to)];
  const host = change(await asDesired(before));
  const volumes = new Set([...host.volumes, ...(await asDesired(after)).volumes]);
  const { steps, waiting } = planHost(after, { ...host, volumes });
  const step = steps.find(({ action }) => action.kind === 'define');
  const restart = waiting.find(({ kind }) => kind === 'restart');
  return { causes: (step?.causes ?? []).map(words), step, waits: (restart?.causes ?? []).map(words), steps };
}

test('a guest with another VMID: card, screen and gateway follow from it', async () => {
  const { causes, waits, step } = await told('  web: { vmid: 65 }', '  web: { vmid: 66 }');
  expect({ causes, waits }).toEqual({ causes: ['vmid 65 66'], waits: ['vmid 65 66'] });
  expect(step?.causes?.[0]?.follows).toEqual(step?.changes.map(({ what }) => what));
});

test.each([
  ['memory', 'memory: 96 MiB', 'memory: 112 MiB', ['memory 96 MiB 112 MiB']],
  ['memory in other units', 'memory: 512 MiB', 'memory: 1 GiB', ['memory 512 MiB 1 GiB']],
  ['processors', 'vcpus: 1', 'vcpus: 2', ['vcpus 1 2']],
  ['the command line', 'cmdline: a', 'cmdline: b', ['cmdline a b']],
  ['a disk more', 'disks: { root: 1 GiB }', 'disks: { root: 1 GiB, data: 2 GiB }', ['disks.data']],
  ['a disk less', 'disks: { root: 1 GiB, data: 2 GiB }', 'disks: { root: 1 GiB }', ['disks.data']],
])('%s', async (_, from, to, expected) => {
  const { causes } = await told(`  web: { vmid: 65, ${from} }`, `  web: { vmid: 65, ${to} }`);
  expect(causes).toEqual(expected);
});

test('what somebody changed by hand, and no key of the inventory has, follows from nothing', async () => {
  const { causes, step } = await told('  web: { vmid: 65 }', '  web: { vmid: 65 }', (host) => ({
    ...host,
    domains: host.domains.map((domain) => ({ ...domain, definition: { ...domain.definition, on_crash: 'restart' } })),
  }));
  expect(step?.changes.map(({ what }) => what)).toEqual(['on_crash']);
  expect(causes).toEqual([]);
});
