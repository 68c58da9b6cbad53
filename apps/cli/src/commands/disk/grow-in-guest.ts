import type { Session } from '../../session.ts';

/** Tells a guest that runs how large a disk of it is now; one that does not run will see. */
export async function growInGuest(
  session: Session,
  { guest, path, bytes }: { readonly guest: string; readonly path: string; readonly bytes: number },
): Promise<void> {
  const { connect, LibvirtError } = await import('@kvm/libvirt');
  try {
    await using connection = await connect({ uri: 'qemu:///system' });
    const running = await connection.listDomains({ active: true });
    const domain = running.find(({ name }) => name === guest);
    await domain?.blockResize(path, bytes);
  } catch (error) {
    if (!(error instanceof LibvirtError)) throw error;
    session.sayMessage(`${guest} could not be told, and sees the new size when it starts: ${error.message}`);
  }
}
