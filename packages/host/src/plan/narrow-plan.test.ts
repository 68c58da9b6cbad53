import { describe, expect, test } from 'vitest';
import { asDesired, desired } from '../../test/host-as-desired.ts';
import { planHost } from './plan.ts';
import type { PlanOptions } from './step.ts';

const guests = `
  web: { vmid: 65 }
  db: { vmid: 61 }
  mail: { vmid: 70 }
groups: { front: [web, mail] }`;
const policy = 'policy:\n  - { from: web, to: db, service: ssh }';
const wanted = desired(guests, policy);

/** A host that has nothing of it, but its devices. */
async function planned(options: PlanOptions, what = wanted) {
  const host = await asDesired(what);
  const firewall = { foreign: [], missing: ['table inet kvm {'] };
  const plan = planHost(what, { ...host, domains: [], files: new Map(), taps: new Map(), firewall }, options);
  const { steps = [], dependents = [], waiting = [] } = plan.leftOut ?? {};
  return {
    plan,
    ids: plan.steps.map(({ id }) => id),
    left: steps.map(({ id }) => id),
    needs: dependents.map(({ step, needs }) => `${step.id}: ${needs}`),
    waiting,
  };
}

describe('a plan', () => {
  test('is whole without words', async () => {
    expect((await planned({})).plan.leftOut).toBeUndefined();
  });

  test('of a guest has its steps, and says which of them need others', async () => {
    const { ids, left, needs } = await planned({ target: ['web'] });
    expect(ids).toEqual(['define web', 'autostart web']);
    expect(needs).toEqual(['start web: write /etc/kvm/tun-start']);
    expect(left).toContain('define db');
    expect(left).toContain('load firewall');
  });

  test('of guests and the host starts them', async () => {
    const { ids, needs, left } = await planned({ target: ['front', 'host'] });
    expect(ids).toEqual(expect.arrayContaining(['define web', 'start web', 'start mail', 'load firewall']));
    expect({ needs, left }).toEqual({ needs: [], left: ['define db', 'autostart db', 'start db'] });
  });

  test('without a guest is for the others, whose start does not wait for it', async () => {
    const { ids, plan } = await planned({ exclude: ['db'] });
    expect(ids).not.toContain('define db');
    expect(ids).toEqual(expect.arrayContaining(['start web', 'start mail']));
    const known = new Set(ids);
    for (const { after, behind = [] } of plan.steps)
      for (const id of [...after, ...behind]) expect(known).toContain(id);
  });

  test.each([
    ['firewall', 'load firewall'],
    ['firewall', 'write /etc/kvm/firewall.nft'],
    ['files', 'write /etc/kvm/tun-start'],
    ['definitions', 'define web'],
    ['power', 'start web'],
  ])('of the kind %s has: %s', async (kind, id) => {
    const chosen = await planned({ target: [kind] });
    expect([...chosen.ids, ...chosen.needs.map((each) => each.split(':')[0])]).toContain(id);
    expect((await planned({ exclude: [kind] })).left).toContain(id);
  });

  test('without the firewall starts no guest', async () => {
    const { ids, needs } = await planned({ exclude: ['firewall'] });
    expect(ids.filter((id) => id.startsWith('start '))).toEqual([]);
    expect(needs).toContain('start web: load firewall');
  });

  test.each([
    ['webb', 'Did you mean web?'],
    ['frontt', 'Did you mean front?'],
    ['firewal', 'Did you mean firewall?'],
    ['', 'There are guests, groups, host, firewall, files'],
    ['__proto__', 'There are guests, groups, host'],
  ])('of what is not there (%s) is an error with a guess', async (word, guess) => {
    for (const options of [{ target: [word] }, { exclude: ['web', word] }])
      await expect(planned(options)).rejects.toMatchObject({
        code: 'no-such-target',
        message: expect.stringContaining(guess),
      });
  });
});

test('no guest is shut down that would not be started again', async () => {
  const before = desired('  web: { vmid: 65 }\n  db: { vmid: 61 }');
  const swapped = desired('  web: { vmid: 61 }\n  db: { vmid: 65 }');
  const host = await asDesired(before);
  const all = planHost(swapped, host, { restart: true });
  expect(all.steps.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['stop web', 'stop db', 'start web', 'start db']),
  );
  const { steps, leftOut } = planHost(swapped, host, { restart: true, exclude: ['web'] });
  expect(steps.map(({ id }) => id)).toEqual(['define db']);
  expect(leftOut?.dependents.map(({ step }) => step.id)).toEqual(['stop db', 'start db']);
});

test('what is left alone is told for what was asked for, and counted for the rest', async () => {
  const host = await asDesired(desired('  web: { vmid: 65 }\n  db: { vmid: 61 }'));
  const larger = desired('  web: { vmid: 65, memory: 1 GiB }\n  db: { vmid: 61, memory: 1 GiB }');
  const { waiting, leftOut } = planHost(larger, host, { target: ['web'] });
  expect(waiting.map(({ guest }) => guest)).toEqual(['web']);
  expect(leftOut?.waiting.map(({ guest }) => guest)).toEqual(['db']);
});
