import { DomainXmlError } from '../error.ts';
import { type DatatypeParameter, datatype } from './datatype.ts';
import {
  attributeOf,
  type Grammar,
  readGrammar,
  readSchemaFile,
  type SchemaNode,
  schemaChildren,
  schemaError,
} from './grammar.ts';
import type { NameClass } from './name-class.ts';
import { type Pattern, PatternPool } from './pattern.ts';

/** A grammar whose definitions become patterns when first referred to. */
interface Scope {
  readonly grammar: Grammar;
  readonly parent: Scope | undefined;
  readonly compiled: Map<string, Pattern>;
}

/** Where a schema's element is compiled. */
interface Context {
  readonly scope: Scope;
  /** The define around it. */
  readonly define: string;
}

/** A schema ready for use. */
export interface CompiledSchema {
  readonly pool: PatternPool;
  readonly start: Pattern;
}

/**
 * Compiles a schema of RELAX NG in XML syntax.
 *
 * @throws DomainXmlError `bad-schema` with file, line and column.
 */
export function compileGrammar(files: ReadonlyMap<string, string>, start: string): CompiledSchema {
  const compiler = new Compiler(files);
  const root = readSchemaFile(files, start);
  const scope = { grammar: new Map(), parent: undefined, compiled: new Map() };
  return { pool: compiler.pool, start: compiler.pattern(root, { scope, define: '' }) };
}

class Compiler {
  readonly pool = new PatternPool();
  readonly #files: ReadonlyMap<string, string>;

  constructor(files: ReadonlyMap<string, string>) {
    this.#files = files;
  }

  pattern(schema: SchemaNode, context: Context): Pattern {
    const { pool } = this;
    const inside = () => this.#sequence('group', schemaChildren(schema), context);
    switch (schema.node.local) {
      case 'element':
      case 'attribute':
        return this.#named(schema, context);
      case 'group':
      case 'div':
        return inside();
      case 'choice':
      case 'interleave':
        return this.#sequence(schema.node.local, schemaChildren(schema), context);
      case 'optional':
        return pool.optional(inside());
      case 'zeroOrMore':
        return pool.zeroOrMore(inside());
      case 'oneOrMore':
        return pool.oneOrMore(inside());
      case 'mixed':
        return pool.interleave(inside(), pool.text);
      case 'list':
        return pool.list(inside());
      case 'empty':
      case 'text':
      case 'notAllowed':
        return pool[schema.node.local];
      case 'value':
        return pool.value(...valueText(schema));
      case 'data':
        return this.#data(schema, context);
      default:
        return this.#reference(schema, context);
    }
  }

