import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CorpusFile, domainFiles, libvirtReleases, libvirtSchemas, libvirtTests } from '@kvm/ci/libvirt-source';
import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateSources } from '../generate/generate.ts';
import { buildDomain, compileSchema, domainData, knownLibvirt, parseXml, renderXml, updateXml } from '../src/index.ts';

const folder = needs('apt-get') ? undefined : libvirtTests();
const scratch = mkdtempSync(join(tmpdir(), 'domain-xml-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const sources = new URL('../src/', import.meta.url);
const tsc = fileURLToPath(new URL('../../../node_modules/.bin/tsc', import.meta.url));

const suites = ['bookworm', 'trixie'] as const;

test.skipIf(folder === undefined)(
  'the types are those of the newest known schema; if not, run `npm run generate` here',
  () => {
    expect(libvirtReleases.trixie).toBe(knownLibvirt.newest);
    for (const [name, text] of generateSources(libvirtSchemas('trixie'), libvirtReleases.trixie)) {
      expect(readFileSync(new URL(`generated/${name}`, sources), 'utf8') === text, name).toBe(true);
    }
  },
);

describe.skipIf(folder === undefined).each(suites)("the types, and what %s's libvirt has for valid", (suite) => {
  let valid: readonly CorpusFile[];
  let validate: (xml: string) => readonly string[];
  beforeAll(() => {
    const schema = compileSchema(libvirtSchemas(suite));
    validate = (xml) => schema.validate(parseXml(xml)).map(({ path, message }) => `${path}: ${message}`);
    valid = domainFiles(libvirtTests(suite) ?? '').filter(({ xml }) => validate(xml).length === 0);
    expect(valid.length).toBeGreaterThan(1900);
  });

  test('hold for every valid file', () => {
    // Without its prefix, <commandline xmlns='http://libvirt.org/schemas/domain/qemu/1.0'> has no type.
    const typed = valid.filter(({ xml }) => !xml.includes('<commandline xmlns='));
    expect(valid.length - typed.length).toBeLessThanOrEqual(1);
    const files = typed.map(({ name, xml }) => `// ${name}\ntake(${JSON.stringify(domainData(parseXml(xml)))});\n`);
    const head = `import type { DomainElement } from '${fileURLToPath(new URL('generated/domain.ts', sources))}';
declare function take(domain: DomainElement): void;\n`;
    writeFileSync(join(scratch, 'all.ts'), head + files.join(''));
    const options = '--noEmit --strict --exactOptionalPropertyTypes --allowImportingTsExtensions --module nodenext';
    const words = [...options.split(' '), '--target', 'es2023', '--types', '', '--ignoreConfig', 'all.ts'];
    const { status, stdout } = spawnSync(tsc, words, { cwd: scratch, encoding: 'utf8' });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });

  test('every valid file is valid still when built from its data, and the data is the same', async () => {
    const differing: string[] = [];
    for (const { name, xml } of valid) {
      const data = domainData(parseXml(xml));
      const built = await buildDomain(data);
      const problems = validate(built);
      const again = domainData(parseXml(built));
      if (problems.length > 0) differing.push(`${name}: ${problems[0]}`);
      else if (JSON.stringify(sorted(again)) !== JSON.stringify(sorted(data))) differing.push(`${name}: other data`);
    }
    expect(differing).toEqual([]);
  });
});

describe.skipIf(folder === undefined)('putting data back', () => {
  const files =
    folder === undefined ? [] : domainFiles(folder).filter(({ xml }) => /^(<[?!].*?>\s*)*<domain[ >]/s.test(xml));
  const readable = files.flatMap(({ name, xml }) => {
    const document = parseXml(xml);
    try {
      return [{ name, xml, document, data: domainData(document) }];
    } catch {
      return [];
    }
  });

  test('changes nothing where nothing was changed', () => {
    expect(readable.length).toBeGreaterThan(1900);
    const differing = readable.filter(
      ({ document, data }) => renderXml(updateXml(document, data)) !== renderXml(document),
    );
    expect(differing.map(({ name }) => name)).toEqual([]);
  });

  test('makes any file say what another says', () => {
    const differing = readable.filter(({ data }, index) => {
      const { document } = readable[(index + 1) % readable.length] ?? { document: undefined };
      if (document === undefined) return true;
      const again = domainData(parseXml(renderXml(updateXml(document, data))));
      return JSON.stringify(sorted(again)) !== JSON.stringify(sorted(data));
    });
    expect(differing.map(({ name }) => name)).toEqual([]);
  });
});

/** Data without the order of its keys, which building settles. */
function sorted(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(sorted);
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(
    Object.entries(data)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [key, sorted(value)]),
  );
}
