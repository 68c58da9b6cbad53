import { expect, test } from 'vitest';
import { asDesired, desired, planned } from '../../test/host-as-desired.ts';
import type { Observed } from '../index.ts';
import { planSharedDisks } from './plan-shared-disks.ts';

const disk = (source: string, more = '') =>
  `<disk type='block'><source dev='${source}'/><target dev='vdx' bus='virtio'/>${more}</disk>`;
const two = (source: string, { more = '', thief = '', web = '' } = {}) =>
  desired(
    `  web: { vmid: 65${web} }\n  thief: { vmid: 66${thief}, xml: "<domain><devices>${disk(source, more)}</devices></domain>" }`,
  );
const off = (observed: Observed, ...names: string[]): Observed => ({
  ...observed,
  domains: observed.domains.map(({ running, ...domain }) =>
    names.includes(domain.name) || running === undefined ? { ...domain, active: false } : { ...domain, running },
  ),
});
const what = (verb: string, runs: string) =>
  `thief ${verb} /dev/vg/web.root as a disk, and that is a disk of web${runs}`;

test("a guest with another's disk does not start while that runs, or is to run; one of both is told where both run", async () => {
  const both = two('/dev/vg/web.root');
  const observed = await asDesired(both);
  expect(planned(both, observed)).toEqual([`differs: ${what('runs with', ', which runs')}`]);
  expect(planned(both, off(observed, 'thief'))).toEqual([`blocked: ${what('has', ', which runs')}`]);
  expect(planned(both, off(observed, 'thief', 'web'))).toEqual(['start web: live', `blocked: ${what('has', '')}`]);
  expect(planned(both, off(observed, 'web'))).toEqual([
    `differs: ${what('runs with', '')}`,
    `blocked: ${what('runs with', '')}`,
  ]);
});

test('where one of them is to stay off it is only told', async () => {
  const thief = two('/dev/vg/web.root', { thief: ', state: stopped' });
  expect(planned(thief, await asDesired(thief))).toEqual([`differs: ${what('has', ', which runs')}`]);
  const web = two('/dev/vg/web.root', { web: ', state: stopped' });
  expect(planned(web, off(await asDesired(web), 'thief'))).toEqual([
    'start thief: live',
    `differs: ${what('has', '')}`,
  ]);
});

test.each(['<readonly/>', '<shareable/>'])('a disk that is %s is meant so', async (more) => {
  const both = two('/dev/vg/web.root', { more });
  expect(planSharedDisks(both, await asDesired(both))).toEqual([]);
});

test.each(['/dev//vg/web.root', '/dev/vg/../vg/web.root', '/dev/mapper/vg-web.root', '/run/link'])(
  'however the disk is spelled: %s',
  async (source) => {
    const both = two(source);
    const places = new Map([['/run/link', '/dev/vg/web.root']]);
    const found = planSharedDisks(both, { ...off(await asDesired(both), 'thief'), places });
    expect(found).toMatchObject([{ guest: 'thief', kind: 'blocked' }]);
    expect(found[0]?.what).toContain('/dev/vg/web.root');
  },
);

test('a volume of a pool of libvirt is one by its name', async () => {
  const pool = `<disk type='volume'><source pool='p' volume='web.root'/><target dev='vdx'/></disk>`;
  const both = desired(
    `  web: { vmid: 65 }\n  thief: { vmid: 66, xml: "<domain><devices>${pool}</devices></domain>" }`,
  );
  const found = planSharedDisks(both, off(await asDesired(both), 'thief'));
  expect(found).toMatchObject([{ guest: 'thief', kind: 'blocked', what: expect.stringContaining('/dev/vg/web.root') }]);
});

test('a disk that is no volume of either belongs to the first', async () => {
  const xml = `xml: "<domain><devices>${disk('/dev/sdb')}</devices></domain>"`;
  const both = desired(`  a: { vmid: 65, ${xml} }\n  b: { vmid: 66, ${xml} }`);
  expect(planSharedDisks(both, off(await asDesired(both), 'b'))).toMatchObject([{ guest: 'b', kind: 'blocked' }]);
});

test('a disk that somebody attached to a running guest keeps its owner from starting', async () => {
  const both = desired('  web: { vmid: 65 }\n  thief: { vmid: 66 }');
  const running = (await asDesired(two('/dev/vg/web.root'))).domains.find(({ name }) => name === 'thief')?.running;
  const { domains, ...observed } = off(await asDesired(both), 'web');
  const now = domains.map((domain) => (domain.name === 'thief' && running ? { ...domain, running } : domain));
  expect(planSharedDisks(both, { ...observed, domains: now })).toMatchObject([
    { guest: 'thief', kind: 'differs' },
    { guest: 'web', kind: 'blocked' },
  ]);
});
