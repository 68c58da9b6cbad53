import { childOf, type Tree } from './tree.ts';
import { bytesOf, inKiB } from './value.ts';

/** What an element such as `<memory unit='MB'>512</memory>` says, in KiB. */
export const sizeOf = (element: Tree): bigint | undefined => attributeSize(element.text, element);

/** What an attribute says that has its unit beside it, as `<page size='2' unit='MiB'/>`, in KiB. */
export function attributeSize(value: string, { attributes }: Tree): bigint | undefined {
  const bytes = bytesOf(value, attributes.get('unit'), 'KiB');
  return bytes === undefined ? undefined : inKiB(bytes);
}

/**
 * Whether two amounts of memory in KiB are the same. A guest is given whole MiB when it starts.
 * Source: src/qemu/qemu_domain.c, qemuDomainAlignMemorySizes.
 */
export function sameMemory(asked: bigint | undefined, there: bigint | undefined, live: boolean): boolean {
  if (asked === undefined || there === undefined) return false;
  return asked === there || (live && ((asked + 1023n) / 1024n) * 1024n === there);
}

const sumOf = (sizes: readonly (bigint | undefined)[]): bigint | undefined =>
  sizes.reduce((sum, each) => (sum === undefined || each === undefined ? undefined : sum + each), 0n);

/** The memory of all NUMA cells in KiB; undefined where there are none, or one cannot be read. */
export function cellMemory(domain: Tree): bigint | undefined {
  const cells = childOf(childOf(domain, 'cpu') ?? domain, 'numa')?.children.get('cell') ?? [];
  return cells.length === 0
    ? undefined
    : sumOf(cells.map((cell) => attributeSize(cell.attributes.get('memory') ?? '', cell)));
}

/** The memory of all memory devices in KiB. */
export function pluggedMemory(domain: Tree): bigint | undefined {
  const devices = childOf(domain, 'devices')?.children.get('memory') ?? [];
  return sumOf(
    devices.map((device) => {
      const size = childOf(childOf(device, 'target') ?? device, 'size');
      return size && sizeOf(size);
    }),
  );
}

/**
 * All the memory of a domain in KiB: what its NUMA cells and memory devices have, whatever `<memory>` says, and that where
 * there are no cells. Source: src/conf/domain_postparse.c, virDomainDefPostParseMemory.
 */
export function totalMemory(domain: Tree): bigint | undefined {
  const cells = cellMemory(domain);
  const memory = childOf(domain, 'memory');
  if (cells === undefined) return memory && sizeOf(memory);
  const plugged = pluggedMemory(domain);
  return plugged === undefined ? undefined : cells + plugged;
}
