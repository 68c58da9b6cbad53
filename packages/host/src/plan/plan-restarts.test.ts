import { describe, expect, test } from 'vitest';
import { asDesired, desired, planned } from '../../test/host-as-desired.ts';
import { type Desired, type Observed, planHost } from '../index.ts';

const two = desired('  public: { vmid: 65 }\n  db: { vmid: 61, state: stopped }');

describe('a guest whose memory is kept', () => {
  const before = desired('  public: { vmid: 65 }');
  const after = desired('  public: { vmid: 65, memory: 1 GiB }');

  /** @param now as its definition says */
  async function saved(now: Desired): Promise<Observed> {
    const [then, { domains, ...rest }] = [await asDesired(before), await asDesired(now)];
    const kept = { managedSave: true, snapshots: [], checkpoints: [], ...savedAs(then) };
    return {
      ...rest,
      domains: domains.map(({ running, ...domain }) => ({ ...domain, active: false, kept })),
    };
  }
  const savedAs = ({ domains: [domain] }: Observed) => (domain ? { saved: domain.definition } : {});
  const waits =
    'restart: public starts from its kept memory with what it had then, and has this only after a restart; ' +
    'memory 524288 -> 1048576; currentMemory 524288 -> 1048576';

  test('starts with what it had, and has a change only after a restart', async () => {
    expect(planned(after, await saved(before))).toEqual([
      'define public: next boot; memory 524288 -> 1048576; currentMemory 524288 -> 1048576',
      'start public: live',
      waits,
    ]);
    // Also when its definition has the change already.
    const { steps, waiting } = planHost(after, await saved(after));
    expect(steps.map(({ title }) => title)).toEqual(['start from its kept memory']);
    expect(waiting).toMatchObject([{ kind: 'restart', in: 'kept memory' }]);
    const { steps: restarts } = planHost(after, await saved(after), { restart: true });
    expect(restarts.map(({ id }) => id).sort()).toEqual(['restart public', 'start public']);
    expect(restarts.find(({ id }) => id === 'restart public')?.after).toContain('start public');
  });

  test('has nothing to wait for when nothing has changed', async () => {
    expect(planned(before, await saved(before))).toEqual(['start public: live']);
  });

  test('has nothing to wait for in what libvirt fills in while a guest runs', async () => {
    const observed = await saved(before);
    const domains = observed.domains.map((domain) => ({ ...domain, kept: withChains(domain) }));
    expect(planned(before, { ...observed, domains })).toEqual(['start public: live']);
  });

  const withChains = ({ kept }: Observed['domains'][number]) => {
    const { devices, ...rest } = kept?.saved ?? raise();
    const disk = (devices?.disk ?? []).map((each) => ({ ...each, backingStore: {} }));
    return { ...(kept ?? raise()), saved: { ...rest, devices: { ...devices, disk } } };
  };
  const raise = (): never => {
    throw new Error('its memory is not kept');
  };
});

describe('guests that change their VMIDs with each other', () => {
  const before = desired('  web: { vmid: 65 }\n  db: { vmid: 61 }\n  mail: { vmid: 70 }');
  const swapped = desired('  web: { vmid: 61 }\n  db: { vmid: 65 }\n  mail: { vmid: 70 }');

  test('are all shut down before the first of them starts', async () => {
    const { steps } = planHost(swapped, await asDesired(before), { restart: true });
    const after = (id: string) => steps.find((step) => step.id === id)?.after;
    for (const id of ['start web', 'start db'])
      expect(after(id)).toEqual(expect.arrayContaining(['stop web', 'stop db']));
    for (const id of ['stop web', 'stop db']) expect(after(id)).toContain(id.replace('stop', 'define'));
    expect(steps.filter(({ action }) => action.kind === 'restart')).toEqual([]);
  });

  test('one that takes what was that of a guest which restarts starts after it', async () => {
    const now = desired('  web: { vmid: 66 }\n  db: { vmid: 65 }\n  mail: { vmid: 70, memory: 1 GiB }');
    const observed = await asDesired(before);
    const domains = observed.domains.map(({ running, ...domain }) =>
      domain.name === 'db' ? { ...domain, active: false } : { ...domain, ...(running && { running }) },
    );
    const { steps, waiting } = planHost(now, { ...observed, domains }, { restart: true });
    expect(steps.find(({ id }) => id === 'start db')?.after).toContain('restart web');
    expect(waiting.filter(({ kind }) => kind === 'blocked')).toEqual([]);
    expect(planned(now, { ...observed, domains })).toContain(
      'blocked: db cannot start: web runs and has the interface tun65',
    );
  });

  test('one that needs what another keeps runs on', async () => {
    const observed = await asDesired(before);
    const domains = observed.domains.map((domain) =>
      domain.name === 'db' ? { ...domain, name: 'foreign', uuid: 'x' } : domain,
    );
    const now = desired('  web: { vmid: 61 }\n  mail: { vmid: 70 }');
    const lines = planned(now, { ...observed, domains }, { restart: true });
    expect(lines).toContain('blocked: web cannot restart: foreign runs and has the interface tun61');
    expect(lines.filter((line) => /^(re)?st(art|op) web/.test(line))).toEqual([]);
  });
});

test('a restart and a stop name the domain that was there, by its UUID', async () => {
  const observed = await asDesired(two);
  const uuid = observed.domains.find(({ name }) => name === 'public')?.uuid;
  const bigger = desired('  public: { vmid: 65, memory: 1 GiB }\n  db: { vmid: 61, state: stopped }');
  expect(planHost(bigger, observed, { restart: true }).steps.map(({ action }) => action)).toContainEqual(
    expect.objectContaining({ kind: 'restart', uuid }),
  );
  const off = desired('  public: { vmid: 65, state: stopped }\n  db: { vmid: 61, state: stopped }');
  expect(planHost(off, observed).steps.map(({ action }) => action)).toContainEqual(
    expect.objectContaining({ kind: 'stop', uuid }),
  );
});
