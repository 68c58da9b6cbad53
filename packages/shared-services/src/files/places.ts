import { isPlainPath } from '../words.ts';

/** Folders that hold data and nothing a machine starts, reads settings from or keeps its own state in (hier(7)). */
const dataFolders = ['/srv', '/export', '/exports', '/data', '/mnt', '/media', '/nfs'] as const;

/** Where a server may have an export. Not /home: a guest's root would write into its people's authorized_keys. */
export const serverPlaces: readonly string[] = dataFolders;

/** Where a client may see one. */
export const clientPlaces: readonly string[] = [...dataFolders, '/home'];

/** Whether a path is one of the places or below it. */
export const isWithin = (path: string, places: readonly string[]): boolean =>
  isPlainPath(path) && places.some((place) => path === place || path.startsWith(`${place}/`));

/**
 * The export whose folder another's path goes through. Whoever writes there puts a link in its way, and chooses what the server
 * exports instead, or what clients mount over.
 */
export function holderOf(path: string, places: ReadonlyMap<string, string>): string | undefined {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    const holder = places.get(path.slice(0, end));
    if (holder !== undefined) return holder;
  }
  return undefined;
}

/** A disk's serial number as virtio hands it to a guest, and udev writes it into a name. */
export const isSerial = (text: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9_+-]{0,19}$/.test(text);
