// Parses, writes, validates, reads and compares libvirt's own test files (fetched by the system tests), and prints the
// time for each, and how it compares with xmllint in one process and with other parsers, where those are installed.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileSchema, diffDomains, domainData, parseXml, renderXml } from '@kvm/domain-xml';
import { readSchemaFiles } from '@kvm/domain-xml/schema';

const folder = '/var/cache/kvm-tests/libvirt-source/tests';
if (!existsSync(folder)) {
  console.error(`There are no files under ${folder}: run this package's system tests first.`);
  process.exit(1);
}
const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.xml'))
  .map((entry) => join(entry.parentPath, entry.name));
const files = paths
  .map((path) => ({ path, xml: readFileSync(path, 'utf8') }))
  .filter(({ xml }) => /^(?:<[?!][^>]*>\s*)*<domain[\s>]/.test(xml));

/** The least time of several runs, in ms a file. */
function measure(work, runs = 5) {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    work();
    least = Math.min(least, performance.now() - start);
  }
  return least / files.length;
}

function row(what, ms, base) {
  const ratio = base === undefined ? '' : `${(ms / base).toFixed(2)} x`;
  console.log(`${what.padEnd(44)} ${ms.toFixed(3).padStart(8)} ms  ${ratio.padStart(9)}`);
}

console.log(
  `${files.length} files, ${(files.reduce((sum, { xml }) => sum + xml.length, 0) / 1e6).toFixed(2)} M characters\n`,
);
const documents = files.map(({ xml }) => parseXml(xml));
const ours = measure(() => {
  for (const { xml } of files) renderXml(parseXml(xml));
});
row('parse + write', ours, ours);
row(
  'xmllint --noout, one process',
  measure(() => spawnSync('xmllint', ['--noout', ...files.map(({ path }) => path)]), 2),
  ours,
);

/** Other parsers with their writers; none is a dependency of this project. */
const peers = new Map([
  [
    'fast-xml-parser',
    ({ XMLParser, XMLBuilder }) => {
      const options = {
        preserveOrder: true,
        ignoreAttributes: false,
        trimValues: false,
        parseTagValue: false,
        commentPropName: '#c',
        cdataPropName: '#d',
      };
      const [parser, builder] = [new XMLParser(options), new XMLBuilder(options)];
      return (xml) => builder.build(parser.parse(xml));
    },
  ],
  [
    '@xmldom/xmldom',
    ({ DOMParser, XMLSerializer }) =>
      (xml) =>
        new XMLSerializer().serializeToString(new DOMParser().parseFromString(xml, 'text/xml')),
  ],
  [
    'xmlbuilder2',
    ({ create }) =>
      (xml) =>
        create(xml).end(),
  ],
]);
for (const [name, start] of peers) {
  try {
    const work = start(await import(name));
    const time = measure(() => {
      for (const { xml } of files) work(xml);
    }, 2);
    row(`  ${name}`, time, ours);
  } catch (error) {
    console.log(`  ${name}: ${error.code === 'ERR_MODULE_NOT_FOUND' ? 'not installed' : error.message}`);
  }
}

const schemaFiles = await readSchemaFiles();
const started = performance.now();
const schema = compileSchema(schemaFiles);
for (const document of documents.slice(0, 1)) schema.validate(document);
console.log(`\ncompile the schema and validate one file: ${(performance.now() - started).toFixed(0)} ms`);
row(
  'validate, cold',
  measure(() => documents.map((document) => schema.validate(document)), 1),
);
const validate = measure(() => documents.map((document) => schema.validate(document)));
row('validate', validate, validate);
const words = ['--noout', '--relaxng', '/usr/share/libvirt/schemas/domain.rng', ...files.map(({ path }) => path)];
row(
  'xmllint --relaxng, one process',
  measure(() => spawnSync('xmllint', words, { maxBuffer: 1 << 30 }), 1),
  validate,
);

/** The documents that have data: a few of libvirt's tests have text where none may be. */
const readable = documents.filter((document) => {
  try {
    return domainData(document);
  } catch {
    return false;
  }
});
const data = readable.map(domainData);
console.log();
row(
  'data of a document',
  measure(() => readable.map(domainData)),
);
row(
  'compare two domains',
  measure(() => data.map((domain, index) => diffDomains(domain, data[index - 1] ?? domain))),
);
console.log(`\nmemory: ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`);
