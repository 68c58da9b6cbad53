import { NetplanError } from './errors.ts';
import { assertVmid, isVmid } from './vmid.ts';

const firstGroup = 0x61;

/**
 * The MAC address of a guest's network card: `52:54:00:61:65:01` for VMID 65.
 *
 * `52:54:00` is the prefix QEMU uses. The fourth octet is 0x61 plus the VMID's hundreds; the fifth and the sixth read,
 * in decimal, as the VMID's last two digits and the number of the card.
 *
 * @param nic the card's number in its guest, 1 to 99
 * @throws NetplanError `invalid-vmid`, `invalid-nic`
 */
export function macAddress(vmid: number, nic = 1): string {
  assertVmid(vmid);
  if (!Number.isInteger(nic) || nic < 1 || nic > 99)
    throw new NetplanError('invalid-nic', `network card ${nic} is not a whole number from 1 to 99`);
  const hundreds = (firstGroup + Math.floor(vmid / 100)).toString(16);
  return `52:54:00:${hundreds}:${twoDigits(vmid % 100)}:${twoDigits(nic)}`;
}

/** The VMID and the card behind a MAC address, in either case; undefined when no guest has this address. */
export function parseMacAddress(mac: string): { vmid: number; nic: number } | undefined {
  const match = /^52:54:00:([0-9a-f]{2}):([0-9]{2}):([0-9]{2})$/i.exec(mac);
  const vmid = (Number.parseInt(match?.[1] ?? '', 16) - firstGroup) * 100 + Number(match?.[2]);
  const nic = Number(match?.[3]);
  return isVmid(vmid) && nic >= 1 ? { vmid, nic } : undefined;
}

const twoDigits = (n: number): string => String(n).padStart(2, '0');
