import { DomainXmlError } from '../error.ts';
import { locate } from '../xml/locate.ts';
import type { ElementNode } from '../xml/node.ts';
import { parseXml } from '../xml/parse-xml.ts';

const maxDepth = 64;

const relaxng = 'http://relaxng.org/ns/structure/1.0';

/** What holds where an element of a schema stands. */
interface SchemaPlace {
  readonly file: string;
  /** The text of the file. */
  readonly source: string;
  /** The namespace of names without a prefix. */
  readonly namespace: string;
  readonly prefixes: ReadonlyMap<string, string>;
}

/** An element of a schema with what holds there. */
export interface SchemaNode {
  readonly node: ElementNode;
  readonly place: SchemaPlace;
}

/** How the definitions of one name go together. */
interface Definition {
  readonly combine: 'choice' | 'interleave';
  /** Each the content of one `<define>`. */
  readonly parts: readonly (readonly SchemaNode[])[];
}

/** A grammar with all that it includes; the name of the start is empty. */
export type Grammar = ReadonlyMap<string, Definition>;

/** The schema's elements in a schema's element; others are annotations. */
export const schemaChildren = ({ node, place }: SchemaNode): SchemaNode[] =>
  node.content.flatMap((child) =>
    typeof child === 'object' && child.kind === 'element' && child.namespace === relaxng
      ? [schemaNode(child, place)]
      : [],
  );

function schemaNode(node: ElementNode, around: SchemaPlace): SchemaNode {
  const namespace = attributeOf(node, 'ns') ?? around.namespace;
  const declared = node.attributes.filter(({ name }) => name.startsWith('xmlns:'));
  if (declared.length === 0 && namespace === around.namespace) return { node, place: around };
  const prefixes = new Map([...around.prefixes, ...declared.map(({ local, value }) => [local, value] as const)]);
  return { node, place: { ...around, namespace, prefixes } };
}

export const attributeOf = (node: ElementNode, name: string): string | undefined =>
  node.attributes.find((attribute) => attribute.name === name)?.value;

export function schemaError({ node, place }: SchemaNode, problem: string): DomainXmlError {
  const { line, column } = locate(place.source, node.offset);
  return new DomainXmlError('bad-schema', { path: `${place.file}:${line}:${column}` }, problem);
}

/**
 * Reads a file of a schema.
 *
 * @throws DomainXmlError when it is not among the files given, or not XML.
 */
export function readSchemaFile(files: ReadonlyMap<string, string>, file: string): SchemaNode {
  const source = files.get(file);
  if (source === undefined) {
    const given = [...files.keys()].join(', ') || 'none';
    throw new DomainXmlError('bad-schema', { path: file }, `the schema's file is not among those given (${given})`);
  }
  return schemaNode(parseXml(source).root, { file, source, namespace: '', prefixes: new Map() });
}

/** Reads the definitions of a `<grammar>` element, with those of the files that it includes. */
export function readGrammar(grammar: SchemaNode, files: ReadonlyMap<string, string>): Grammar {
  return definitionsOf(grammar, files, 0);
}

function definitionsOf(grammar: SchemaNode, files: ReadonlyMap<string, string>, depth: number): Grammar {
  if (depth > maxDepth) throw schemaError(grammar, 'the schema includes itself');
  const definitions = new Map<string, Definition>();
  for (const child of schemaChildren(grammar)) {
    for (const [name, definition] of definitionsAt(child, files, depth)) add(definitions, name, definition);
  }
  return definitions;
}

/** What one child of a grammar defines; what stands inside an `<include>` replaces what is included. */
function definitionsAt(child: SchemaNode, files: ReadonlyMap<string, string>, depth: number): Grammar {
  const name = attributeOf(child.node, 'name') ?? '';
  switch (child.node.local) {
    case 'define':
    case 'start': {
      const combine = attributeOf(child.node, 'combine') === 'interleave' ? 'interleave' : 'choice';
      return new Map([[name, { combine, parts: [schemaChildren(child)] }]]);
    }
    case 'include': {
      const included = readSchemaFile(files, attributeOf(child.node, 'href') ?? '');
      return new Map([...definitionsOf(included, files, depth + 1), ...definitionsOf(child, files, depth + 1)]);
    }
    case 'div':
      return definitionsOf(child, files, depth + 1);
    default:
      throw schemaError(child, `<${child.node.name}> is not allowed in a grammar of RELAX NG`);
  }
}

function add(definitions: Map<string, Definition>, name: string, { combine, parts }: Definition): void {
  const known = definitions.get(name);
  const together = combine === 'interleave' || known?.combine === 'interleave' ? 'interleave' : 'choice';
  definitions.set(name, { combine: together, parts: [...(known?.parts ?? []), ...parts] });
}
