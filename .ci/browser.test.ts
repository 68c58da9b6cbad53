import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const top = fileURLToPath(new URL('..', import.meta.url));

/** Packages that are about this machine: they open sockets, run programs. */
const needsNode = ['@kvm/command', '@kvm/lab', '@kvm/libvirt'];
/** Entries that run programs or read files. */
const impure = /\/(?:run|schema)$|\.json$/;

const entries = readdirSync(join(top, 'packages')).flatMap((folder) => {
  const { name, exports } = JSON.parse(readFileSync(join(top, 'packages', folder, 'package.json'), 'utf8'));
  if (needsNode.includes(name)) return [];
  return Object.keys(exports)
    .map((entry) => join(name, entry))
    .filter((entry) => !impure.test(entry));
});

/** A program as a browser would run it: without modules, and without anything of Node's. */
async function runInBrowser(code: string): Promise<unknown> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: top, loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    globalName: 'result',
    conditions: ['@kvm/source'],
  });
  const context = createContext({ TextDecoder, TextEncoder, URL, performance, structuredClone });
  runInContext(outputFiles[0]?.text ?? '', context);
  return runInContext('result', context);
}

test('every package is either pure or known to need Node', () => {
  expect(entries).toEqual(expect.arrayContaining(['@kvm/domain-xml', '@kvm/host', '@kvm/inventory', '@kvm/firewall']));
});

test.each(entries)('%s runs in a browser', async (entry) => {
  const names = await runInBrowser(`import * as all from '${entry}'; export const names = Object.keys(all).sort();`);
  const here = Object.keys(await import(entry)).sort();
  expect(Array.from(Reflect.get(names as object, 'names'))).toEqual(here);
});

test('a domain is read, built and compared in a browser', async () => {
  const result = await runInBrowser(`
    import { buildDomain, diffDomains, domainData, parseXml } from '@kvm/domain-xml';
    const domain = domainData(parseXml('<domain type="kvm"><name>a</name></domain>'));
    export const differences = diffDomains(domain, { ...domain, name: 'b' }).map(({ path }) => path);
    export const text = buildDomain(domain);
  `);
  const { differences, text } = result as { differences: string[]; text: Promise<string> };
  expect([...differences]).toEqual(['name']);
  expect(await text).toBe('<domain type="kvm">\n  <name>a</name>\n</domain>\n');
});
