import { attributeOf, type DomainElement, elementsAt, type ParsedXml } from '@kvm/domain-xml';
import { parseTapName, vmidMax, vmidMin } from '@kvm/netplan';

/** The XML namespace of the element in `<metadata>` that marks a domain as ours. */
export const metadataNamespace = 'urn:kvmctl:guest:1';

/** Of our mark: the names of the disks in the order of their letters, by which a disk keeps its letter. */
export const diskNamesMark = '@disks';

type Metadata = NonNullable<DomainElement['metadata']>;

/**
 * The mark of a guest's domain, as its `<metadata>`.
 *
 * @param disks names in the order of their letters
 */
export const renderMark = (vmid: number, disks: readonly string[]) => ({
  'kvmctl:guest': {
    '@xmlns:kvmctl': metadataNamespace,
    '@vmid': String(vmid),
    ...(disks.length > 0 && { [diskNamesMark]: disks.join(' ') }),
  },
});

/** Whether an element of `<metadata>` is our mark. */
export const isMark = ([name, content]: readonly [string, Metadata[string] | undefined]): boolean =>
  name.includes(':') &&
  typeof content === 'object' &&
  !Array.isArray(content) &&
  Object.entries(content).some(([key, value]) => key.startsWith('@xmlns:') && value === metadataNamespace);

/** What a domain that is ours says of itself, `@vmid` and the like; undefined for one that is not. */
export function markOf({ metadata }: Pick<DomainElement, 'metadata'>): Readonly<Record<string, unknown>> | undefined {
  const [, mark] = Object.entries(metadata ?? {}).find(isMark) ?? [];
  return mark === undefined ? undefined : Object(mark);
}

/** Whether a domain is ours: it says so itself. */
export const isOurs = (domain: DomainElement): boolean => markOf(domain) !== undefined;

/** Whether it is a VMID that a guest may have. */
export const isVmid = (vmid: number | undefined): vmid is number =>
  vmid !== undefined && Number.isInteger(vmid) && vmid >= vmidMin && vmid <= vmidMax;

/**
 * The VMID of a domain: from the mark in its metadata, else from its tap's name; undefined for one that has neither. Of XML, as
 * also a domain that nobody could read as data has one.
 */
export function domainVmid({ root }: ParsedXml): number | undefined {
  const [mark] = elementsAt([root], 'metadata', 'guest').filter(({ namespace }) => namespace === metadataNamespace);
  const vmid = Number(attributeOf(mark, 'vmid'));
  if (isVmid(vmid)) return vmid;
  const taps = elementsAt([root], 'devices', 'interface', 'target').map((target) => attributeOf(target, 'dev') ?? '');
  return taps.map(parseTapName).find((each) => each !== undefined);
}
