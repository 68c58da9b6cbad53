import { type BlockDevice, parseDeviceName } from './device-name.ts';
import type { DeviceSample } from './report.ts';

/** How devices are told to belong to guests. */
export interface AttributionOptions {
  /** The guest of a device; undefined for none. Without it, {@link guestOfVolume}. */
  readonly guestOf?: (device: BlockDevice) => string | undefined;
  /** By `dm-N`, what stands in `/sys/block/dm-N/dm/name`: for output of iostat without `-N`. */
  readonly mapperNames?: ReadonlyMap<string, string>;
}

/** One volume of a guest, and the row that counts for it. */
export interface GuestVolume {
  readonly device: BlockDevice;
  readonly sample: DeviceSample;
}

/** What a guest reads and writes, in bytes per second, over its volumes. */
export interface GuestLoad {
  readonly guest: string;
  readonly readBytesPerSecond: number;
  readonly writeBytesPerSecond: number;
  readonly volumes: readonly GuestVolume[];
}

/**
 * The guest of a volume `<guest>.<disk>`; undefined for everything else. A name with a further part is no disk of a guest:
 * `db.root.monday` is a snapshot, and what is read from it is a backup's doing.
 */
export function guestOfVolume(device: BlockDevice): string | undefined {
  const name = device.kind === 'volume' ? device.volume : '';
  return /^([^.]+)\.[^.]+$/.exec(name)?.[1];
}

const deviceKey = (device: BlockDevice): string =>
  device.kind === 'volume' ? `${device.volumeGroup}/${device.volume}` : device.name;

/** What a guest does passes its volume, then the layers below; a snapshot's `-cow` is not the guest's doing. */
function layerRank(device: BlockDevice): number {
  if (device.kind !== 'volume' || device.layer === undefined) return 0;
  return device.layer === 'real' ? 1 : 2;
}

function countedVolumes(devices: readonly DeviceSample[], options: AttributionOptions): GuestVolume[] {
  const counted = new Map<string, GuestVolume>();
  for (const sample of devices) {
    if (sample.group) continue;
    const device = parseDeviceName(sample.name, options.mapperNames);
    const rank = layerRank(device);
    const key = deviceKey(device);
    const other = counted.get(key);
    if (rank < 2 && (other === undefined || rank < layerRank(other.device))) counted.set(key, { device, sample });
  }
  return [...counted.values()];
}

function sum(volumes: readonly GuestVolume[], way: 'read' | 'write'): number {
  return volumes.reduce((total, { sample }) => total + (sample.get(`${way}BytesPerSecond`) ?? 0), 0);
}

/**
 * What each guest reads and writes, the one that writes most first. Each volume is counted once, however many layers
 * (`-real`, `-cow`) and groups show it; disks, partitions and RAID belong to no guest unless `guestOf` says so.
 */
export function attributeToGuests(devices: readonly DeviceSample[], options: AttributionOptions = {}): GuestLoad[] {
  const guestOf = options.guestOf ?? guestOfVolume;
  const volumesByGuest = new Map<string, GuestVolume[]>();
  for (const volume of countedVolumes(devices, options)) {
    const guest = guestOf(volume.device);
    if (guest === undefined) continue;
    const volumes = volumesByGuest.get(guest);
    if (volumes === undefined) volumesByGuest.set(guest, [volume]);
    else volumes.push(volume);
  }
  return [...volumesByGuest]
    .map(([guest, volumes]) => ({
      guest,
      readBytesPerSecond: sum(volumes, 'read'),
      writeBytesPerSecond: sum(volumes, 'write'),
      volumes,
    }))
    .sort((a, b) => b.writeBytesPerSecond - a.writeBytesPerSecond);
}
