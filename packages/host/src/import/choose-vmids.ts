import type { DomainElement } from '@kvm/domain-xml';
import { parseMacAddress, parseTapName, vmidMin } from '@kvm/netplan';
import { isVmid, markOf } from '../marker.ts';

/** Where a domain's VMID is seen, the surest first; each may name several. */
const signs: readonly ((domain: DomainElement) => readonly (number | undefined)[])[] = [
  (domain) => [Number(markOf(domain)?.['@vmid'])],
  ({ devices }) => (devices?.interface ?? []).map(({ target }) => parseTapName(target?.['@dev'] ?? '')),
  ({ devices }) => (devices?.interface ?? []).map(({ mac }) => vmidOfMac(mac?.['@address'] ?? '')),
  ({ devices }) =>
    (devices?.graphics ?? []).map((each) => ('@port' in each ? Number(each['@port']) - 5900 : undefined)),
];

/**
 * The VMIDs that domains bear already, each given to the one that shows it by the surest sign; those left get the lowest that are
 * free, so that none of them takes what another domain bears.
 *
 * @param taken VMIDs that are not to be had
 */
export function chooseVmids(
  domains: readonly DomainElement[],
  taken: ReadonlySet<number>,
): ReadonlyMap<DomainElement, number> {
  const used = new Set(taken);
  const chosen = new Map<DomainElement, number>();
  const give = (domain: DomainElement, vmid: number | undefined): void => {
    if (vmid === undefined) return;
    used.add(vmid);
    chosen.set(domain, vmid);
  };
  const isFree = (vmid: number | undefined) => isVmid(vmid) && !used.has(vmid);
  for (const read of signs)
    for (const domain of domains) if (!chosen.has(domain)) give(domain, read(domain).find(isFree));
  let lowest = vmidMin;
  for (const domain of domains) {
    if (chosen.has(domain)) continue;
    while (used.has(lowest)) lowest += 1;
    give(domain, lowest);
  }
  return chosen;
}

/** Of the first card only: an address that somebody rolled hardly ever looks like one. */
function vmidOfMac(address: string): number | undefined {
  const card = parseMacAddress(address);
  return card?.nic === 1 ? card.vmid : undefined;
}
