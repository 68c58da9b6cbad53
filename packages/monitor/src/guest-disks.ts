import {
  attributeToGuests,
  type BlockDevice,
  type DiskCounters,
  diskRates,
  guestOfVolume,
  parseDeviceName,
} from '@kvm/iostat-parse';
import type { DomainDisk, DomainReading, Reading, Roster } from './reading.ts';

/** A disk and its counters. */
export interface Disk {
  /** `db.root`, `sda`; of a file its last name. */
  readonly name: string;
  /** As in /proc/diskstats; for a disk that is no block device of this machine the guest's name for it: `vda`. */
  readonly device: string;
  readonly countedBy: 'kernel' | 'qemu';
  /** With a name that no other disk has. */
  readonly counters: DiskCounters;
}

export interface GuestDisks {
  readonly byGuest: ReadonlyMap<string, readonly Disk[]>;
  /** Disks that are no guest's. */
  readonly others: readonly Disk[];
}

/**
 * Finds each disk's owner. A volume is a guest's when libvirt or the roster says so; without a roster, also by its name.
 * Each disk is in the result once, however many layers of device-mapper show it; what nobody has counted is left
 * out.
 */
export function guestDisks({ host, domains = [] }: Reading, roster: Roster | undefined): GuestDisks {
  const owners = ownersOf(domains, roster);
  const guestOf = (device: BlockDevice): string | undefined =>
    owners.get(keyOf(device)) ?? (roster === undefined ? guestOfVolume(device) : undefined);
  const devices = new Map((host?.disks ?? []).map((counters) => [counters.name, diskOf(counters)]));
  const byGuest = new Map<string, Disk[]>();
  const used = new Set<string>();
  for (const { guest, volumes } of attributeToGuests(diskRates([], host?.disks ?? [], 1000), { guestOf })) {
    const disks = volumes.flatMap(({ sample }) => devices.get(sample.name) ?? []);
    for (const { counters } of disks) used.add(counters.name);
    byGuest.set(guest, disks);
  }
  for (const domain of domains) {
    const others = domain.disks.filter(
      ({ device, uncounted }) => !uncounted && (device === undefined || !used.has(device)),
    );
    const disks = [...(byGuest.get(domain.name) ?? []), ...others.map((disk) => domainDiskOf(disk, domain))];
    if (disks.length > 0) byGuest.set(domain.name, disks);
  }
  for (const disks of byGuest.values()) disks.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { byGuest, others: [...devices.values()].filter(({ counters }) => isWhole(counters.name, guestOf)) };
}

const keyOf = (device: BlockDevice): string =>
  device.kind === 'volume' ? `${device.volumeGroup}/${device.volume}` : device.name;

/** Guests' names by volume or device. What libvirt says of a running domain comes before what the roster says. */
function ownersOf(domains: readonly DomainReading[], roster: Roster | undefined): Map<string, string> {
  const listed = roster?.guests.flatMap(({ name, volumes }) => volumes.map((volume) => [volume, name] as const)) ?? [];
  const used = domains.flatMap(({ name, disks }) =>
    disks.flatMap(({ device }) => (device === undefined ? [] : [[keyOf(parseDeviceName(device)), name] as const])),
  );
  return new Map([...listed, ...used]);
}

/** Whether a disk is nobody's, and neither a partition nor a layer, whose requests the whole disk counts, too. */
function isWhole(name: string, guestOf: (device: BlockDevice) => string | undefined): boolean {
  const device = parseDeviceName(name);
  if (device.kind === 'partition' || (device.kind === 'volume' && device.layer !== undefined)) return false;
  return guestOf(device) === undefined;
}

function diskOf(counters: DiskCounters): Disk {
  const device = parseDeviceName(counters.name);
  return {
    name: device.kind === 'volume' ? device.volume : device.name,
    device: counters.name,
    countedBy: 'kernel',
    counters,
  };
}

/** `web.qcow2` for `/images/web.qcow2`. */
const lastName = (path: string): string => path.split('/').findLast((part) => part !== '') ?? path;

function domainDiskOf(disk: DomainDisk, { uuid }: DomainReading): Disk {
  const [readMs, writeMs, flushMs] = [disk.readNs / 1e6, disk.writeNs / 1e6, disk.flushNs / 1e6];
  const notCounted = { readMerges: 0, writeMerges: 0, discards: 0, discardMerges: 0, discardBytes: 0, discardMs: 0 };
  return {
    name: lastName(disk.path ?? disk.target),
    device: disk.target,
    countedBy: 'qemu',
    counters: {
      name: `${uuid} ${disk.target}`,
      reads: disk.readRequests,
      readBytes: disk.readBytes,
      readMs,
      writes: disk.writeRequests,
      writeBytes: disk.writtenBytes,
      writeMs,
      flushes: 0,
      flushMs,
      busyMs: 0,
      queueMs: readMs + writeMs + flushMs,
      ...notCounted,
    },
  };
}
