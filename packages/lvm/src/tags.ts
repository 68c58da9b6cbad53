/**
 * LVM tags that tell whose a volume is; they lie in the group's metadata, so that they are never lost apart from it. Tags
 * take letters, digits and `_ + . - / = ! : & #` (lvm(8)).
 */
const OWNED = 'kvm:';
const UNFINISHED = 'kvm.unfinished:';
const SNAPSHOT = 'kvm.snapshot:';

/** Tag of a volume that is ours. @param owner what the volume is for, `65/root`: disk `root` of the guest with VMID 65 */
export const ownerTag = (owner: string): string => OWNED + owner;

/** Tag of a volume that is being made, and holds nothing of worth until it bears {@link ownerTag} instead. */
export const unfinishedTag = (owner: string): string => UNFINISHED + owner;

/** Tag of a snapshot of a volume that is ours; it is not the volume of that owner. */
export const snapshotTag = (owner: string): string => SNAPSHOT + owner;

/** What a volume with these tags is a snapshot of; undefined when it is none of ours. */
export const snapshotOwnerOf = (tags: readonly string[]): string | undefined => after(SNAPSHOT, tags);

/** What a volume with these tags is for; undefined when it is not ours. */
export const ownerOf = (tags: readonly string[]): string | undefined => after(OWNED, tags);

/** What a volume with these tags would have become, had its making not been interrupted. */
export const unfinishedOwnerOf = (tags: readonly string[]): string | undefined => after(UNFINISHED, tags);

/** Whether a volume or snapshot bears any of our tags. */
export const isOurs = (tags: readonly string[]): boolean =>
  [OWNED, UNFINISHED, SNAPSHOT].some((prefix) => after(prefix, tags) !== undefined);

const after = (prefix: string, tags: readonly string[]): string | undefined =>
  tags.find((tag) => tag.startsWith(prefix))?.slice(prefix.length);
