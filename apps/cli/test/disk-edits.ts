import { type EditKind, fresh, ofGuest, redefined, runs } from './edit-kind.ts';
import type { Random } from './random.ts';
import type { DiskModel, GuestModel } from './soaked-inventory.ts';

/** A disk more: made, and attached to a guest that runs. */
const diskMore = (what: string, disk: (random: Random) => DiskModel): EditKind[] =>
  ofGuest(
    what,
    (guest, { name, random }) => {
      const own = `d${fresh()}`;
      guest.disks = { ...guest.disks, [own]: disk(random) };
      return {
        says: [
          `create vg/${name}.${own}: live`,
          `define ${name}: live`,
          ...(runs(guest) ? [new RegExp(`^attach ${name} vd[a-z]: live$`)] : []),
        ],
      };
    },
    ({ disks = {} }) => Object.keys(disks).length < 5,
  );

const ownDisk = ({ disks = {} }: GuestModel): [string, DiskModel] | undefined =>
  Object.entries(disks).find(([name, disk]) => name !== 'root' && name !== 'var' && disk !== 'none');
const sizeOf = (disk: DiskModel): string => (typeof disk === 'string' ? disk : (disk.size ?? ''));
const grown = (disk: DiskModel, by: number): DiskModel => {
  const size = `${Number.parseInt(sizeOf(disk), 10) + by} MiB`;
  return typeof disk === 'string' ? size : { ...disk, size };
};
const isUnder = (disk: DiskModel, mib: number): boolean => Number.parseInt(sizeOf(disk), 10) < mib;

/** Disks that come, go, grow and are to be other than they are. */
export const diskEdits: readonly EditKind[] = [
  ...diskMore('a disk more', () => '4 MiB'),
  ...diskMore('a disk in stripes', () => ({ size: '4 MiB', type: 'striped', over: 2 })),
  ...diskMore('a disk of an image', () => ({ size: '4 MiB', from: '/srv/image.raw' })),
  ...ofGuest(
    'a larger disk',
    (guest, { name }) => {
      const [disk, was] = ownDisk(guest) ?? ['', ''];
      guest.disks = { ...guest.disks, [disk]: grown(was, 2) };
      return { says: [`grow vg/${name}.${disk}: live`] };
    },
    (guest) => {
      const [, disk] = ownDisk(guest) ?? [];
      return disk !== undefined && isUnder(disk, 20) && (typeof disk === 'string' || disk.type !== 'raid1');
    },
  ),
  ...ofGuest('a smaller disk', (guest, { name }) => {
    guest.disks = { ...guest.disks, root: '4 MiB' };
    return { refused: true, says: [new RegExp(`^blocked: vg/${name}\\.root: .*(smaller|shrink|shrunk)`)] };
  }),
  ...ofGuest(
    'a disk less',
    (guest, { name, model }) => {
      const [disk] = ownDisk(guest) ?? [''];
      const { [disk]: _, ...rest } = guest.disks ?? {};
      guest.disks = rest;
      return { says: redefined(model, name), leaves: new RegExp(`^removed: the volume vg/${name}\\.${disk} is ours`) };
    },
    (guest) => ownDisk(guest) !== undefined,
  ),
  ...ofGuest(
    'a disk under another name',
    (guest, { name, model }) => {
      const [disk, was] = ownDisk(guest) ?? ['', ''];
      const other = `d${fresh()}`;
      guest.disks = Object.fromEntries(
        Object.entries(guest.disks ?? {}).map(([each, size]) => (each === disk ? [other, was] : [each, size])),
      );
      void model;
      return { refused: true, says: [new RegExp(`${name}`)] };
    },
    (guest) => ownDisk(guest) !== undefined,
  ),
  ...ofGuest(
    'another layout',
    (guest, { name }) => {
      const [disk, was] = ownDisk(guest) ?? ['', ''];
      guest.disks = { ...guest.disks, [disk]: { size: sizeOf(was), type: 'striped', over: 3 } };
      return { back: true, says: [new RegExp(`^differs: vg/${name}\\.${disk} has another layout`)] };
    },
    (guest) => ownDisk(guest) !== undefined,
  ),
  ...ofGuest(
    'another place',
    (guest, { name }) => {
      const [disk, was] = ownDisk(guest) ?? ['', ''];
      guest.disks = { ...guest.disks, [disk]: { ...(typeof was === 'string' ? { size: was } : was), on: '@nowhere' } };
      return { back: true, says: [new RegExp(`vg/${name}\\.${disk}`)] };
    },
    (guest) => ownDisk(guest) !== undefined,
  ),
];
