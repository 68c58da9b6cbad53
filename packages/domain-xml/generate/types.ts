import type { Derivatives } from '../src/relaxng/derivative.ts';
import type { ElementPattern, Pattern } from '../src/relaxng/pattern.ts';
import { oftenNumber } from './conventions.ts';
import { documentationOf } from './documentation.ts';
import { repeatingChildren } from './repeating.ts';
import { type ChildShape, type Shape, shapeOf, unique, withoutAttribute } from './shape.ts';
import { enumeratedValues, valueType } from './value-type.ts';

/** Where an element's type gets its name from: the words of the elements around it and its own. */
interface Naming {
  /** `Disk`, `BlockDisk` */
  readonly words: string;
  /** `domain/devices/disk` */
  readonly path: string;
}

interface Waiting {
  readonly content: Pattern;
  readonly define: string;
  readonly naming: Naming;
}

interface Variant {
  readonly values: readonly string[];
  /** Whether the attribute may be left out in this one. */
  readonly absent: boolean;
  readonly pattern: Pattern;
}

/** Writes one interface, or union of interfaces, for every element that has attributes or children. */
export class TypeWriter {
  readonly #derivatives: Derivatives;
  readonly #names = new Map<string, string>();
  readonly #taken = new Set<string>();
  /** Devices go first, so that what others share with them has their names. */
  readonly #devices: Waiting[] = [];
  readonly #others: Waiting[] = [];
  #repeating: ReadonlySet<string> = new Set();
  readonly #written: string[] = [];

  constructor(derivatives: Derivatives) {
    this.#derivatives = derivatives;
  }

  /** The types of an element and of all in it. */
  write(root: ElementPattern): string {
    this.#repeating = repeatingChildren(root);
    this.#nameOf([root], { words: 'Domain', path: 'domain' });
    const next = (): Waiting | undefined => this.#devices.shift() ?? this.#others.shift();
    for (let element = next(); element !== undefined; element = next()) this.#writeElement(element);
    return this.#written.join('\n');
  }

