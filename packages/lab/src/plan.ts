import { BlockList } from 'node:net';
import type { ResolvedPolicy } from '@kvm/firewall';
import type { Desired, DesiredGuest } from '@kvm/host';
import { LabError } from './errors.ts';

/** A machine of the lab that is no guest. */
export interface LabMachine {
  readonly name: string;
  /** Name of its interface on the LAN. */
  readonly interface: string;
  /** Its addresses with prefix length: the LAN's for an address on the LAN, the whole address for one elsewhere. */
  readonly addresses: readonly { readonly address: string; readonly prefix: number; readonly family: 4 | 6 }[];
  /** Whether it shares the KVM host's LAN, and so needs the guests' routes itself. */
  readonly onLan: boolean;
}

/** What a lab is made of. */
export interface LabPlan {
  /** The lab's name, which is the KVM host's. */
  readonly name: string;
  readonly host: LabMachine;
  /** Every other machine that the inventory names. */
  readonly neighbours: readonly LabMachine[];
  readonly guests: readonly DesiredGuest[];
  /** The LAN's own gateway, where no machine of the inventory has that address. */
  readonly gateway?: string;
  /** Who may talk to whom; all may where there is none. */
  readonly policy?: ResolvedPolicy;
  /** Memory of each guest in KiB, by name: what the inventory says, or less where this machine has not that much. */
  readonly memoryKiB: ReadonlyMap<string, number>;
}

/** A guest of the lab does nothing but answer: this is enough for it. */
const enoughKiB = 128 * 1024;
/** What QEMU itself takes for a guest, measured with QEMU 7.2 under TCG, rounded up. */
const overheadKiB = 96 * 1024;

/**
 * Chooses what the lab plays.
 *
 * @param only names of the guests to play; all when absent.
 * @param availableKiB memory that this machine can spare.
 * @throws LabError `no-such-guest`, `no-memory`
 */
export function planLab(desired: Desired, availableKiB: number, only?: readonly string[]): LabPlan {
  const { host, machines } = desired.inventory;
  const guests = chooseGuests(desired, only);
  const lan = new BlockList();
  lan.addSubnet(host.address, host.prefix, 'ipv4');
  if (host.address6 !== undefined && host.prefix6 !== undefined) lan.addSubnet(host.address6, host.prefix6, 'ipv6');

  const place = (name: string, interfaceName: string, address?: string, address6?: string): LabMachine => {
    const onLan4 = address !== undefined && lan.check(address, 'ipv4');
    const onLan6 = address6 !== undefined && lan.check(address6, 'ipv6');
    return {
      name,
      interface: interfaceName,
      addresses: [
        ...(address === undefined ? [] : [{ address, prefix: onLan4 ? host.prefix : 32, family: 4 as const }]),
        ...(address6 === undefined
          ? []
          : [{ address: address6, prefix: (onLan6 && host.prefix6) || 128, family: 6 as const }]),
      ],
      onLan: onLan4 || onLan6,
    };
  };

  const taken = machines.some(({ address }) => address === host.gateway);
  return {
    name: host.name,
    host: place(host.name, host.uplink, host.address, host.address6),
    neighbours: machines.map(({ name, address, address6 }) => place(name, 'eth0', address, address6)),
    guests,
    ...(host.gateway === undefined || taken ? {} : { gateway: host.gateway }),
    ...(desired.policy && { policy: desired.policy }),
    memoryKiB: fitMemory(guests, availableKiB),
  };
}

function chooseGuests(desired: Desired, only?: readonly string[]): readonly DesiredGuest[] {
  if (!only) return desired.guests;
  const known = desired.guests.map(({ guest }) => guest.name);
  const unknown = only.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new LabError(
      'no-such-guest',
      `no guest is called ${unknown.join(', ')}. The inventory has: ${known.join(', ')}.`,
    );
  }
  return desired.guests.filter(({ guest }) => only.includes(guest.name));
}

function fitMemory(guests: readonly DesiredGuest[], availableKiB: number): Map<string, number> {
  const wanted = guests.map(({ guest }) => [guest.name, guest.memoryKiB] as const);
  const need = (sizes: typeof wanted): number => sizes.reduce((sum, [, size]) => sum + size + overheadKiB, 0);
  if (need(wanted) <= availableKiB) return new Map(wanted);
  const least = wanted.map(([name, size]) => [name, Math.min(size, enoughKiB)] as const);
  if (need(least) <= availableKiB) return new Map(least);
  const fit = Math.floor(availableKiB / (enoughKiB + overheadKiB));
  throw new LabError(
    'no-memory',
    `${guests.length} guests need ${Math.ceil(need(least) / 1024)} MiB, and this machine can spare ` +
      `${Math.floor(availableKiB / 1024)} MiB. About ${fit} fit: choose them with --guests.`,
  );
}
