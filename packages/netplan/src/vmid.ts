import { NetplanError } from './errors.ts';

/** The smallest VMID: 0 would be the range's own first subnet, which the scheme leaves unused. */
export const vmidMin = 1;

/** The largest VMID: as many /24 subnets as 172.16.0.0/12 has after the unused first one. */
export const vmidMax = 4095;

/** @throws NetplanError `invalid-vmid` unless `vmid` is a whole number from {@link vmidMin} to {@link vmidMax}. */
export function assertVmid(vmid: number): void {
  if (isVmid(vmid)) return;
  throw new NetplanError('invalid-vmid', `VMID ${vmid} is not a whole number from ${vmidMin} to ${vmidMax}`);
}

export function isVmid(vmid: number): boolean {
  return Number.isInteger(vmid) && vmid >= vmidMin && vmid <= vmidMax;
}
