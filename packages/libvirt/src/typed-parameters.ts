import { protocolError } from './error.ts';
import { stringMax } from './structures.ts';
import type { XdrReader, XdrWriter } from './xdr.ts';

/** A value of libvirt's `virTypedParameter`; its 64-bit numbers are bigints. */
export type TypedValue = number | bigint | boolean | string;

/** virTypedParameterType. */
const valueType = { int: 1, uint: 2, llong: 3, ullong: 4, double: 5, boolean: 6, string: 7 } as const;

/** The fewest bytes of a parameter: an empty name, its type, its value. */
const parameterSize = 12;

function readValue(input: XdrReader): TypedValue {
  const type = input.int();
  switch (type) {
    case valueType.int:
      return input.int();
    case valueType.uint:
      return input.uint();
    case valueType.llong:
      return input.long();
    case valueType.ullong:
      return input.ulong();
    case valueType.double:
      return input.double();
    case valueType.boolean:
      return input.int() !== 0;
    case valueType.string:
      return input.message(stringMax);
    default:
      throw protocolError(`a parameter has the unknown type ${type}`);
  }
}

export function readParameters(input: XdrReader, maximum: number): Map<string, TypedValue> {
  const values = new Map<string, TypedValue>();
  input.array({ maximum, itemSize: parameterSize }, () => values.set(input.string(stringMax), readValue(input)));
  return values;
}

/** Writes what calls of this package take: strings, and bigints as unsigned 64-bit numbers. */
export function writeParameters(out: XdrWriter, parameters: ReadonlyMap<string, string | bigint>): void {
  out.uint(parameters.size);
  for (const [name, value] of parameters) {
    out.string(name, stringMax);
    if (typeof value === 'string') {
      out.int(valueType.string);
      out.string(value, stringMax);
    } else {
      out.int(valueType.ullong);
      out.ulong(value);
    }
  }
}
