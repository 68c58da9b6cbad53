import type { LogicalVolume } from '@kvm/lvm';
import type { Command } from 'commander';
import { renderTable } from '../../output/table.ts';
import type { Session } from '../../session.ts';
import { openVolumes, type VolumesOptions } from './open-volumes.ts';

interface ListedVolume {
  readonly name: string;
  readonly bytes: number;
  readonly layout: string;
  /** Physical volumes it lies on. */
  readonly on: readonly string[];
  /** What it is for; absent when it is not ours. */
  readonly owner?: string;
  readonly snapshotOf?: string;
  /** Its making was interrupted. */
  readonly unfinished: boolean;
  readonly open: boolean;
  /** How full a pool, thin volume or snapshot is. */
  readonly fullPercent?: number;
  /** What is wrong with it, in LVM's word. */
  readonly health?: string;
  readonly moving: boolean;
}

export function addDiskList(disk: Command, session: Session): void {
  disk
    .command('list')
    .summary("list the volume group's volumes")
    .description("Lists the volumes of the inventory's volume group, those that are not ours too.")
    .argument('[guest]', 'only those of this guest')
    .option('--json', 'as JSON')
    .action(async (guest: string | undefined, { json }: VolumesOptions) => {
      await using open = await openVolumes(session, {});
      const { vg, storage } = open;
      const inGroup = storage.volumes.filter((volume) => volume.vg === vg && !volume.internal);
      const shown = inGroup.filter(({ name }) => guest === undefined || name.startsWith(`${guest}.`));
      const { describeLayout, isMoving, isOverflowed, layoutOf, ownerOf, Places, snapshotOwnerOf, unfinishedOwnerOf } =
        await import('@kvm/lvm');
      const places = new Places(storage);
      const listed = shown.map((volume: LogicalVolume): ListedVolume => {
        const layout = layoutOf(volume);
        const owner = ownerOf(volume.tags) ?? unfinishedOwnerOf(volume.tags);
        const origin = snapshotOwnerOf(volume.tags);
        return {
          name: volume.name,
          bytes: volume.bytes,
          layout: layout ? describeLayout(layout) : volume.layout.join(','),
          on: [...new Set(places.rangesOf(volume).map(({ on }) => on))],
          ...(owner !== undefined && { owner }),
          ...(origin !== undefined && { snapshotOf: origin }),
          unfinished: unfinishedOwnerOf(volume.tags) !== undefined,
          open: volume.open,
          ...(volume.dataPercent !== undefined && { fullPercent: volume.dataPercent }),
          ...healthOf(volume, isOverflowed(volume)),
          moving: isMoving(volume),
        };
      });
      if (json) session.out.json({ version: 1, vg, volumes: listed });
      else if (listed.length === 0)
        session.say(guest === undefined ? `${vg} is empty` : `${guest} has no volumes in ${vg}`);
      else session.out.lines(await renderVolumes(listed, session));
    });
}

/** LVM calls a snapshot that has overflowed well. */
const healthOf = ({ health }: LogicalVolume, overflowed: boolean): Pick<ListedVolume, 'health'> =>
  overflowed ? { health: 'overflowed' } : health === undefined ? {} : { health };

const columns = [
  { heading: 'VOLUME' },
  { heading: 'SIZE', align: 'right' },
  { heading: 'LAYOUT' },
  { heading: 'ON' },
  { heading: 'FOR' },
  { heading: 'FULL', align: 'right' },
  { heading: 'STATE' },
] as const;

async function renderVolumes(volumes: readonly ListedVolume[], { out, paint }: Session): Promise<readonly string[]> {
  const { formatSize } = await import('@kvm/lvm');
  const rows = volumes.map((volume) => [
    volume.name,
    formatSize(volume.bytes),
    volume.layout,
    volume.on.join(' ') || '-',
    volume.snapshotOf === undefined ? (volume.owner ?? '-') : `snapshot of ${volume.snapshotOf}`,
    volume.fullPercent === undefined ? '-' : `${volume.fullPercent} %`,
    stateOf(volume),
  ]);
  return renderTable(columns, rows, { paint, width: out.width });
}

const stateOf = ({ unfinished, moving, health, open }: ListedVolume): string =>
  [...(unfinished ? ['unfinished'] : []), ...(moving ? ['moving'] : []), health ?? [], open ? 'open' : []]
    .flat()
    .join(', ') || 'ok';
