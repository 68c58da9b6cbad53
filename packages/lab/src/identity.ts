/**
 * Whom the lab's root is on this machine: the first of a range of user and group ids that belongs to nobody here. The lab runs in
 * a user namespace where these are 0 to 65535. So its root owns what the lab made and nothing else: no kernel setting, no device,
 * no file that not everybody may read. The range lies above those that systemd's UIDS-GIDS lists as taken, containers' included.
 */
export const firstId = 0x7400_0000;

/** How many ids the lab has. */
export const idCount = 65_536;

/** Folders that a lab and a virtual machine see only when they are shared; all others are there anyway. */
export const hidden = /^\/(home|root|run|tmp)\//;
