// Reads, writes, checks and compares every file, one after the other, and prints the most memory that was taken (bytes).
import { readFileSync } from 'node:fs';
import { compileSchema, diffDomains, domainData, parseXml, renderXml } from '@kvm/domain-xml';
import { readSchemaFiles } from '@kvm/domain-xml/schema';
import { corpusPaths } from './corpus.js';

const schema = compileSchema(await readSchemaFiles());
let before;
for (const path of corpusPaths()) {
  const document = parseXml(readFileSync(path, 'utf8'));
  renderXml(document);
  schema.validate(document);
  try {
    const data = domainData(document);
    if (before !== undefined) diffDomains(data, before);
    before = data;
  } catch {
    // A few of libvirt's own files have text where none may be: they have no data.
  }
}
console.log(process.resourceUsage().maxRSS * 1024);
