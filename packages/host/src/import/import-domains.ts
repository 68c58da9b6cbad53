import { type DomainElement, DomainXmlError, domainData, mergeXml, parseXml } from '@kvm/domain-xml';
import { addGuests, type Inventory, judgeGuestName, parseInventory, type WrittenGuest } from '@kvm/inventory';
import { type Storage, volumePath } from '@kvm/lvm';
import { vmidMin } from '@kvm/netplan';
import { deriveDesired } from '../desired/desired.ts';
import { guestUuid } from '../desired/identity.ts';
import { domainDifferences } from '../drift/definition.ts';
import { chooseVmids } from './choose-vmids.ts';
import { sizeKeys, templateKeys } from './guest-keys.ts';
import { ownXml } from './own-xml.ts';

/** A domain to take over. */
export interface ImportableDomain {
  readonly name: string;
  readonly uuid: string;
  readonly active: boolean;
  readonly autostart: boolean;
  /** Its definition as libvirt writes it, without secrets. */
  readonly xml: string;
}

interface ImportedGuest {
  readonly name: string;
  readonly vmid: number;
  /** Whether it is made as all guests are, or has its whole definition as raw XML. */
  readonly as: 'template' | 'raw XML';
}

/** A domain that the inventory cannot have. */
interface LeftDomain {
  readonly name: string;
  /** A sentence. */
  readonly why: string;
  /** A sentence. */
  readonly remedy: string;
}

export interface Imported {
  /** The inventory with the guests; all else letter for letter. */
  readonly text: string;
  readonly guests: readonly ImportedGuest[];
  readonly left: readonly LeftDomain[];
}

interface ImportOptions {
  /** The inventory's file, as problems give it. */
  readonly file?: string;
  readonly storage?: Storage | undefined;
}

/**
 * Writes domains into an inventory as they are, so that a plan for them is empty. What is made as the template makes it is
 * written with the same few keys as any guest; another one keeps its definition as raw XML, but for memory and processors.
 *
 * @throws InventoryError for an inventory with problems, or one that guests cannot be added to
 */
export function importDomains(
  text: string,
  domains: readonly ImportableDomain[],
  options: ImportOptions = {},
): Imported {
  const { file = 'inventory.yaml', storage } = options;
  const { inventory } = parseInventory(text, { file });
  const left: LeftDomain[] = [];
  const names = namesIn(inventory);
  const fit = domains.flatMap((domain) => {
    const why = unfit(domain, names);
    if (why) left.push({ name: domain.name, ...why });
    if (why) return [];
    return [{ ...domain, definition: domainData(parseXml(domain.xml)) }];
  });
  const definitions = fit.map(({ definition }) => definition);
  const vmids = chooseVmids(definitions, new Set(inventory.guests.map(({ vmid }) => vmid)));
  const found = fit.map((each): Candidate => ({ ...each, vmid: vmids.get(each.definition) ?? vmidMin }));
  const [first] = found;
  if (first === undefined) return { text, guests: [], left };
  const probe = addGuests(text, new Map([[first.name, { vmid: first.vmid }]]), { file });
  const defaultDisks = parseInventory(probe).inventory.guests.find(({ name }) => name === first.name)?.disks ?? [];
  const volumes = new Map(storage?.volumes.map(({ vg, name, bytes }) => [volumePath(vg, name), bytes]));
  const around = { vg: inventory.host.vg, volumes, defaultDisks: defaultDisks.map(({ name }) => name) };
  const alike = writtenAlike(text, found, { around, host: inventory.host.name });
  const guests = found.map((each): [string, WrittenGuest] => [each.name, alike.get(each.name) ?? writtenRaw(each)]);
  return {
    text: addGuests(text, new Map(guests), { file }),
    guests: found.map(({ name, vmid }) => ({ name, vmid, as: alike.has(name) ? 'template' : 'raw XML' })),
    left,
  };
}

interface Candidate extends ImportableDomain {
  readonly definition: DomainElement;
  readonly vmid: number;
}

/** The names that an inventory has. */
interface TakenNames {
  readonly guests: ReadonlySet<string>;
  readonly others: ReadonlySet<string>;
}

const namesIn = ({ guests, host, machines, networks, groups }: Inventory): TakenNames => ({
  guests: new Set(guests.map(({ name }) => name)),
  others: new Set([host, ...machines, ...networks, ...groups].map(({ name }) => name)),
});

/** Why an inventory cannot have a domain. */
function unfit({ name, xml }: ImportableDomain, names: TakenNames): Omit<LeftDomain, 'name'> | undefined {
  if (names.guests.has(name)) {
    return { why: 'The inventory has a guest of this name.', remedy: 'Take that one out of it first.' };
  }
  const wrong = judgeGuestName(name);
  const rename = `\`virsh domrename ${/^[\w.-]+$/.test(name) ? name : 'DOMAIN'} NAME\` renames it while it does not run.`;
  if (wrong) return { why: wrong.message, remedy: `${wrong.remedy} ${rename}` };
  if (names.others.has(name)) {
    return { why: 'The inventory calls something else so.', remedy: rename };
  }
  try {
    mergeXml({ '@type': 'kvm', name, os: { type: 'hvm' }, memory: 1 }, ownXml(xml, new Set(['name', 'uuid'])));
    return undefined;
  } catch (error) {
    if (!(error instanceof DomainXmlError)) throw error;
    return { why: `Its definition cannot be kept: ${error.message}.`, remedy: '`virsh edit` takes that out.' };
  }
}

const stateKeys = ({ autostart, active }: Candidate): Pick<WrittenGuest, 'autostart' | 'state'> => ({
  autostart,
  state: active ? 'running' : 'stopped',
});

function writtenRaw({ vmid, uuid, xml, definition, ...domain }: Candidate): WrittenGuest {
  const { keys, said } = sizeKeys(definition);
  const own = ownXml(xml, new Set(['name', 'uuid', ...said]));
  return { vmid, ...keys, ...stateKeys({ vmid, uuid, xml, definition, ...domain }), uuid, template: 'none', xml: own };
}

interface Alike {
  readonly around: Parameters<typeof templateKeys>[2];
  /** The host's name. */
  readonly host: string;
}

/** Those that come out of the template as they are, as the inventory has them. */
function writtenAlike(
  text: string,
  found: readonly Candidate[],
  { around, host }: Alike,
): ReadonlyMap<string, WrittenGuest> {
  const tried = found.flatMap((each): [string, WrittenGuest][] => {
    const { name, vmid, uuid, definition } = each;
    const more = templateKeys(name, definition, around);
    const { keys, said } = sizeKeys(definition);
    if (more === undefined || said.length < 3) return [];
    const known = uuid === guestUuid({ name: host }, { name }) ? {} : { uuid };
    const { xml, ...filledIn } = more;
    return [[name, { vmid, ...keys, ...filledIn, ...stateKeys(each), ...known, ...(xml && { xml }) }]];
  });
  const definitions = new Map(found.map(({ name, definition }) => [name, definition]));
  const desired = deriveDesired(parseInventory(addGuests(text, new Map(tried))));
  const alike = desired.guests.filter(({ guest, domain }) => {
    const definition = definitions.get(guest.name);
    return definition && domainDifferences(domain, definition).length === 0;
  });
  const names = new Set(alike.map(({ guest }) => guest.name));
  return new Map(tried.filter(([name]) => names.has(name)));
}
