import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { domainFiles, libvirtTests } from '@kvm/ci/libvirt-source';
import { needs } from '@kvm/ci/needs';
import { afterAll, describe, expect, test } from 'vitest';
import { type ElementNode, type ParsedXml, parseXml, renderXml, type XmlNode } from '../src/index.ts';

const folder = needs('xmllint', 'apt-get') ? undefined : libvirtTests();
const files = folder === undefined ? [] : domainFiles(folder);
const scratch = mkdtempSync(join(tmpdir(), 'domain-xml-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const canonical = (paths: readonly string[]): string =>
  execFileSync('xmllint', ['--c14n', ...paths], { encoding: 'utf8', maxBuffer: 1 << 30 });

/** As if every element had been changed, so that nothing is copied from the source. */
function changed(document: ParsedXml): ParsedXml {
  const anew = (element: ElementNode): ElementNode => ({
    ...element,
    startTag: undefined,
    content: element.content.map(
      (node): XmlNode => (typeof node === 'object' && node.kind === 'element' ? anew(node) : node),
    ),
  });
  return { ...document, root: anew(document.root) };
}

describe.skipIf(folder === undefined)("libvirt's own test files", () => {
  test('are all there', () => {
    expect(files.length).toBeGreaterThan(2000);
  });

  test.each([
    ['as they stood', (xml: string) => renderXml(parseXml(xml))],
    ['anew', (xml: string) => renderXml(changed(parseXml(xml)))],
  ])('survive parsing and writing, start tags %s: equal canonical XML, by xmllint', (_, again) => {
    const written = files.map(({ name, xml }) => {
      const path = join(scratch, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, again(xml));
      return path;
    });
    const differing = files.filter(({ path }, index) => {
      const batch = index % 100 === 0 ? [path, ...files.slice(index + 1, index + 100).map((file) => file.path)] : [];
      if (batch.length === 0) return false;
      return canonical(batch) !== canonical(written.slice(index, index + 100));
    });
    expect(differing.map(({ name }) => name)).toEqual([]);
  });

  test('come out byte for byte, but for references and line ends', () => {
    const differing = files.filter(({ xml }) => renderXml(parseXml(xml)) !== xml);
    expect(differing.length).toBeLessThan(files.length / 20);
  });
});
