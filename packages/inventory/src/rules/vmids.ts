import type { InventoryPath } from '../problem.ts';
import type { Draft } from '../schema/shape.ts';
import type { Judging } from './judging.ts';
import type { Ranges } from './ranges.ts';

const HIGHEST = 4095;
const MOST_PROPOSED = 3;

/** The range's number of subnets, of which VMID 0 is one: 256 for /24s of a /16. */
const subnetsOf = ({ ipv4, prefix }: Ranges): number => (ipv4 && prefix ? 2 ** (prefix - ipv4.prefix) : HIGHEST + 1);

/** The VMID's decimal digits are the hexadecimal digits of its /64's number: 65 takes 0x65. */
const slotsOf = ({ ipv6 }: Ranges): number => (ipv6 ? 2 ** (64 - ipv6.prefix) : Number.POSITIVE_INFINITY);

const fits = (vmid: number, ranges: Ranges): boolean =>
  vmid < subnetsOf(ranges) && Number.parseInt(String(vmid), 16) < slotsOf(ranges);

/** The free VMIDs nearest above; below when there are none. */
function freeNear(vmid: number, used: ReadonlyMap<number, InventoryPath>, ranges: Ranges): readonly number[] {
  const free: number[] = [];
  const consider = (candidate: number): void => {
    if (!used.has(candidate) && fits(candidate, ranges)) free.push(candidate);
  };
  for (let above = vmid + 1; above <= HIGHEST && free.length < MOST_PROPOSED; above++) consider(above);
  for (let below = vmid - 1; below >= 1 && free.length < MOST_PROPOSED; below--) consider(below);
  return free.sort((a, b) => a - b);
}

function judgeFit(vmid: number, path: InventoryPath, ranges: Ranges, { report }: Judging): void {
  const { ipv4, prefix, ipv6 } = ranges;
  if (vmid >= subnetsOf(ranges)) {
    const last = subnetsOf(ranges) - 1;
    const message = `VMID ${vmid} has no subnet: ${ipv4?.text} splits into /${prefix}s numbered 0 to ${last}.`;
    const remedy = `Choose a VMID from 1 to ${last}, or a wider ranges.ipv4.`;
    report(path, { code: 'vmid-outside-range', message, remedy });
  } else if (!fits(vmid, ranges)) {
    const digits = Math.floor((64 - (ipv6?.prefix ?? 0)) / 4);
    const message = `VMID ${vmid} has no IPv6 subnet: its digits, read as hexadecimal, do not fit into ${ipv6?.text}.`;
    const remedy = `Choose a VMID of ${digits === 1 ? 'one digit' : `up to ${digits} digits`}, or a ranges.ipv6 of /48.`;
    report(path, { code: 'vmid-outside-range', message, remedy });
  }
}

/** Each guest's VMID is its own, and has a subnet. */
export function judgeVmids(draft: Draft, ranges: Ranges, judging: Judging): void {
  const guests = Object.entries(draft.guests ?? {});
  if (guests.length > HIGHEST) {
    const message = `There are ${guests.length} guests, but only ${HIGHEST} VMIDs.`;
    const remedy = 'Give some of them another host and inventory.';
    judging.report(['guests'], { code: 'too-many-guests', message, remedy });
  }
  const used = new Map<number, InventoryPath>();
  const again: { readonly vmid: number; readonly path: InventoryPath }[] = [];
  for (const [guest, keys] of guests) {
    const vmid = keys?.vmid;
    if (vmid === undefined) continue;
    const path = ['guests', guest, 'vmid'];
    if (used.has(vmid)) again.push({ vmid, path });
    else used.set(vmid, path);
    judgeFit(vmid, path, ranges, judging);
  }
  const proposals = new Map<number, string>();
  for (const { vmid, path } of again) {
    const first = used.get(vmid) ?? path;
    const free = proposals.get(vmid) ?? freeNear(vmid, used, ranges).join(', ');
    proposals.set(vmid, free);
    const message = `VMID ${vmid} is already used by ${first[1]} (${judging.name(first)}). Free: ${free || 'none'}.`;
    const remedy = `Change ${path[1]} here or ${first[1]} there.`;
    judging.report(path, { code: 'duplicate-vmid', message, remedy, related: [first] });
  }
}
