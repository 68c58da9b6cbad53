import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Outside of this repository: none of them is a dependency of it. */
const folder = '/var/cache/kvm-tests/domain-xml-peers';
const packages = ['fast-xml-parser@5', '@xmldom/xmldom@0.9', 'libxml2-wasm@0.7'];

/** Installs what is missing. @returns a function that imports a peer by its name */
export async function installedPeers() {
  if (!existsSync(join(folder, 'node_modules/libxml2-wasm'))) {
    mkdirSync(folder, { recursive: true });
    console.log(`installs ${packages.join(', ')} in ${folder}`);
    const words = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder, ...packages];
    execFileSync('npm', words, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  const loader = join(folder, 'load.mjs'); // names are looked up where the file that imports them lies
  writeFileSync(loader, 'export const load = (name) => import(name);\n');
  return (await import(pathToFileURL(loader).href)).load;
}

/** Makes, for each parser with a writer of its own, a function from XML to XML. */
export const writers = {
  'fast-xml-parser, preserveOrder': async (load) => {
    const { XMLParser, XMLBuilder } = await load('fast-xml-parser');
    const options = {
      preserveOrder: true,
      ignoreAttributes: false,
      trimValues: false,
      parseTagValue: false,
      parseAttributeValue: false,
      processEntities: true,
      commentPropName: '#comment',
      cdataPropName: '#cdata',
      suppressBooleanAttributes: false,
    };
    const [parser, builder] = [new XMLParser(options), new XMLBuilder(options)];
    return (xml) => builder.build(parser.parse(xml));
  },
  '@xmldom/xmldom': async (load) => {
    const { DOMParser, XMLSerializer } = await load('@xmldom/xmldom');
    return (xml) => new XMLSerializer().serializeToString(new DOMParser().parseFromString(xml, 'text/xml'));
  },
  xmlbuilder2: async () => {
    const { create } = await import('xmlbuilder2');
    return (xml) => create(xml).end();
  },
  'libxml2-wasm (C, not JavaScript)': async (load) => {
    const { XmlDocument } = await load('libxml2-wasm');
    return (xml) => {
      const document = XmlDocument.fromString(xml);
      try {
        return document.toString({ format: false });
      } finally {
        document.dispose();
      }
    };
  },
};

/** Canonical XML by libxml2, comments included. */
export async function canonicalizer(load) {
  const { XmlDocument } = await load('libxml2-wasm');
  return (xml) => {
    const document = XmlDocument.fromString(xml);
    try {
      return document.canonicalizeToString({ withComments: true });
    } finally {
      document.dispose();
    }
  };
}

/** libxml2-wasm's validator: a function from XML to whether it is valid. */
export async function wasmValidator(load, schemaPath) {
  const { RelaxNGValidator, XmlDocument, xmlRegisterInputProvider } = await load('libxml2-wasm');
  const { fsInputProviders } = await load('libxml2-wasm/lib/nodejs.mjs');
  xmlRegisterInputProvider(fsInputProviders);
  const schema = XmlDocument.fromBuffer(readFileSync(schemaPath), { url: schemaPath });
  const validator = RelaxNGValidator.fromDoc(schema);
  return (xml) => {
    const document = XmlDocument.fromString(xml);
    try {
      validator.validate(document);
      return true;
    } catch {
      return false;
    } finally {
      document.dispose();
    }
  };
}

/** CPU ms of one xmllint process for all the files. */
export function xmllintTime(words, paths) {
  const script = 'xmllint "$@" >/dev/null 2>&1; times';
  const { stdout } = spawnSync('sh', ['-c', script, 'sh', ...words, ...paths], { encoding: 'utf8' });
  const [, children = ''] = stdout.split('\n');
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, m, s]) => sum + 60_000 * m + 1000 * s, 0);
}
