import { DomainXmlError, findExposures, isKnownEmulator } from '@kvm/domain-xml';
import type { Guest, InventoryPath, ParsedInventory } from '@kvm/inventory';
import { volumePath } from '@kvm/lvm';
import { samePath } from '../device-path.ts';
import { hostLinks } from './host-links.ts';

/** Something in an inventory that reaches the host beyond the guests, or may; nothing that the template makes does. */
export interface Exposure {
  /** Whose; absent for what concerns all guests. */
  readonly guest?: string;
  /** Where it stands in the inventory. */
  readonly path: InventoryPath;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** `/domain/devices/hostdev: a device of the host` */
  readonly message: string;
}

type Place = (
  path: InventoryPath,
  within?: { readonly line: number; readonly column: number },
) => Omit<Exposure, 'message'>;

/** An absolute path that is not in one of the folders. Paths of an inventory are in their shortest form. */
const isOutside = (path: string | undefined, folders: readonly string[]): path is string =>
  path !== undefined && !folders.some((folder) => path.startsWith(`${folder}/`));

/** Names that links to guests' kernels have, and nothing that the host itself boots from: it may have links in /boot, too. */
const isKernelLink = (path: string): boolean => /^(\/boot\/kvm[^/]*|\/var\/lib\/libvirt\/boot\/.+)$/.test(path);

const kernelFolders = ['/boot', '/var/lib/libvirt/boot'];
const imageFolders = ['/srv/images', '/var/lib/libvirt/images'];

/**
 * Names everything in an inventory that a person should know of before it comes to a machine, when the inventory is
 * somebody else's: raw XML that is not known to stay inside its guest, and files of the host where none of the kind belong.
 */
export function findInventoryExposures(parsed: ParsedInventory): readonly Exposure[] {
  const { host, guests } = parsed.inventory;
  const place: Place = (path, within) => {
    const at = parsed.problemAt(path, { code: 'exposure', message: '', remedy: '', ...(within && { within }) });
    return { path, file: at.file, line: at.line, column: at.column };
  };
  const exposures: Exposure[] = [];
  if (!isKnownEmulator(host.emulator))
    exposures.push({
      ...place(['host', 'emulator']),
      message: `${host.emulator}: a program that is no QEMU that is known`,
    });
  for (const key of ['kernel', 'initrd', 'current'] as const) {
    if (isOutside(host[key], kernelFolders))
      exposures.push({ ...place(['host', key]), message: `${host[key]}: guests get it, and it is not in /boot` });
  }
  for (const { path } of hostLinks(host)) {
    if (isKernelLink(path)) continue;
    const message = `${path}: becomes a link, and is not called /boot/kvm.current or the like`;
    exposures.push({ ...place(['host', 'current']), message });
  }
  const owners: Owners = new Map(
    guests.flatMap(({ name, disks }) =>
      disks.map((disk): [string, string] => [volumePath(host.vg, `${name}.${disk.name}`), name]),
    ),
  );
  return [
    ...exposures,
    ...guests.flatMap((guest) => [...ofDisks(guest, place), ...ofXml(guest, { vg: host.vg, owners }, place)]),
  ];
}

const ofDisks = ({ name, disks }: Guest, place: Place): Exposure[] =>
  disks.flatMap(({ name: disk, from }) => {
    if (!isOutside(from, imageFolders)) return [];
    const message = `${from}: is copied onto its disk, and is not in ${imageFolders.join(' or ')}`;
    return [{ guest: name, ...place(['guests', name, 'disks', disk, 'from']), message }];
  });

/** Whose volumes are, by their device paths. */
type Owners = ReadonlyMap<string, string>;

const whose = (owner: string | undefined): string => (owner === undefined ? '' : `: it is one of ${owner}`);

function ofXml(
  { name, xml, template }: Guest,
  { vg, owners }: { readonly vg: string; readonly owners: Owners },
  place: Place,
): Exposure[] {
  if (xml === undefined) return [];
  try {
    return findExposures(xml, { name, vg, hasScreen: template !== 'none' }).map(
      ({ path, value, reason, ...within }) => ({
        guest: name,
        ...place(['guests', name, 'xml'], within),
        message: `${path}: ${value === '' ? '' : `${value}: `}${reason}${whose(owners.get(samePath(value)))}`,
      }),
    );
  } catch (error) {
    if (error instanceof DomainXmlError) return []; // it cannot be merged either, and that is told
    throw error;
  }
}
