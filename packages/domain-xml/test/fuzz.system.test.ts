import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { domainFiles, libvirtTests } from '@kvm/ci/libvirt-source';
import { needs } from '@kvm/ci/needs';
import { readSchemaFiles } from '@kvm/domain-xml/schema';
import { afterAll, describe, expect, test } from 'vitest';
import {
  compileSchema,
  type DomainElement,
  type DomainSchema,
  DomainXmlError,
  diffDomains,
  domainData,
  type ParsedXml,
  parseXml,
  renderXml,
  setXml,
  updateXml,
} from '../src/index.ts';
import { damage } from './damage.ts';

const folder = needs('xmllint', 'apt-get', 'virt-xml-validate') ? undefined : libvirtTests();
const files = folder === undefined ? [] : domainFiles(folder).map(({ xml }) => xml);
const scratch = mkdtempSync(join(tmpdir(), 'domain-xml-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const count = process.env.KVM_SOAK ? 1_000_000 : 2_000;
const atOnce = 1_000;
const oneDay = 24 * 60 * 60 * 1000;

/** Of texts, those that xmllint finds malformed. */
function malformed(texts: readonly string[]): ReadonlySet<string> {
  const paths = new Map(texts.map((text, index) => [join(scratch, `${index}.xml`), text]));
  for (const [path, text] of paths) writeFileSync(path, text);
  const { stderr } = spawnSync('xmllint', ['--noout', ...paths.keys()], { encoding: 'utf8', maxBuffer: 1 << 30 });
  const found = [...stderr.matchAll(/^(\/\S+?):\d+: parser error/gm)].map(([, path = '']) => paths.get(path) ?? '');
  return new Set(found);
}

/** What a function gives; undefined when it refuses, which it may do with a DomainXmlError only. */
function accepted<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof DomainXmlError) return undefined;
    throw error;
  }
}

/** How many inputs, and what became of them. */
const tally = { inputs: 0, malformed: 0, read: 0, 'have data': 0, valid: 0 };

/** Puts documents through everything, one after the other. */
class Trial {
  readonly #schema: DomainSchema;
  #before: DomainElement = { '@type': 'kvm', name: 'a' };

  constructor(schema: DomainSchema) {
    this.#schema = schema;
  }

  take(document: ParsedXml): void {
    tally.read += 1;
    const written = renderXml(document);
    expect(renderXml(parseXml(written))).toBe(written);
    if (this.#schema.validate(document).length === 0) tally.valid += 1;
    const data = accepted(() => domainData(document));
    if (data === undefined) return;
    tally['have data'] += 1;
    diffDomains(this.#before, data);
    accepted(() => updateXml(document, this.#before));
    const renamed = accepted(() => setXml(document, '/domain/name', '<&"'));
    if (renamed !== undefined) expect(domainData(parseXml(renamed)).name).toBe('<&"');
    this.#before = data;
  }
}

/** Which of the texts are read here though xmllint refuses them. @throws what is no refusal, with the text */
function wronglyRead(texts: readonly string[], trial: Trial): string[] {
  const theirs = malformed(texts);
  tally.inputs += texts.length;
  tally.malformed += theirs.size;
  return texts.filter((text) => {
    try {
      const document = accepted(() => parseXml(text));
      if (document !== undefined) trial.take(document);
      return document !== undefined && theirs.has(text);
    } catch (error) {
      throw new Error(`${error}, for the text:\n${text}`, { cause: error });
    }
  });
}

describe.skipIf(folder === undefined)("libvirt's own test files, damaged at random", () => {
  test(
    'are refused whenever xmllint finds them malformed; everything else takes them, or refuses them in its own words',
    async () => {
      const trial = new Trial(compileSchema(await readSchemaFiles()));
      for (let batch = 0; batch * atOnce < count; batch += 1) {
        expect(wronglyRead(damage(files, { seed: batch, count: atOnce }), trial)).toEqual([]);
        if (tally.inputs % 100_000 === 0) console.info(JSON.stringify(tally));
      }
      expect(tally.malformed).toBeGreaterThan(count / 4);
      expect(tally['have data']).toBeGreaterThan(count / 20);
    },
    oneDay,
  );
});
