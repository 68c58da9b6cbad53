import { type Connection, LibvirtError } from '@kvm/libvirt';
import type { LogicalVolume } from '@kvm/lvm';
import { HostError, volumeUses } from '../../index.ts';
import type { HostAccess } from '../access/access.ts';
import { runner } from '../access/runner.ts';
import { observeDomains, volumePaths } from '../observe/observe.ts';
import { withPlaces } from '../observe/observe-places.ts';

/**
 * Asks a host's libvirt what it has of a guest's volumes, which LVM cannot know while the guest is off. Where there is no
 * libvirtd, nobody can be asked.
 *
 * @throws HostError `in-use`; LibvirtError
 */
export async function assertVolumesUnused(
  access: HostAccess,
  guest: string,
  volumes: readonly LogicalVolume[],
): Promise<void> {
  const connection = await access.connect().catch((error) => {
    if (error instanceof LibvirtError && error.code === 'NO_SOCKET') return undefined;
    throw error;
  });
  if (connection === undefined) return;
  try {
    const domains = await withPlaces(await observeDomains(connection), {
      run: runner(access),
      volumes: volumePaths(volumes),
    });
    const [first] = volumeUses(volumes, domains, guest);
    if (first) throw new HostError('in-use', `${first.what}: nothing was changed. ${first.remedy}`);
  } finally {
    await connection.close();
  }
}

/**
 * Tells a guest that runs how large a disk of it is now; one that does not run will see.
 *
 * @param path the volume's device path
 * @throws LibvirtError
 */
export async function growDiskInGuest(
  connection: Connection,
  { guest, path, bytes }: { readonly guest: string; readonly path: string; readonly bytes: number },
): Promise<void> {
  const running = await connection.listDomains({ active: true });
  await running.find(({ name }) => name === guest)?.blockResize(path, bytes);
}
