import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk of a virtual machine: an empty one of so many bytes, which goes with this process, or a file that is there. */
export type VmDisk = { readonly bytes: number } | { readonly path: string };

/** Disks as QEMU opens them. */
export interface OpenDisks {
  readonly paths: readonly string[];
  close(): Promise<void>;
}

/** Empty disks are sparse files without a name, which the kernel frees at their last close: nothing can be left behind. */
export async function openDisks(disks: readonly VmDisk[]): Promise<OpenDisks> {
  const handles: FileHandle[] = [];
  const close = async (): Promise<void> => {
    for (const handle of handles) await handle.close();
  };
  try {
    const paths: string[] = [];
    for (const disk of disks) {
      if ('path' in disk) {
        paths.push(disk.path);
        continue;
      }
      const handle = await openNameless();
      handles.push(handle);
      await handle.truncate(disk.bytes);
      paths.push(`/proc/${process.pid}/fd/${handle.fd}`);
    }
    return { paths, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openNameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `kvm-vm-disk-${randomUUID()}`);
  const handle = await open(path, 'wx+', 0o600);
  await unlink(path);
  return handle;
}
