import { attributeSize, sameMemory, sizeOf, totalMemory } from './amount.ts';
import { isCanonicalMachine } from './filled-in/machine.ts';
import { isGeneratedPath } from './left-out.ts';
import { pathPattern } from './path-pattern.ts';
import { attributeAt, childOf, type Tree } from './tree.ts';
import { sameValue } from './value.ts';

const caseless = pathPattern('devices.*.boot.@loadparm devices.interface.model.@type');
/**
 * What a running guest's processor says in the place of what was asked for: the model and its features are those that QEMU
 * gave, all of them named, so that they can be checked where the guest is moved to.
 * Source: src/cpu/cpu_x86.c, virCPUx86Update and virCPUx86UpdateLive.
 */
const settled: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'cpu.@check': { none: ['full'], partial: ['full'] },
  'cpu.@mode': { 'host-model': ['custom'] },
  'cpu.@match': { minimum: ['exact'] },
  'cpu.model.@fallback': { allow: ['forbid'] },
  'cpu.feature.@policy': { force: ['require'], optional: ['require', 'disable'], forbid: ['disable'] },
};

const isSettled = (path: string, desired: string, actual: string): boolean =>
  settled[path]?.[desired]?.includes(actual) ?? false;

const cpuSets = pathPattern('**.@cpuset **.@nodeset **.@cpus **.@vcpus **.@iothreads');

const sourcePaths = pathPattern(
  'devices.console.source.@path devices.serial.source.@path devices.channel.source.@path',
);

/** libvirt numbers or resolves these anew. */
const assigned = pathPattern('devices.console.target.@port devices.disk.backingStore.**');

/** Amounts in KiB, with a unit beside them: virDomainParseMemory. */
const sizes = pathPattern('memoryBacking.hugepages.page.@size cpu.numa.cell.@memory');

/** An attribute as it is and as it was asked for; `around` is its element as asked for, `there` as it is. */
export interface AttributeValues {
  readonly desired: string;
  readonly actual: string;
  readonly around: Tree;
  readonly there: Tree;
  /** Whether the domain runs. */
  readonly live: boolean;
}

/** Whether an attribute says what was asked for, be it in other words. */
export function sameAttribute(path: string, { desired, actual, around, there, live }: AttributeValues): boolean {
  if (live && isSettled(path, desired, actual)) return true;
  if (sizes(path)) return sameMemory(attributeSize(desired, around), attributeSize(actual, there), live);
  if (sameValue(desired, actual) || assigned(path)) return true;
  if (caseless(path)) return desired.toLowerCase() === actual.toLowerCase();
  if (cpuSets(path)) return sameSet(desired, actual);
  if (sourcePaths(path)) return isGeneratedPath(desired) && isGeneratedPath(actual);
  switch (path) {
    case 'devices.disk.source.@name':
    case 'devices.hostdev.source.@name':
      return around.attributes.get('protocol') === 'iscsi' && `${desired}/0` === actual;
    case 'os.type.@machine':
      return isCanonicalMachine(desired, actual);
    case 'devices.controller.@model':
      return desired === 'auto' && around.attributes.get('type') === 'scsi' && isDefaultScsi(actual);
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

/** `auto` is the machine's own: src/qemu/qemu_domain.c, qemuDomainGetSCSIControllerModel. */
const isDefaultScsi = (model: string): boolean => ['lsilogic', 'virtio-scsi', 'ibmvscsi', 'ncr53c90'].includes(model);

/**
 * Whether the text of an element is what libvirt reckons from the rest: with NUMA cells, the memory is that of all cells and
 * memory devices, and there is never more in use than there is. Source: src/conf/domain_postparse.c, virDomainDefPostParseMemory.
 */
export function isReckoned(
  path: string,
  actual: Tree,
  { wanted, live }: { readonly wanted: Tree; readonly live: boolean },
): boolean {
  // The host's own, if it has at least what was asked for: src/cpu/cpu_x86.c, x86Compute.
  if (path === 'cpu.model.#') return live && attributeAt(wanted, 'cpu@match') === 'minimum';
  if (path !== 'memory.#' && path !== 'currentMemory.#') return false;
  const total = totalMemory(wanted);
  const asked = childOf(wanted, path.slice(0, -2));
  const size = asked && sizeOf(asked);
  const isTotal = path === 'memory.#' || (size !== undefined && total !== undefined && size >= total);
  return isTotal && sameMemory(total, sizeOf(actual), live);
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
