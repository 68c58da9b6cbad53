import type { DomainDocument, DomainElement } from '@kvm/domain-xml';
import { samePath } from '../device-path.ts';

/** Where a disk's data lies, and how it is read. */
export interface DiskData {
  /** What the guest calls the disk: `vda`. */
  readonly disk: string;
  /** `/dev/vg/public.root` */
  readonly place: string;
  /** For a person: `/dev/vg/public.root`, `/var/lib/libvirt/images/public.overlay (qcow2)`. */
  readonly shown: string;
  /** The same for two disks if, and only if, what is written to one is read from the other. */
  readonly key: string;
  /** What a running guest reads below it, nearest first, as device paths and files: the backing files of an overlay. */
  readonly below: readonly string[];
  /** What the guest may do to it; `shared` where its definition says that others write to it, too, or have another part of it. */
  readonly access: 'read' | 'write' | 'shared';
  /** What libvirt is doing with it, in its word: `copy`, `active-commit`. */
  readonly job: string | undefined;
}

/** A disk whose data another definition takes elsewhere. */
export interface DiskChange {
  readonly disk: string;
  readonly is: DiskData;
  readonly wanted: DiskData;
}

type Disk = NonNullable<NonNullable<DomainElement['devices']>['disk']>[number];
type Attributes = Readonly<Record<string, string | number | object | undefined>>;

/** The disks that keep what is written to them: no CDs and floppies, which come and go. */
export function disksOf({ devices }: DomainElement): readonly DiskData[] {
  return (devices?.disk ?? []).flatMap((disk): DiskData[] => {
    const name = disk.target['@dev'];
    if (['cdrom', 'floppy'].includes(disk['@device'] ?? '') || name === undefined) return [];
    const place = placeOf(disk);
    const format = disk.driver?.['@type'] ?? (disk['@type'] === 'dir' ? 'fat' : 'raw');
    return [
      {
        disk: name,
        place,
        shown: format === 'raw' ? place : `${place} (${format})`,
        key: JSON.stringify([place, format, partOf(disk)]),
        below: placesBelow(disk),
        access: accessOf(disk),
        job: disk.mirror && (disk.mirror['@job'] ?? 'copy'),
      },
    ];
  });
}

function accessOf({ readonly, shareable, source }: Disk): DiskData['access'] {
  if (readonly !== undefined) return 'read';
  return shareable !== undefined || (source as Attributes | undefined)?.slices !== undefined ? 'shared' : 'write';
}

/** Where the data of disks would be another if `wanted` took the place of `is`. */
export function diskChanges(wanted: DomainDocument | DomainElement, is: DomainElement): readonly DiskChange[] {
  const there = new Map(disksOf(is).map((disk) => [disk.disk, disk]));
  return disksOf(wanted).flatMap((disk): DiskChange[] => {
    const now = there.get(disk.disk);
    return now === undefined || now.key === disk.key ? [] : [{ disk: disk.disk, is: now, wanted: disk }];
  });
}

/** Disks that a domain is to have and has already under another name: two of one would write over each other. */
export function disksTwice(wanted: DomainDocument, is: DomainElement): readonly DiskChange[] {
  const there = disksOf(is);
  const names = new Set(there.map(({ disk }) => disk));
  return disksOf(wanted).flatMap((disk): DiskChange[] => {
    const same = names.has(disk.disk) ? undefined : there.find(({ key }) => key === disk.key);
    return same === undefined ? [] : [{ disk: disk.disk, is: same, wanted: disk }];
  });
}

/** The attributes of `<source>` that name what is read; by the others libvirt says how. */
const naming = ['@file', '@dev', '@dir', '@protocol', '@name', '@pool', '@volume', '@namespace', '@path', '@socket'];

function placeOf({ source }: { readonly source?: object | undefined }): string {
  const attributes = (source ?? {}) as Attributes;
  const parts = naming.flatMap((key) => (attributes[key] === undefined ? [] : [String(attributes[key])]));
  // libvirt adds the first unit of a target that was named alone.
  const unit = attributes['@protocol'] === 'iscsi' && !/\/\d+$/.test(String(attributes['@name'])) ? '/0' : '';
  return samePath(`${parts.join(' ')}${unit}`) || 'nothing';
}

/** What else decides what a guest reads there: servers, a part of the file, encryption, a device's place on the bus. */
function partOf({ source, encryption }: Disk): unknown {
  const { slices, encryption: own = encryption, address, host } = (source ?? {}) as Attributes;
  return [
    [host ?? []].flat().map((server) => (server as Attributes)['@name']),
    slices,
    (own as Attributes | undefined)?.['@format'],
    Object.values((address as Attributes | undefined) ?? {}).map(Number),
  ];
}

interface Layer {
  readonly source?: object | undefined;
  readonly backingStore?: object | undefined;
}

function placesBelow(disk: Layer): readonly string[] {
  const places: string[] = [];
  // An empty <backingStore/> says that there is none.
  for (let layer = disk.backingStore as Layer | undefined; layer?.source; layer = layer.backingStore as Layer)
    places.push(placeOf(layer));
  return places;
}
