import { type ElementNode, type ParsedXml, parseXml, renderXml } from '../src/index.ts';
import { isElement } from '../src/xml/node.ts';
import { randomFrom } from './random.ts';

const oddValues = [
  '',
  ' ',
  '0',
  '-1',
  '+5',
  ' 7 ',
  '1.5',
  '0x1F',
  '99999999999',
  'yes',
  'bogus',
  'a b',
  'a\nb',
  '\u00e9',
  '/x',
];

/** Makes random changes to documents; elements, attributes and values are taken from all of them. */
export class Mutator {
  readonly #random: (below: number) => number;
  readonly #documents: readonly ParsedXml[];
  readonly #elements: ElementNode[] = [];

  constructor(xmls: readonly string[], seed: number) {
    this.#random = randomFrom(seed);
    this.#documents = xmls.map((xml) => parseXml(xml));
    for (const { root } of this.#documents) this.#elements.push(...elementsOf(root).filter(movable));
  }

  /** One document with one to three changes. */
  next(): string {
    const document = this.#pick(this.#documents);
    let { root } = document;
    for (let changes = 1 + this.#random(3); changes > 0; changes -= 1) {
      const target = this.#pick(elementsOf(root));
      const changed = this.#mutate(target);
      root = replace(root, target, changed);
    }
    return renderXml({ ...document, root });
  }

  #pick<Item>(items: readonly Item[]): Item {
    const item = items[this.#random(items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  #value(): string {
    if (this.#random(3) === 0) return this.#pick(oddValues);
    const donor = this.#pick(this.#elements);
    const text = donor.content.find((node) => typeof node === 'string');
    return donor.attributes.length > 0 ? this.#pick(donor.attributes).value : (text ?? '');
  }

  #mutate(element: ElementNode): ElementNode {
    const content = [...element.content];
    const attributes = [...element.attributes];
    const at = this.#random(Math.max(1, content.length));
    const attribute = attributes.length > 0 ? this.#random(attributes.length) : -1;
    const old = attributes[attribute];
    const donor = this.#pick(this.#elements);
    const borrowed = donor.attributes.find(({ name }) => attributes.every((own) => own.name !== name));
    switch (this.#random(10)) {
      case 0:
        content.splice(at, 1);
        break;
      case 1:
        content.splice(at, 0, donor);
        break;
      case 2:
        content.splice(at, 0, content[this.#random(Math.max(1, content.length))] ?? donor);
        break;
      case 3:
        content.reverse();
        break;
      case 4:
        content.splice(at, 0, this.#value());
        break;
      case 5:
        return { ...element, startTag: undefined, name: donor.name, local: donor.local };
      case 6:
        if (old !== undefined && !old.name.startsWith('xmlns')) attributes.splice(attribute, 1);
        break;
      case 7:
        if (borrowed !== undefined) attributes.push(borrowed);
        break;
      default:
        if (old === undefined) content.splice(at, 1, this.#value());
        else if (!old.name.startsWith('xmlns')) attributes[attribute] = { ...old, value: this.#value() };
    }
    return { ...element, startTag: undefined, attributes, content };
  }
}

function elementsOf(element: ElementNode): ElementNode[] {
  const inside = element.content.flatMap((node) => (isElement(node) ? elementsOf(node) : []));
  return [element, ...inside];
}

/** Whether it uses no prefix, which would be bound to nothing elsewhere. */
const movable = (element: ElementNode): boolean =>
  elementsOf(element).every((node) => ![node, ...node.attributes].some(({ name }) => name.includes(':')));

function replace(element: ElementNode, target: ElementNode, by: ElementNode): ElementNode {
  if (element === target) return by;
  const content = element.content.map((node) => (isElement(node) ? replace(node, target, by) : node));
  const same = content.every((node, index) => node === element.content[index]);
  return same ? element : { ...element, content };
}
