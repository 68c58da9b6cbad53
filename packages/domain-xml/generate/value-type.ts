import type { Datatype } from '../src/relaxng/datatype.ts';
import type { Pattern } from '../src/relaxng/pattern.ts';
import { unique } from './shape.ts';

const wholeNumbers = /^(integer|long|int|short|byte|unsigned.*|positiveInteger|nonNegativeInteger)$/;

/** The TypeScript type of an attribute's value or of text. */
export function valueType(patterns: readonly Pattern[]): string {
  const types = unique(patterns.flatMap(typesOf));
  if (!types.includes('string')) return types.join(' | ');
  return types.includes('WholeNumber') ? 'string | number' : 'string';
}

function typesOf(pattern: Pattern): string[] {
  switch (pattern.kind) {
    case 'value':
      return [`'${pattern.value.replaceAll("'", "\\'")}'`];
    case 'data':
      return dataTypes(pattern.type);
    case 'empty':
      return ["''"];
    case 'choice':
      return [...typesOf(pattern.left), ...typesOf(pattern.right)];
    default:
      return ['string'];
  }
}

/** Text that has to be digits, such as a port, may be given as a number. */
function dataTypes({ name, allows }: Datatype): string[] {
  if (wholeNumbers.test(name)) return ['WholeNumber'];
  return allows('1') && !allows('z') ? ['string', 'WholeNumber'] : ['string'];
}

/** The enumerated values, when there is nothing else. */
export function enumeratedValues(patterns: readonly Pattern[]): readonly string[] | undefined {
  const values: string[] = [];
  const visit = (pattern: Pattern): boolean => {
    if (pattern.kind === 'choice') return visit(pattern.left) && visit(pattern.right);
    if (pattern.kind !== 'value') return false;
    values.push(pattern.value);
    return true;
  };
  return patterns.every(visit) ? unique(values) : undefined;
}
