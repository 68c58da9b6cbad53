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

/**
 * Words before a command that give it a keyring of its own, keyctl(2)'s KEYCTL_JOIN_SESSION_KEYRING: who has the keyring of a
 * user's session may read the keys in it, whoever they are.
 */
export const withoutKeys = ['perl', '-e', 'syscall(250, 1, 0); exec @ARGV or die "$ARGV[0]: $!\\n"', '--'] as const;
