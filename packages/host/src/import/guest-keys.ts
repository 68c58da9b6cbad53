import type { DomainElement } from '@kvm/domain-xml';
import type { WrittenGuest } from '@kvm/inventory';

const units = ['KiB', 'MiB', 'GiB', 'TiB'];

/** `512 MiB`: a size of whole KiB, exactly. */
function writtenSize(kib: number): string {
  let power = 0;
  while (power < units.length - 1 && kib % 1024 ** (power + 1) === 0) power += 1;
  return `${kib / 1024 ** power} ${units[power]}`;
}

/** The number in an element, unless it has attributes that say more than these. */
function plainNumber(element: unknown, known: readonly string[]): number | undefined {
  if (typeof element !== 'object' || element === null) return element === undefined ? undefined : Number(element);
  const more = Object.entries(element).filter(([key, value]) => key !== '#' && !known.includes(`${key}=${value}`));
  return more.length === 0 && '#' in element ? Number(element['#']) : undefined;
}

/** What an inventory allows; see its schema. */
const [leastKib, mostKib, mostVcpus] = [16 * 1024, 16 * 1024 ** 3, 4096];

/** Keys of the inventory that hold for a domain of any kind, and the names of the elements that say the same. */
export function sizeKeys({ memory, currentMemory, vcpu }: DomainElement): {
  readonly keys: Pick<WrittenGuest, 'memory' | 'vcpus'>;
  readonly said: readonly string[];
} {
  const kib = plainNumber(memory, ['@unit=KiB']);
  const now = plainNumber(currentMemory ?? memory, ['@unit=KiB']);
  const count = plainNumber(vcpu ?? 1, ['@placement=static']);
  const memoryFits = kib !== undefined && Number.isInteger(kib) && kib >= leastKib && kib <= mostKib;
  const countFits = count !== undefined && count >= 1 && count <= mostVcpus;
  return {
    keys: { ...(memoryFits && { memory: writtenSize(kib) }), ...(countFits && { vcpus: count }) },
    said: [
      ...(memoryFits ? ['memory'] : []),
      ...(memoryFits && now === kib ? ['currentMemory'] : []),
      ...(countFits ? ['vcpu'] : []),
    ],
  };
}

interface Surroundings {
  readonly vg: string;
  /** The bytes of each volume, by its path. */
  readonly volumes: ReadonlyMap<string, number>;
  /** Disks that a guest has which says nothing of them. */
  readonly defaultDisks: readonly string[];
}

/** The keys that would make such a domain of the template; undefined for one that is of another kind. */
export function templateKeys(
  name: string,
  domain: DomainElement,
  { vg, volumes, defaultDisks }: Surroundings,
): Pick<WrittenGuest, 'disks' | 'cmdline' | 'xml'> | undefined {
  const { os, devices, '@type': type } = domain;
  const sizes = new Map<string, string>();
  for (const { source } of devices?.disk ?? []) {
    const path = source && '@dev' in source ? String(source['@dev']) : '';
    const disk = path.startsWith(`/dev/${vg}/${name}.`) ? path.slice(`/dev/${vg}/${name}.`.length) : '';
    const size = volumes.get(path);
    if (!/^[\w+][\w+-]*$/.test(disk) || size === undefined) return undefined;
    sizes.set(disk, writtenSize(size / 1024));
  }
  if (os === undefined || os.kernel === undefined || os.cmdline === undefined) return undefined;
  const unwanted = defaultDisks.filter((disk) => !sizes.has(disk)).map((disk): [string, string] => [disk, 'none']);
  const disks = Object.fromEntries([...sizes, ...unwanted]);
  return {
    ...(Object.keys(disks).length > 0 && { disks }),
    cmdline: String(os.cmdline),
    ...(type !== 'kvm' && { xml: `<domain type='${type}'/>` }),
  };
}
