import type { Guest } from '@kvm/inventory';
import { formatSize } from './words.ts';

/** `order 10, wait 30 s`; `no` */
export function formatAutostart(autostart: Guest['autostart']): string {
  if (!autostart) return 'no';
  return autostart.delaySeconds === 0
    ? `order ${autostart.order}`
    : `order ${autostart.order}, wait ${autostart.delaySeconds} s`;
}

export const formatMemory = (kib: number): string => formatSize(kib * 1024);
