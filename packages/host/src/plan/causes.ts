import type { DomainElement } from '@kvm/domain-xml';
import { formatSize } from '@kvm/lvm';
import { parseTapName } from '@kvm/netplan';
import type { DesiredGuest } from '../desired/desired.ts';
import { isVmid, markOf } from '../marker.ts';
import type { ObservedDomain } from '../observed.ts';
import { disksOf } from './disk-data.ts';
import type { Cause, PlanPart, Step, StepChange, Waiting } from './step.ts';

/** A plan for a guest's domain, whose changes say what of the inventory they follow from. */
export function withCauses(
  { steps, waiting }: PlanPart,
  desired: DesiredGuest,
  there: ObservedDomain | undefined,
): PlanPart {
  if (there === undefined) return { steps, waiting };
  const { definition, running, kept } = there;
  const live = running ?? kept?.saved ?? definition;
  const of = <Item extends Step | Waiting>(item: Item, domain: DomainElement): Item => {
    const causes = causesOf(item.changes, desired, domain);
    return causes.length > 0 ? { ...item, causes } : item;
  };
  return {
    steps: steps.map((step) => of(step, step.action.kind === 'define' ? definition : live)),
    waiting: waiting.map((each) => of(each, live)),
  };
}

/** Keys of the inventory that are one place of the domain each. */
const plainKeys = new Map([
  ['vcpu', 'vcpus'],
  ['os.cmdline', 'cmdline'],
  ['os.kernel', 'host.kernel'],
  ['os.initrd', 'host.initrd'],
  ['devices.emulator', 'host.emulator'],
]);

/** In the order in which they are told. */
function causesOf(changes: readonly StepChange[], desired: DesiredGuest, there: DomainElement): Cause[] {
  const causes = new Map<string, Cause>();
  const add = (cause: Omit<Cause, 'follows'>, what: string): void => {
    const known = causes.get(cause.what);
    causes.set(cause.what, { ...(known ?? cause), follows: [...(known?.follows ?? []), what] });
  };
  const moved = ofVmid(desired, there);
  for (const change of changes) {
    const { what, before, after } = change;
    const key = plainKeys.get(what);
    const disk = diskName(change, desired, there);
    if (moved?.isPart(what)) add({ what: 'vmid', before: moved.before, after: moved.after }, what);
    else if (what === 'memory' || what === 'currentMemory')
      add({ what: 'memory', before: inMemory(before), after: inMemory(after) }, what);
    else if (key !== undefined) add({ what: key, before, after }, what);
    else if (disk !== undefined) add({ what: `disks.${disk}` }, what);
  }
  return [...causes.values()];
}

/** libvirt's KiB, with or without the unit. */
function inMemory(kib: string | undefined): string | undefined {
  const [, number] = /^(\d+)(?: KiB)?$/.exec(kib ?? '') ?? [];
  return number === undefined ? kib : formatSize(Number(number) * 1024);
}

/** What follows from another VMID, where the domain has been made for one: its card, its screen's port, its console. */
function ofVmid({ guest, net }: DesiredGuest, there: DomainElement) {
  const cards = there.devices?.interface ?? [];
  const mark = Number(markOf(there)?.['@vmid']);
  const taps = cards.flatMap(({ target }) => parseTapName(target?.['@dev'] ?? '') ?? []);
  // The mark of a guest that runs is that of its start.
  const before = isVmid(mark) ? mark : taps[0];
  if (before === undefined || before === guest.vmid) return undefined;
  const old = cards.find(({ target }) => parseTapName(target?.['@dev'] ?? '') === before)?.mac?.['@address'];
  const places = [
    ...[net.mac, ...(old === undefined ? [] : [old])].map((mac) => `devices.interface[${mac.toLowerCase()}]`),
    ...['devices.graphics[vnc].@port', 'devices.console', 'gateway'],
  ];
  return {
    before: String(before),
    after: String(guest.vmid),
    isPart: (what: string): boolean => places.some((place) => what.toLowerCase().startsWith(place.toLowerCase())),
  };
}

/** The disk of the inventory that a change is about: the guest's volume, by the letter that it has in either domain. */
function diskName(
  { what, before }: StepChange,
  { guest, domain }: DesiredGuest,
  there: DomainElement,
): string | undefined {
  const [, letter] = /^devices\.disk\[(\w+)\]/.exec(what) ?? [];
  if (letter === undefined) return undefined;
  const lists = before === undefined ? [domain, there] : [there, domain];
  const place = lists.flatMap(disksOf).find(({ disk }) => disk === letter)?.place ?? '';
  const [, , , volume = ''] = place.split('/');
  return volume.startsWith(`${guest.name}.`) ? volume.slice(guest.name.length + 1) : undefined;
}
