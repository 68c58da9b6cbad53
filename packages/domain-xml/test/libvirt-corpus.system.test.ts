import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { needs } from '@kvm/ci/needs';
import { afterAll, describe, expect, test } from 'vitest';
import { DomainXmlError, type ElementNode, type ParsedXml, parseXml, renderXml, type XmlNode } from '../src/index.ts';
import { domainFiles, libvirtTests } from './libvirt-source.ts';
import { randomFrom } from './mutate.ts';

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

function isRead(xml: string): boolean {
  try {
    parseXml(xml);
    return true;
  } catch (error) {
    if (error instanceof DomainXmlError) return false;
    throw error;
  }
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

  test('damaged at random, are refused whenever xmllint finds them malformed', () => {
    const count = process.env.KVM_SOAK ? 20_000 : 1_000;
    const random = randomFrom(11);
    const bits = [
      '<',
      '>',
      '&',
      '"',
      "'",
      '/',
      '=',
      ' ',
      ']]>',
      '<!--',
      '--',
      '&#0;',
      '&x;',
      '\u0001',
      'xmlns:a=""',
      '<?',
      'a:',
    ];
    const damaged = Array.from({ length: count }, (_, index) => {
      const { xml = '' } = files[random(files.length)] ?? {};
      const at = random(xml.length);
      const damage = xml.slice(0, at) + (bits[random(bits.length)] ?? '') + xml.slice(at + random(3));
      const path = join(scratch, `damaged-${index}.xml`);
      writeFileSync(path, damage);
      return { path, damage };
    });
    const malformed = new Set<string>();
    for (let from = 0; from < count; from += 1000) {
      const paths = damaged.slice(from, from + 1000).map(({ path }) => path);
      const { stderr } = spawnSync('xmllint', ['--noout', ...paths], { encoding: 'utf8', maxBuffer: 1 << 30 });
      for (const [, path = ''] of stderr.matchAll(/^(\/\S+?):\d+: parser error/gm)) malformed.add(path);
    }
    const accepted = damaged.filter(({ path, damage }) => malformed.has(path) && isRead(damage));
    expect(accepted.map(({ damage }) => damage)).toEqual([]);
    expect(malformed.size).toBeGreaterThan(count / 4);
  });

  test('come out byte for byte, but for references and line ends', () => {
    const differing = files.filter(({ xml }) => renderXml(parseXml(xml)) !== xml);
    expect(differing.length).toBeLessThan(files.length / 20);
  });
});
