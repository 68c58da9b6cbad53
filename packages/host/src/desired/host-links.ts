import type { InventoryHost } from '@kvm/inventory';
import type { HostLink } from '../observed.ts';

/** The link to the guests' kernel, when it is the inventory's business. */
export const hostLinks = ({ kernel, current }: InventoryHost): readonly HostLink[] =>
  current === undefined ? [] : [{ path: kernel.replace(/\/[^/]*$/, ''), to: current }];
