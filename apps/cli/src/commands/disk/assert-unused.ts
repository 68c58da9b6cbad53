import type { LogicalVolume } from '@kvm/lvm';
import { CliError, systemCode } from '../../output/cli-error.ts';

/**
 * Asks this machine's libvirt what it has of a guest's volumes, which LVM cannot know while the guest is off. Where there is no
 * libvirtd, nobody can be asked.
 *
 * @throws CliError `in-use`
 */
export async function assertUnused(guest: string, volumes: readonly LogicalVolume[]): Promise<void> {
  const { accessHere, observeDomains } = await import('@kvm/host/run');
  const { volumeUses } = await import('@kvm/host');
  const connection = await accessHere()
    .connect()
    .catch((error) => {
      if (systemCode(error) === 'NO_SOCKET') return undefined;
      throw error;
    });
  if (connection === undefined) return;
  try {
    const [first] = volumeUses(volumes, await observeDomains(connection), guest);
    if (first) throw new CliError('in-use', `${first.what}: nothing was changed. ${first.remedy}`);
  } finally {
    await connection.close();
  }
}
