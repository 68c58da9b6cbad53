import type { ListedVolume } from '@kvm/lvm';
import type { Command } from 'commander';
import { renderTable } from '../../output/table.ts';
import type { Session } from '../../session.ts';
import { openVolumes, type VolumesOptions } from './open-volumes.ts';

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
      const { listVolumes } = await import('@kvm/lvm');
      const listed = listVolumes(storage, vg, guest);
      if (json) session.out.json({ version: 1, vg, volumes: listed });
      else if (listed.length === 0)
        session.say(guest === undefined ? `${vg} is empty` : `${guest} has no volumes in ${vg}`);
      else session.out.lines(await renderVolumes(listed, session));
    });
}

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
