import { assertVmid, isVmid } from './vmid.ts';

/** What all taps' names begin with. `tun0` is no guest's: VMIDs begin with 1. */
export const tapPrefix = 'tun';

/** The guest's tap device on the host: `tun65` for VMID 65, at most 7 of the 15 characters Linux allows. */
export function tapName(vmid: number): string {
  assertVmid(vmid);
  return `${tapPrefix}${vmid}`;
}

/** The VMID in a tap's name: `tun65` gives 65; a name that no VMID gives (`tun0`, `tun065`, `tap65`), undefined. */
export function parseTapName(name: string): number | undefined {
  const digits = /^tun([1-9][0-9]{0,3})$/.exec(name)?.[1];
  const vmid = Number(digits);
  return isVmid(vmid) ? vmid : undefined;
}