  #sequence(kind: 'group' | 'choice' | 'interleave', parts: readonly SchemaNode[], context: Context): Pattern {
    const patterns = parts.map((part) => this.pattern(part, context));
    const first = patterns.pop();
    if (first === undefined) return this.pool.empty;
    return patterns.reduceRight((rest, pattern) => this.pool[kind](pattern, rest), first);
  }

  #named(schema: SchemaNode, context: Context): Pattern {
    const shorthand = attributeOf(schema.node, 'name');
    const [first, ...others] = schemaChildren(schema);
    const rest = shorthand === undefined || first === undefined ? others : [first, ...others];
    if (schema.node.local === 'attribute') {
      const unqualified = { ...schema.place, namespace: attributeOf(schema.node, 'ns') ?? '' };
      const names = shorthand === undefined ? nameClass(first, schema) : nameOf(shorthand, schema, unqualified);
      const value = rest.length === 0 ? this.pool.text : this.#sequence('group', rest, context);
      return this.pool.attribute(names, value);
    }
    const names = shorthand === undefined ? nameClass(first, schema) : nameOf(shorthand, schema, schema.place);
    let content: Pattern | undefined;
    return this.pool.element(names, context.define, () => {
      content ??= this.#sequence('group', rest, context);
      return content;
    });
  }

  #data(schema: SchemaNode, context: Context): Pattern {
    const parameters: DatatypeParameter[] = [];
    let except: Pattern | undefined;
    for (const child of schemaChildren(schema)) {
      if (child.node.local === 'param') {
        parameters.push({ name: attributeOf(child.node, 'name') ?? '', value: textOf(child) });
      } else if (child.node.local === 'except') except = this.#sequence('choice', schemaChildren(child), context);
    }
    const name = attributeOf(schema.node, 'type') ?? '';
    const type = datatype(name, parameters);
    if (type === undefined) {
      const with_ = parameters.map((parameter) => ` ${parameter.name}="${parameter.value}"`).join('');
      throw schemaError(schema, `the datatype ${name}${with_} is not known`);
    }
    return this.pool.data(type, except);
  }

  #reference(schema: SchemaNode, context: Context): Pattern {
    const name = attributeOf(schema.node, 'name') ?? '';
    switch (schema.node.local) {
      case 'ref':
        return this.#definition(name, schema, context.scope);
      case 'parentRef':
        return this.#definition(name, schema, context.scope.parent ?? context.scope);
      case 'grammar': {
        const grammar = readGrammar(schema, this.#files);
        return this.#definition('', schema, { grammar, parent: context.scope, compiled: new Map() });
      }
      case 'externalRef':
        return this.pattern(readSchemaFile(this.#files, attributeOf(schema.node, 'href') ?? ''), context);
      default:
        throw schemaError(schema, `<${schema.node.name}> is no pattern of RELAX NG`);
    }
  }

  #definition(name: string, user: SchemaNode, scope: Scope): Pattern {
    const known = scope.compiled.get(name);
    if (known !== undefined) return known;
    const definition = scope.grammar.get(name);
    if (definition === undefined) throw schemaError(user, `${name || 'the start'} is not defined`);
    // Until it is done; an element's content is compiled later, so what gets here contains itself without end.
    scope.compiled.set(name, this.pool.notAllowed);
    const context = { scope, define: name };
    try {
      const parts = definition.parts.map((part) => this.#sequence('group', part, context));
      const pattern = parts.reduce((left, right) => this.pool[definition.combine](left, right));
      scope.compiled.set(name, pattern);
      return pattern;
    } catch (error) {
      // Whoever asks again gets the same error, never the verdict of half a schema.
      scope.compiled.delete(name);
      throw error;
    }
  }
}

const textOf = ({ node }: SchemaNode): string =>
  node.content.map((piece) => (typeof piece === 'string' ? piece : piece.kind === 'cdata' ? piece.text : '')).join('');

/** A value's text, and whether its white space counts: it does not for RELAX NG's own type `token`. */
function valueText(schema: SchemaNode): [value: string, exact: boolean] {
  const exact = attributeOf(schema.node, 'type') === 'string';
  const text = textOf(schema);
  return [exact ? text : text.trim().replace(/[ \t\r\n]+/g, ' '), exact];
}

function nameOf(
  name: string,
  schema: SchemaNode,
  place: Pick<SchemaNode['place'], 'namespace' | 'prefixes'>,
): NameClass {
  const [first = '', second] = name.trim().split(':');
  if (second === undefined) return { kind: 'name', namespace: place.namespace, local: first };
  const namespace = place.prefixes.get(first);
  if (namespace === undefined) throw schemaError(schema, `the prefix ${first} is bound to no namespace`);
  return { kind: 'name', namespace, local: second };
}

function nameClass(schema: SchemaNode | undefined, user: SchemaNode): NameClass {
  if (schema === undefined) throw schemaError(user, `<${user.node.name}> has no name`);
  const children = schemaChildren(schema);
  const names = (parts: readonly SchemaNode[]): NameClass => ({
    kind: 'choice',
    of: parts.map((part) => nameClass(part, schema)),
  });
  const [exceptNode] = children.filter(({ node }) => node.local === 'except');
  const except = exceptNode === undefined ? undefined : names(schemaChildren(exceptNode));
  switch (schema.node.local) {
    case 'name':
      return nameOf(textOf(schema), schema, schema.place);
    case 'choice':
      return names(children);
    case 'anyName':
      return { kind: 'any', except };
    case 'nsName':
      return { kind: 'namespace', namespace: schema.place.namespace, except };
    default:
      throw new DomainXmlError('bad-schema', { path: schema.place.file }, `<${schema.node.name}> is no class of names`);
  }
}
