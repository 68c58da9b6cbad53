import { BOOT_UNIT } from '@kvm/firewall';
import { guestsUnit } from './boot-guests.ts';

/** systemd's units that apply makes: the firewall's, which the host starts with, and the guests'. */
export const hostUnits = [BOOT_UNIT, guestsUnit] as const;
