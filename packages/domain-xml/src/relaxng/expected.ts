import { spelledNames } from './name-class.ts';
import type { Pattern } from './pattern.ts';

/** The names of the child elements that may stand first, and of the attributes that may still come. */
export interface ExpectedNames {
  readonly elements: readonly string[];
  readonly attributes: readonly string[];
}

export function expectedNames(patterns: readonly Pattern[]): ExpectedNames {
  const elements = new Set<string>();
  const attributes = new Set<string>();
  const visit = (pattern: Pattern): void => {
    if (pattern.kind === 'element') for (const name of spelledNames(pattern.name)) elements.add(name);
    else if (pattern.kind === 'attribute') for (const name of spelledNames(pattern.name)) attributes.add(name);
    else if (pattern.kind === 'oneOrMore') visit(pattern.of);
    else if (pattern.kind === 'choice' || pattern.kind === 'interleave' || pattern.kind === 'group') {
      visit(pattern.left);
      visit(pattern.right);
    }
  };
  for (const pattern of patterns) visit(pattern);
  return { elements: [...elements], attributes: [...attributes] };
}

/** What a value may be: enumerated values as they are, other datatypes described. */
export interface ExpectedValues {
  readonly values: readonly string[];
  readonly descriptions: readonly string[];
}

export function expectedValues(tests: readonly Pattern[]): ExpectedValues {
  const values = new Set<string>();
  const descriptions = new Set<string>();
  const visit = (pattern: Pattern): void => {
    if (pattern.kind === 'value') values.add(pattern.value);
    else if (pattern.kind === 'data') descriptions.add(pattern.type.described);
    else if (pattern.kind === 'empty') descriptions.add('nothing');
    else if (pattern.kind === 'list' || pattern.kind === 'oneOrMore') visit(pattern.of);
    else if (pattern.kind === 'choice' || pattern.kind === 'group' || pattern.kind === 'interleave') {
      visit(pattern.left);
      visit(pattern.right);
    }
  };
  for (const test of tests) visit(test);
  return { values: [...values], descriptions: [...descriptions] };
}

/** The fewest names of attributes without which a start tag cannot end. */
export const missingAttributes = (pattern: Pattern): readonly string[] => missing(pattern, 'attributes');

/** The fewest names of elements, or the text, without which the content cannot end. */
export const missingContent = (pattern: Pattern): readonly string[] => missing(pattern, 'content');

function missing(pattern: Pattern, what: 'attributes' | 'content'): readonly string[] {
  if (pattern.nullable) return [];
  switch (pattern.kind) {
    case 'element':
      return what === 'content' ? [`<${spelledNames(pattern.name).join('|') || 'any element'}>`] : [];
    case 'attribute':
      return what === 'attributes' ? [spelledNames(pattern.name).join('|') || 'any attribute'] : [];
    case 'data':
    case 'value':
    case 'list':
      return what === 'content' ? ['text'] : [];
    case 'oneOrMore':
      return missing(pattern.of, what);
    case 'interleave':
    case 'group':
      return [...new Set([...missing(pattern.left, what), ...missing(pattern.right, what)])];
    case 'choice': {
      const left = missing(pattern.left, what);
      const right = missing(pattern.right, what);
      if (left.length === 1 && right.length === 1 && left[0] !== right[0]) return [`${left[0]} or ${right[0]}`];
      return right.length < left.length ? right : left;
    }
    default:
      return [];
  }
}
