import { compileGrammar } from '../src/relaxng/compile.ts';
import { Derivatives } from '../src/relaxng/derivative.ts';
import { outlineLines } from './outline.ts';
import { TypeWriter } from './types.ts';

/**
 * Writes the files of src/generated, by name, from libvirt's schema. `version` is that of libvirt: `9.0.0`.
 *
 * @throws DomainXmlError when the schema cannot be read.
 */
export function generateSources(files: ReadonlyMap<string, string>, version: string): ReadonlyMap<string, string> {
  const { pool, start } = compileGrammar(files, 'domain.rng');
  if (start.kind !== 'element') throw new TypeError('the schema does not start with an element');
  const header = `// Written by generate/run.js from the schema of libvirt ${version}: change that, not this.
// biome-ignore-all format: generated
// biome-ignore-all lint: generated
`;
  const types = new TypeWriter(new Derivatives(pool)).write(start);
  const imports = ['EmptyElement', 'WholeNumber', 'XmlContent', 'XmlElement', 'XmlText'].filter((name) =>
    new RegExp(`\\b${name}\\b`).test(types),
  );
  const outline = outlineLines(start).map((line) => `  '${line}',\n`);
  return new Map([
    ['domain.ts', `${header}import type { ${imports.join(', ')} } from '../xml-element.ts';\n\n${types}`],
    [
      'outline.ts',
      `${header}\n/** One line an element; see ../outline.ts. */\nexport const outlineLines: readonly string[] = [\n${outline.join('')}];\n`,
    ],
  ]);
}
