import type { Session } from '../../session.ts';

/** Tells a guest that runs how large a disk of it is now; says so where that cannot be done, as the disk is larger all the same. */
export async function growInGuest(
  session: Session,
  disk: { readonly guest: string; readonly path: string; readonly bytes: number },
): Promise<void> {
  const { connect, LibvirtError } = await import('@kvm/libvirt');
  const { growDiskInGuest } = await import('@kvm/host/run');
  try {
    await using connection = await connect({ uri: 'qemu:///system' });
    await growDiskInGuest(connection, disk);
  } catch (error) {
    if (!(error instanceof LibvirtError)) throw error;
    session.sayMessage(`${disk.guest} could not be told, and sees the new size when it starts: ${error.message}`);
  }
}
