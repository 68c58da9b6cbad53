import { domainData, parseXml } from '@kvm/domain-xml';
import { expect, test } from 'vitest';
import { metadataNamespace, type ObservedDomain, planDestroy } from '../index.ts';

const domainOf = (name: string, disks = '', state: Partial<ObservedDomain> = {}): ObservedDomain => {
  const definition = domainData(
    parseXml(`<domain type='kvm'><name>${name}</name>
      <metadata><k:guest xmlns:k='${metadataNamespace}' vmid='65'/></metadata><devices>${disks}</devices></domain>`),
  );
  const active = state.active ?? false;
  const rest = { uuid: `uuid-of-${name}`, paused: false, persistent: true, autostart: false };
  return { name, ...rest, active, definition, ...(active && { running: definition }), ...state };
};
const kept = { managedSave: false, snapshots: [], checkpoints: [] };

test.each<[string, Partial<ObservedDomain>, RegExp, RegExp]>([
  [
    'snapshots',
    { kept: { ...kept, snapshots: ['before', 'after'] } },
    /2 snapshots \(before, after\)/,
    /snapshot-delete/,
  ],
  ['checkpoints', { kept: { ...kept, checkpoints: ['monday'] } }, /1 checkpoint \(monday\)/, /checkpoint-delete/],
  ['a kept memory', { kept: { ...kept, managedSave: true } }, /memory of public is kept/, /managedsave-remove/],
  ['a backup under way', { jobs: ['backup of vda'] }, /at work on public: backup of vda/, /domjobabort/],
])('a guest with %s is not shut down to be destroyed: nothing is half done', (_, state, what, remedy) => {
  for (const active of [true, false]) {
    const domains = [domainOf('public', '', { ...state, active })];
    for (const volumes of [true, false]) {
      const plan = planDestroy('public', { domains }, { volumes });
      expect(plan.steps).toEqual([]);
      expect(plan.waiting).toEqual([
        expect.objectContaining({
          kind: 'blocked',
          what: expect.stringMatching(what),
          remedy: expect.stringMatching(remedy),
        }),
      ]);
    }
  }
});

test('a guest without any is shut down first, and undefined then', () => {
  const plan = planDestroy('public', { domains: [domainOf('public', '', { active: true })] });
  expect(plan.steps.map(({ id, after }) => [id, after])).toEqual([
    ['stop public', []],
    ['undefine public', ['stop public']],
  ]);
});

const overlay = (base: string) => `<disk type='file'><driver type='qcow2'/><source file='/srv/public.overlay'/>
  <backingStore type='block'><format type='raw'/><source dev='${base}'/><backingStore/></backingStore><target dev='vda'/></disk>`;

test('what a guest wrote into an overlay of its volume is not left behind; a golden image below it is no matter', () => {
  const blocked = planDestroy('public', { domains: [domainOf('public', overlay('/dev/vg/public.root'))] });
  expect(blocked.steps).toEqual([]);
  expect(blocked.waiting[0]?.remedy).toContain('virsh blockcommit public vda');
  const golden = planDestroy('public', { domains: [domainOf('public', overlay('/dev/vg/golden.root'))] });
  expect(golden.steps).toHaveLength(1);
});

test('volumes that another domain has, or an overlay of it, are not removed', () => {
  const volume = { vg: 'vg', name: 'public.root', bytes: 2 ** 30, tags: ['kvm:public/root'] };
  const storage = { groups: [], disks: [], volumes: [volume] } as never;
  for (const disks of [
    "<disk type='block'><source dev='/dev/mapper/vg-public.root'/><target dev='vdb'/></disk>",
    overlay('/dev/vg/public.root'),
  ]) {
    const domains = [domainOf('public'), domainOf('db', disks)];
    const plan = planDestroy('public', { domains, storage }, { volumes: true });
    expect(plan.steps).toEqual([]);
    expect(plan.waiting).toEqual([expect.objectContaining({ what: 'db has /dev/vg/public.root, too' })]);
    expect(planDestroy('public', { domains, storage }).steps).toHaveLength(1);
  }
});
