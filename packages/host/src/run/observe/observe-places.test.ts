import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runThrough } from '@kvm/command';
import { domainData, parseXml } from '@kvm/domain-xml';
import { afterAll, expect, test } from 'vitest';
import { observePlaces } from './observe-places.ts';

const folder = mkdtempSync(join(tmpdir(), 'places-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const run = runThrough((argv) => argv);

const find = (paths: readonly string[], volumes: readonly string[] = []) =>
  observePlaces(
    paths.map((path) =>
      domainData(
        parseXml(
          `<domain><devices><disk type='file'><source file='${path}'/><target dev='vda'/></disk></devices></domain>`,
        ),
      ),
    ),
    { run, volumes },
  );

test('paths lead through links, and through folders that are links, to a volume or to what is there', async () => {
  mkdirSync(at('vg'));
  writeFileSync(at('data'), '');
  symlinkSync('../data', at('vg/a.root'));
  symlinkSync('vg/a.root', at('link'));
  symlinkSync('vg', at('folder'));
  symlinkSync('/dev/vg/gone', at('dangling'));
  symlinkSync('loop', at('loop'));
  const odd = at(`$(touch hurt) 'a b'`.replaceAll("'", ''));
  const paths = ['link', 'folder/a.root', 'dangling', 'loop', 'absent', 'folder/../data'].map(at);
  const found = await find([...paths, odd, at('vg/a.root')], [at('vg/a.root')]);
  expect([...found.values()]).toEqual([
    ...[at('vg/a.root'), at('vg/a.root'), '/dev/vg/gone', at('loop'), at('absent'), at('vg/a.root')],
    odd,
  ]);
  expect(await find([at('link')])).toEqual(new Map([[at('link'), at('data')]]));
});

test('no program runs where all are spelled as LVM does', async () => {
  const domain = domainData(
    parseXml(
      "<domain><devices><disk type='block'><source dev='/dev/vg/a.root'/><target dev='vda'/></disk></devices></domain>",
    ),
  );
  const never = () => Promise.reject(new Error('a program ran'));
  expect(await observePlaces([domain], { run: never, volumes: ['/dev/vg/a.root'] })).toEqual(new Map());
});
