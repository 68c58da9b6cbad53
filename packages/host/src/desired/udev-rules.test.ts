import { parseInventory } from '@kvm/inventory';
import { expect, test } from 'vitest';
import { deriveDesired, type Observed, planHost } from '../index.ts';
import { hostFiles } from './host-files.ts';

const desired = deriveDesired(
  parseInventory(`host: { name: management, address: 192.168.100.1/24, vg: fast-vg }
guests: { web: { vmid: 61 }, db-2: { vmid: 62, template: none, xml: "<domain><os><type>hvm</type></os></domain>" } }
`),
);
const path = '/etc/udev/rules.d/57-kvm-guests.rules';

test("the rule names the volumes of every guest, of the host's group, and no other", () => {
  const content = hostFiles(desired).find((file) => file.path === path)?.content;
  expect(content?.match(/DM_(VG|LV)_NAME}.*"(?=,)/g)).toEqual([
    'DM_VG_NAME}!="fast-vg"',
    'DM_LV_NAME}=="web.*"',
    'DM_LV_NAME}=="db-2.*"',
  ]);
});

test('udev reads the rule once it is written, and not when it is there', () => {
  const observed = (files: Observed['files']): Observed => ({
    files,
    settings: new Map(),
    links: new Map(),
    domains: [],
    changedAt: new Map(),
    taps: new Map(),
    routes: [],
    volumes: new Set(),
  });
  const ids = (files: Observed['files']) =>
    planHost(desired, observed(files)).steps.flatMap(({ id, after }) => (id.includes('udev') ? [[id, after]] : []));
  expect(ids(new Map())).toEqual([
    [`write ${path}`, []],
    ['load udev rules', [`write ${path}`]],
  ]);
  const there = hostFiles(desired).map((file) => [file.path, { kind: 'file', ...file }] as const);
  expect(ids(new Map(there))).toEqual([]);
});
