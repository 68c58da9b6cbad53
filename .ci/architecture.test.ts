import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { top } from './read-mutations.js';

const read = (path: string): string => readFileSync(join(top, path), 'utf8');

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const short = (name: string): string => name.replace('@kvm/', '');

/** What each of our packages, and each app, imports of ours. An app has all in its bundle, as development dependencies. */
function importsOf(): ReadonlyMap<string, readonly string[]> {
  const manifests = ['packages', 'apps'].flatMap((root) =>
    readdirSync(join(top, root)).map((folder) => ({
      isApp: root === 'apps',
      manifest: JSON.parse(read(join(root, folder, 'package.json'))) as Manifest,
    })),
  );
  return new Map(
    manifests.map(({ isApp, manifest: { name, dependencies, devDependencies, peerDependencies } }) => {
      const all = Object.keys({ ...dependencies, ...peerDependencies, ...(isApp && devDependencies) });
      const ours = all.filter((each) => each.startsWith('@kvm/') && each !== '@kvm/ci');
      return [short(name), ours.map(short).sort()];
    }),
  );
}

/** An arrow for each import that does not follow from others. */
function renderGraph(imports: ReadonlyMap<string, readonly string[]>): string {
  const reachable = (from: string): string[] => (imports.get(from) ?? []).flatMap((each) => [each, ...reachable(each)]);
  const arrows = [...imports].flatMap(([from, to]) => {
    const further = new Set(to.flatMap(reachable));
    return to.filter((each) => !further.has(each)).map((each) => `  ${from} --> ${each}`);
  });
  const alone = [...imports].filter(([, to]) => to.length === 0).map(([name]) => `  ${name}`);
  return ['```mermaid', 'graph TD', ...arrows.sort(), ...alone.sort(), '```'].join('\n');
}

test('the graph of packages is that of their own files', () => {
  const [, graph = ''] = /<!-- graph -->\n(.*?)\n<!-- \/graph -->/s.exec(read('ARCHITECTURE.md')) ?? [];
  expect(graph).toBe(renderGraph(importsOf()));
});

test('building blocks import no sibling but command, and nothing imports an app', () => {
  const imports = importsOf();
  const composed = ['host', 'image', 'lab', 'monitor', 'kvmctl'];
  for (const [name, to] of imports) {
    expect(to).not.toContain('kvmctl');
    if (!composed.includes(name)) expect(to.filter((each) => each !== 'command')).toEqual([]);
  }
});

test.each(['ARCHITECTURE.md', 'CONTRIBUTING.md', 'README.md', 'SECURITY.md'])('%s links to what is there', (file) => {
  const links = [...read(file).matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, path = '']) => path);
  expect(links.length).toBeGreaterThan(0);
  expect(links.filter((path) => !existsSync(join(top, path)))).toEqual([]);
});
