import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CorpusFile, domainFiles, libvirtTests } from '@kvm/ci/libvirt-source';
import { needs } from '@kvm/ci/needs';
import { readSchemaFiles } from '@kvm/domain-xml/schema';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateSources } from '../generate/generate.ts';
import { buildDomain, compileSchema, domainData, parseXml, renderXml, updateXml } from '../src/index.ts';

const folder = needs('apt-get', 'virt-xml-validate') ? undefined : libvirtTests();
const scratch = mkdtempSync(join(tmpdir(), 'domain-xml-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const sources = new URL('../src/', import.meta.url);
const tsc = fileURLToPath(new URL('../../../node_modules/.bin/tsc', import.meta.url));

describe.skipIf(folder === undefined)("the types of libvirt's schema", () => {
  let valid: readonly CorpusFile[];
  let validate: (xml: string) => readonly string[];
  beforeAll(async () => {
    const schema = compileSchema(await readSchemaFiles());
    validate = (xml) => schema.validate(parseXml(xml)).map(({ path, message }) => `${path}: ${message}`);
    valid = domainFiles(folder ?? '').filter(({ xml }) => validate(xml).length === 0);
  });

  test('are those that the installed schema gives; if not, run `npm run generate` here', async () => {
    const status = execFileSync('dpkg-query', ['-s', 'libvirt0'], { encoding: 'utf8' });
    const [, version = ''] = /^Version: ([0-9.]+)/m.exec(status) ?? [];
    for (const [name, text] of generateSources(await readSchemaFiles(), version)) {
      expect(readFileSync(new URL(`generated/${name}`, sources), 'utf8') === text, name).toBe(true);
    }
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
