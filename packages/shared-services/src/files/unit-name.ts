/**
 * The name systemd wants for a mount point's unit: `/nfs/my-home` is `nfs-my\x2dhome` (systemd.unit(5), systemd-escape(1)).
 *
 * @param path plain, as exports' paths are: of all its characters, only slashes and hyphens are spelt differently
 */
export const unitName = (path: string): string => path.slice(1).replaceAll('-', '\\x2d').replaceAll('/', '-');
