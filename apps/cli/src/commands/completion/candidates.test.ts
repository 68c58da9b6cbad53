import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { capturedRun, smallInventory } from '../../../test/captured-run.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';

/** The words offered for `kvmctl <line>` with the cursor at its end. */
async function offered(line: string, files: Record<string, string> = { 'inventory.yaml': smallInventory }) {
  const cwd = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  const { stdout } = await capturedRun(['__complete', '--', ...line.split(' ')], { cwd });
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((each) => each.split('\t')[0]);
}

test.each([
  ['sche', ['schema']],
  ['in', ['init']],
  ['lab ', ['up', 'test', 'exec', 'down', 'vm']],
  ['-q --no-color lab t', ['test']],
  ['show --', ['--json', '--inventory', '--quiet', '--no-color', '--version', '--help']],
  ['render --d', ['--dry-run']],
  ['completion ', ['bash', 'zsh', 'fish']],
  ['routes --for n', ['networkd']],
  ['show ', ['db', 'public']],
  ['show p', ['public']],
  ['show public ', []],
  ['start public d', ['db']],
  ['console ', ['db', 'public']],
  ['lab exec ', ['management', 'hoge', 'db', 'public']],
  ['lab exec db -- s', []],
  ['lab up --guests ', ['db', 'public']],
  ['lab up --guests db,', ['db,public']],
  ['plan --target d', ['db', 'disks', 'definitions']],
  ['apply --exclude db,fi', ['db,firewall', 'db,files']],
  ['plan --confirm p', ['public']],
  ['firewall matrix --to public,h', ['public,hoge', 'public,host']],
  ['apply ', [':files']],
  ['plan --out ', [':files']],
  ['-i ', [':files']],
  ['init ', [':files']],
  ['xml validate a.xml ', [':files']],
  ['xml get ', [':files']],
  ['xml get a.xml /', [':files']],
  ['render --out ', [':folders']],
  ['frobnicate ', []],
])('kvmctl %s', async (line, expected) => {
  expect(await offered(line)).toEqual(expected);
});

test('the paths of the XML that the line names', async () => {
  const xml = `<domain type='kvm' xmlns:a='urn:a'><devices><disk type='file'/><disk/><rng/></devices></domain>`;
  expect(await offered('xml set guest.xml /domain/d', { 'guest.xml': xml })).toEqual([
    '/domain/devices',
    '/domain/devices/disk[1]',
    '/domain/devices/disk[1]/@type',
    '/domain/devices/disk[2]',
    '/domain/devices/rng',
  ]);
  expect(await offered('xml get guest.xml b.xml /domain/@', { 'guest.xml': xml })).toEqual(['/domain/@type']);
  expect(await offered('xml get guest.xml /domain/', { 'guest.xml': '<domain>' })).toEqual([]);
});

test('the names of the inventory that the line names', async () => {
  const files = { 'other.yaml': smallInventory.replace('public', 'other') };
  expect(await offered('show -i other.yaml ', files)).toEqual(['db', 'other']);
  expect(await offered('-i other.yaml show o', files)).toEqual(['other']);
  const grouped = { 'inventory.yaml': `${smallInventory}groups: { front: [public] }\n` };
  expect(await offered('plan --target fr', grouped)).toEqual(['front']);
});

test('nothing, where there is no inventory that could be read', async () => {
  expect(await offered('show ', {})).toEqual([]);
  expect(await offered('-i - show ', {})).toEqual([]);
  expect(await offered('show ', { 'inventory.yaml': ':' })).toEqual([]);
});

test('a word that a shell or a terminal would take otherwise is not offered', async () => {
  const xml = '<domain><a\u200cb/><plain/></domain>';
  expect(await offered('xml set guest.xml /domain/', { 'guest.xml': xml })).toEqual(['/domain/plain']);
});