  /** The name of the type of an element that the schema describes in one or several places. */
  #nameOf(patterns: readonly ElementPattern[], naming: Naming): string {
    const key = `${patterns.map(({ id }) => id).sort()}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const [around = '', own = ''] = naming.path.split('/').slice(-2).map(pascal);
    const candidates = [naming.words, `${around}${own}`, ...patterns.map(({ define }) => pascal(define))];
    const words = candidates.find((candidate) => !this.#taken.has(candidate)) ?? this.#numbered(naming.words);
    this.#taken.add(words);
    this.#names.set(key, `${words}Element`);
    const content = patterns.map((pattern) => pattern.content()).reduce((a, b) => this.#derivatives.pool.choice(a, b));
    const define = unique(patterns.map((pattern) => pattern.define)).join(', ');
    const queue = naming.path.startsWith('domain/devices') ? this.#devices : this.#others;
    queue.push({ content, define, naming: { words, path: naming.path } });
    return `${words}Element`;
  }

  #numbered(words: string): string {
    let number = 2;
    while (this.#taken.has(`${words}${number}`)) number += 1;
    return `${words}${number}`;
  }

  #writeElement({ content, define, naming }: Waiting): void {
    const { words, path } = naming;
    const comment = documentationOf(path, define);
    const [attribute, variants] = path === 'domain' ? ['', []] : this.#variants(content);
    if (variants.length < 2) {
      this.#interface(path, `${words}Element`, this.#members(shapeOf(content), naming), comment);
      return;
    }
    const own = variants.map((variant) => this.#variantWords(variant, words));
    const members = variants.map(({ pattern }, index) =>
      this.#members(shapeOf(pattern), { words: own[index] ?? words, path }, { words, shape: shapeOf(content) }),
    );
    const common = members[0]?.filter((line) => members.every((lines) => lines.includes(line))) ?? [];
    if (common.length > 0) this.#written.push(`interface Any${words}Element {\n${common.join('\n')}\n}\n`);
    variants.forEach(({ values, absent }, index) => {
      const discriminator = `  readonly '@${attribute}'${absent ? '?' : ''}: ${values.map(quote).join(' | ') || 'never'};`;
      const lines = [discriminator, ...(members[index] ?? []).filter((line) => !common.includes(line))];
      const heading = `${own[index]}Element${common.length > 0 ? ` extends Any${words}Element` : ''}`;
      this.#interface(path, heading, lines, [`\`<${tail(path)} ${attribute}='${values.join('|')}'>\``]);
    });
    const union = own.map((word) => `\n  | ${word}Element`).join('');
    this.#written.push(`${commentLines(comment)}${exported(path)}type ${words}Element =${union};\n`);
  }

  #variantWords({ values, absent }: Variant, words: string): string {
    const given = values.length > 0 && values.length <= 2 ? values.map(pascal).join('Or') : absent ? 'Plain' : 'Other';
    const name = /^[0-9]/.test(given) ? `${words}${given}` : `${given}${words}`;
    const word = this.#taken.has(name) ? this.#numbered(name) : name;
    this.#taken.add(word);
    return word;
  }

  /** The attribute by whose value the element differs, `type` before all others, and how. */
  #variants(content: Pattern): [attribute: string, variants: readonly Variant[]] {
    let best: [string, readonly Variant[]] = ['', []];
    for (const [name, { values: patterns }] of shapeOf(content).attributes) {
      const values = enumeratedValues(patterns);
      if (values === undefined || name.includes(':')) continue;
      const variants = this.#variantsBy(content, name, values);
      if (name === 'type' && variants.length > 1) return [name, variants];
      if (variants.length > best[1].length) best = [name, variants];
    }
    return best;
  }

  #variantsBy(content: Pattern, local: string, values: readonly string[]): readonly Variant[] {
    const { pool } = this.#derivatives;
    const variants = new Map<string, Variant>();
    const add = (pattern: Pattern, value: string | undefined): void => {
      if (pattern.kind === 'notAllowed') return;
      const key = fingerprint(shapeOf(pattern));
      const known = variants.get(key);
      variants.set(key, {
        values: [...(known?.values ?? []), ...(value === undefined ? [] : [value])],
        absent: (known?.absent ?? false) || value === undefined,
        pattern: known?.pattern ?? pattern,
      });
    };
    for (const value of values) add(this.#derivatives.attribute(content, { namespace: '', local }, value).next, value);
    add(withoutAttribute(pool, content, local), undefined);
    const found = [...variants.values()];
    return found.filter((variant) => variant.values.length > 0).length > 1 ? found : [];
  }

  /** `whole` is the element whatever its variant: children that are the same there get the common name. */
  #members(shape: Shape, { words, path }: Naming, whole = { words, shape }): readonly string[] {
    const attributes = [...shape.attributes].map(([name, { values, required }]) =>
      member(`@${name}`, required, oftenNumber(name, valueType(values))),
    );
    const foreign = path === 'domain' ? [`  readonly [foreign: ${foreignName}]: XmlText | object | undefined;`] : [];
    if (tail(path).includes(':')) foreign.push(`  readonly [declaration: ${declarationName}]: string;`);
    const children = [...shape.children].map(([name, child]) => {
      const common = whole.shape.children.get(name)?.patterns.length === child.patterns.length;
      const type = this.#childType(name, child, { words: common ? whole.words : words, path });
      if (this.#repeating.has(`${tail(path)}/${name}`)) return member(name, child.required, listOf(type));
      return member(name, child.required, child.repeats ? `${type} | ${listOf(type)}` : type);
    });
    const text = shape.texts.length > 0 ? [member('#', shape.textRequired, valueType(shape.texts))] : [];
    return [...attributes, ...foreign, ...children, ...text];
  }

  #childType(name: string, { patterns }: ChildShape, naming: Naming): string {
    const shapes = patterns.map((pattern) => shapeOf(pattern.content()));
    if (shapes.some(({ open }) => open)) return 'XmlElement';
    const path = `${naming.path}/${name}`;
    const words = `${/^domain(\/devices)?$/.test(naming.path) ? '' : naming.words}${pascal(name)}`;
    const types = shapes.flatMap(({ attributes, children, texts }) => {
      if ([...attributes.values(), ...children.values()].some(({ required }) => required)) return [];
      if (texts.length > 0) return [valueType(texts)];
      return attributes.size + children.size === 0 ? ['EmptyElement'] : [];
    });
    const parts = patterns.filter((_, index) => {
      const shape = shapes[index];
      return shape !== undefined && shape.attributes.size + shape.children.size > 0;
    });
    return unique([...types, ...(parts.length > 0 ? [this.#nameOf(parts, { words, path })] : [])]).join(' | ');
  }

  #interface(path: string, heading: string, lines: readonly string[], comment: readonly string[]): void {
    this.#written.push(`${commentLines(comment)}${exported(path)}interface ${heading} {\n${lines.join('\n')}\n}\n`);
  }
}

const declarationName = '`@xmlns\x24{string}`';
const foreignName = '`\x24{string}:\x24{string}`';

const member = (key: string, required: boolean, type: string): string =>
  `  readonly ${/^\w+$/.test(key) ? key : quote(key)}${required ? '' : '?'}: ${type};`;

const listOf = (type: string): string => `readonly ${/[ |]/.test(type) ? `(${type})` : type}[]`;

/** The parts of the domain and the devices have exported types; others are reached through those. */
const exported = (path: string): string => (/^domain(\/(devices\/)?[^/]+)?$/.test(path) ? 'export ' : '');

/** Equal for shapes that have the same parts. */
function fingerprint({ attributes, children, texts, textRequired, open }: Shape): string {
  const parts = [
    ...[...attributes].map(([name, { values, required }]) => `@${name}${required}${values.map(({ id }) => id)}`),
    ...[...children].map(
      ([name, { patterns, required, repeats }]) => `${name}${required}${repeats}${patterns.map(({ id }) => id)}`,
    ),
    ...texts.map(({ id }) => `#${id}${textRequired}`),
  ];
  return `${open}${parts.sort().join()}`;
}

const commentLines = (lines: readonly string[]): string =>
  lines.length === 1
    ? `/** ${lines[0]} */\n`
    : `/**\n${lines.map((line) => `${` * ${line}`.trimEnd()}\n`).join('')} */\n`;

const tail = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const quote = (text: string): string => `'${text.replaceAll("'", "\\'")}'`;

const pascal = (name: string): string =>
  name
    .replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    .replace(/[^A-Za-z0-9]/g, '');
