import { isGeneratedPath } from './left-out.ts';
import { pathPattern } from './path-pattern.ts';
import type { Tree } from './tree.ts';
import { sameValue } from './value.ts';

const caseless = pathPattern('devices.*.boot.@loadparm devices.interface.model.@type');
const cpuSets = pathPattern('**.@cpuset **.@nodeset **.@cpus **.@vcpus **.@iothreads');

const sourcePaths = pathPattern(
  'devices.console.source.@path devices.serial.source.@path devices.channel.source.@path',
);

/** libvirt numbers or resolves these anew. */
const assigned = pathPattern('devices.console.target.@port devices.disk.backingStore.**');

/** An attribute as it is and as it was asked for; `around` is its element as asked for. */
export interface AttributeValues {
  readonly desired: string;
  readonly actual: string;
  readonly around: Tree;
}

/** Whether an attribute says what was asked for, be it in other words. */
export function sameAttribute(path: string, { desired, actual, around }: AttributeValues): boolean {
  if (sameValue(desired, actual) || assigned(path)) return true;
  if (caseless(path)) return desired.toLowerCase() === actual.toLowerCase();
  if (cpuSets(path)) return sameSet(desired, actual);
  if (sourcePaths(path)) return isGeneratedPath(desired) && isGeneratedPath(actual);
  switch (path) {
    case 'devices.disk.source.@name':
    case 'devices.hostdev.source.@name':
      return around.attributes.get('protocol') === 'iscsi' && `${desired}/0` === actual;
    case 'devices.disk.@type':
      return desired === 'volume' || !around.children.has('source');
    case 'devices.graphics.@port':
      return around.attributes.get('autoport') === 'yes' || desired === '-1';
    case 'devices.serial.target.@type':
      return desired === 'isa-serial' && actual !== 'usb-serial' && actual !== 'pci-serial';
    case 'devices.redirfilter.usbdev.@version':
      return Number(desired) === Number(actual);
    default:
      return false;
  }
}

const sameSet = (one: string, other: string): boolean => {
  const [a, b] = [numbersIn(one), numbersIn(other)];
  return a !== undefined && b !== undefined && a.length === b.length && a.every((number, index) => number === b[index]);
};

const greatest = 4095;

/** The numbers that libvirt's notation `0-3,^2,8` stands for, in order. */
function numbersIn(list: string): readonly number[] | undefined {
  const numbers = new Set<number>();
  for (const part of list.split(',')) {
    const [, not, first = '', last = first] = /^(\^?)([0-9]{1,5})(?:-([0-9]{1,5}))?$/.exec(part.trim()) ?? [];
    if (first === '' || Number(last) > greatest) return undefined;
    for (let number = Number(first); number <= Number(last); number += 1) {
      if (not === '^') numbers.delete(number);
      else numbers.add(number);
    }
  }
  return [...numbers].sort((a, b) => a - b);
}

const ranged = new Map([
  ['vcpusched', 'vcpus'],
  ['iothreadsched', 'iothreads'],
]);

/** Items that stand for several, one each: libvirt splits `<vcpusched vcpus='0-1'>`. */
export function separately(items: readonly Tree[]): readonly Tree[] {
  return items.flatMap((item) => {
    const attribute = ranged.get(item.name);
    const numbers = attribute === undefined ? undefined : numbersIn(item.attributes.get(attribute) ?? '');
    if (attribute === undefined || numbers === undefined || items.length > greatest / 64) return [item];
    return numbers.map((number) => ({
      ...item,
      attributes: new Map([...item.attributes, [attribute, String(number)]]),
    }));
  });
}
