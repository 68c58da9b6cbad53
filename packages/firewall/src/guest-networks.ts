import { covers, type Prefix } from './prefix.ts';
import type { ResolvedGuestNetworks } from './resolved.ts';

/** Whether an interface is taken for a guest's tap, known or not: `tun65`, not `tun0`, which VPNs take. */
export const isGuestTap = (taps: string, name: string): boolean => name.startsWith(taps) && name !== `${taps}0`;

/** Whether an address is kept for guests, whether one has it or not. */
export const isInRanges = ({ ranges }: ResolvedGuestNetworks, address: Prefix): boolean =>
  ranges.some((range) => covers(range, address));
