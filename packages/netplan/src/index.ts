export { deriveGuestNet, type GuestNet, type GuestRanges, type Subnet } from './derive.ts';
export { NetplanError, type NetplanErrorCode } from './errors.ts';
export { macAddress, parseMacAddress } from './mac.ts';
export { parseTapName } from './tap.ts';
export { vmidMax, vmidMin } from './vmid.ts';
