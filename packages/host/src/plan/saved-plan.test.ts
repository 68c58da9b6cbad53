import { expect, test } from 'vitest';
import { asDesired, desired } from '../../test/host-as-desired.ts';
import type { Observed } from '../observed.ts';
import { planHost } from './plan.ts';
import { comparePlans, isSavedPlan, parseSavedPlan, renderSavedPlan, savePlan } from './saved-plan.ts';
import type { PlanOptions } from './step.ts';

const digest = (text: string): string => `digest of ${text}`;
const before = desired('  web: { vmid: 65 }\n  db: { vmid: 61 }');
const after = desired('  web: { vmid: 65, memory: 1 GiB }\n  db: { vmid: 61 }');

const kept = (what: typeof before, observed: Observed, options: PlanOptions = {}, by = digest) =>
  savePlan({ plan: planHost(what, observed, options), desired: what, options }, by);

test('a plan that is written and read is the same one', async () => {
  const plan = kept(after, await asDesired(before), { restart: true, adopt: ['vg/x'] });
  const read = parseSavedPlan(renderSavedPlan(plan));
  expect(read.options).toEqual({ restart: true, adopt: ['vg/x'] });
  expect(read.steps.map(({ id }) => id)).toEqual(['define web', 'restart web']);
  expect(comparePlans(read, plan)).toEqual([]);
});

test('one for another inventory, and one for a host that moved on, are told apart step by step', async () => {
  const host = await asDesired(before);
  const plan = kept(after, host);
  const larger = desired('  web: { vmid: 65, memory: 2 GiB }\n  db: { vmid: 61 }');
  expect(comparePlans(plan, kept(larger, host))).toMatchObject([
    { kind: 'changed', changes: [] },
    {
      kind: 'changed',
      what: 'define web',
      changes: expect.arrayContaining([expect.objectContaining({ what: 'memory' })]),
    },
    { kind: 'changed', what: expect.stringContaining('web runs on') },
  ]);
  const domains = host.domains.map(({ running, ...each }) => ({
    ...each,
    active: false,
    ...(each.name === 'web' && { running }),
    ...(each.name === 'web' && { active: true }),
  }));
  expect(comparePlans(plan, kept(after, { ...host, domains }))).toMatchObject([{ kind: 'more', what: 'start db' }]);
  expect(comparePlans(plan, kept(after, await asDesired(after)))).toMatchObject([
    { kind: 'gone', what: 'define web' },
    { kind: 'gone', what: expect.stringContaining('web runs on') },
  ]);
});

test('what a step is done with counts, also where its words are the same', async () => {
  const host = await asDesired(before);
  const files = new Map(
    [...host.files].map(([path, file]) => [path, path === '/etc/kvm/tun-start' ? { kind: 'absent' as const } : file]),
  );
  const [step] = planHost(before, { ...host, files }).steps;
  if (step?.action.kind !== 'write file') throw new Error('it is not written');
  const other = { ...step, action: { ...step.action, file: { ...step.action.file, content: 'exit 0\n' } } };
  const save = (each: typeof step) =>
    savePlan({ plan: { steps: [each], waiting: [] }, desired: before, options: {} }, digest);
  expect(comparePlans(save(step), save(step))).toEqual([]);
  expect(comparePlans(save(step), save(other))).toEqual([
    { kind: 'changed', what: 'write /etc/kvm/tun-start', changes: [] },
  ]);
});

test('a comment of the inventory changes nothing, also where rows of the policy move', async () => {
  const rows = 'policy:\n  - { from: web, to: db, service: ssh }';
  const [one, other] = ['', '# Words.\n'].map((comment) =>
    desired('  web: { vmid: 65 }\n  db: { vmid: 61 }', comment + rows),
  );
  if (!one || !other) throw new Error('there are none');
  const host = { ...(await asDesired(one)), firewall: { foreign: [], missing: ['table inet kvm {'] } };
  expect(kept(one, host).steps.map(({ id }) => id)).toContain('load firewall');
  expect(comparePlans(kept(one, host), kept(other, host))).toEqual([]);
});

test('no password is in its file, nor in what it has a digest of', async () => {
  const secret = desired(
    "  web: { vmid: 65, memory: 1 GiB, xml: \"<domain><devices><graphics type='vnc' passwd='geheim'/></devices></domain>\" }",
  );
  const digested: string[] = [];
  const host = { ...(await asDesired(before)), domains: [] };
  const text = renderSavedPlan(
    kept(secret, host, {}, (each) => {
      digested.push(each);
      return 'x';
    }),
  );
  expect(JSON.stringify(secret.guests)).toContain('geheim');
  const spice = desired(
    "  web: { vmid: 65, xml: \"<domain><devices><graphics type='spice' passwd='geheim'/></devices></domain>\" }",
  );
  const changed = kept(spice, await asDesired(desired('  web: { vmid: 65 }')));
  expect(changed.steps.map(({ id }) => id)).toContain('define web');
  expect(renderSavedPlan(changed)).not.toContain('geheim');
  expect(text + digested.join('')).not.toContain('geheim');
});

test.each([
  ['nothing', '', 'is no plan'],
  ['an inventory', 'guests: {}', 'is no plan'],
  ['a number', '7', 'is no plan'],
  ['another JSON file', '{"steps":[]}', 'is no plan'],
  ['a later version', '{"kvmctl-plan":2}', 'another version'],
  ['one without steps', '{"kvmctl-plan":1,"inventory":"x","options":{},"waiting":[]}', 'somebody has changed it'],
  [
    'options that are none',
    '{"kvmctl-plan":1,"inventory":"x","options":{"adopt":"all"},"steps":[],"waiting":[]}',
    'somebody has changed it',
  ],
  [
    'a step without words',
    '{"kvmctl-plan":1,"inventory":"x","options":{},"steps":[{"id":{}}],"waiting":[]}',
    'somebody has changed it',
  ],
])('%s is refused', (_, text, message) => {
  expect(() => parseSavedPlan(text)).toThrow(
    expect.objectContaining({ code: 'bad-plan', message: expect.stringContaining(message) }),
  );
});

test('one that was cut off anywhere is refused', async () => {
  const text = renderSavedPlan(kept(after, await asDesired(before)));
  for (let length = 0; length < text.length - 1; length += 1) {
    const part = text.slice(0, length);
    expect(() => parseSavedPlan(part), part).toThrow(expect.objectContaining({ code: 'bad-plan' }));
  }
  expect(isSavedPlan(text.slice(0, 40))).toBe(true);
});
