import { BUILT_IN } from './built-in.ts';
import { ownValue } from './own-value.ts';
import type { Draft } from './schema/shape.ts';

/** The guest that serves files, and which of its disks holds each export. */
export interface ExportDisks {
  readonly server: string;
  /** Names of disks by the names of exports. */
  readonly disks: ReadonlyMap<string, string>;
  /** Those of them that the server gets without the file naming them. */
  readonly added: readonly string[];
}

/** The disk of an export whose `disk` the file does not say. */
const usualDisk = (exportName: string): string => `nfs-${exportName}`;

/**
 * Each export is a disk of its own: a client of NFS can make up file handles for everything on the file system that an
 * export lies on. Undefined when nothing is exported, or when the server is no guest whose disks the file knows.
 */
export function exportDisks({ shared, guests = {} }: Draft): ExportDisks | undefined {
  if (shared === undefined || shared.files === false) return undefined;
  const files = typeof shared.files === 'object' ? shared.files : {};
  const server = files.server ?? shared.server;
  if (server === undefined || !Object.hasOwn(guests, server) || guests[server]?.template === 'none') return undefined;
  const exports: Exports = files.exports ?? (hasClients(server, files, guests) ? BUILT_IN.shared.exports : {});
  return { server, ...placeExports(exports) };
}

/** Two exports of one folder, for some to write and for others to read, lie on one disk. */
function placeExports(exports: Exports): Omit<ExportDisks, 'server'> {
  const disks = new Map<string, string>();
  const added = new Set<string>();
  const byPath = new Map<string | undefined, string>();
  for (const [name, keys] of Object.entries(exports)) {
    const before = keys?.path === undefined ? undefined : byPath.get(keys.path);
    const disk = keys?.disk ?? before ?? usualDisk(name);
    if (keys?.disk === undefined && before === undefined) added.add(disk);
    if (before === undefined) byPath.set(keys?.path, disk);
    disks.set(name, disk);
  }
  return { disks, added: [...added] };
}

interface Exports {
  readonly [name: string]: { readonly path?: string | undefined; readonly disk?: string | undefined } | undefined;
}

interface Programs {
  readonly client?: string | undefined;
  readonly clients?: { readonly [guest: string]: string | undefined } | undefined;
}

/** Whether a guest uses the service: without any, nothing is exported by default. */
const hasClients = (server: string, { client, clients }: Programs, guests: object): boolean =>
  Object.keys(guests).some((guest) => guest !== server && (ownValue(clients, guest) ?? client) !== 'none');
