/**
 * LVM tags that tell whose a volume is; they lie in the group's metadata, so that they are never lost apart from it. Tags
 * take letters, digits and `_ + . - / = ! : & #` (lvm(8)). A volume with two of them is nobody's: it is not known which is true.
 */
const PREFIXES = {
  /** A disk of a guest. */
  disk: 'kvm:',
  /** Is to become one, and holds nothing of worth yet. */
  unfinished: 'kvm.unfinished:',
  /** A snapshot of a disk. */
  snapshot: 'kvm.snapshot:',
  /** Is to become one; the command that takes it has not ended. */
  taking: 'kvm.taking:',
  /** Is to take the place of a disk that is rolled back to a snapshot. */
  rolling: 'kvm.rolling:',
  /** A snapshot that a copy or backup reads from, and that goes with it. */
  copying: 'kvm.copying:',
} as const;

/** What our tag says of a volume. */
export interface Mark {
  readonly kind: keyof typeof PREFIXES;
  /** The disk that it is, is to be, or is a snapshot of: `web/root`. */
  readonly owner: string;
  /** Which snapshot or copy it is; absent for disks, and for snapshots of older versions. */
  readonly name?: string;
  /** The whole tag. */
  readonly tag: string;
}

/** What our tag says; undefined without one, and for several, which contradict each other. */
export function markOf(tags: readonly string[]): Mark | undefined {
  const marks = tags.flatMap((tag) => readMark(tag) ?? []);
  return marks.length === 1 ? marks[0] : undefined;
}

/** Whether a volume bears one of our tags or several, whatever they say. */
export const isMarked = (tags: readonly string[]): boolean => tags.some((tag) => readMark(tag) !== undefined);

function readMark(tag: string): Mark | undefined {
  for (const [kind, prefix] of Object.entries(PREFIXES) as [Mark['kind'], string][]) {
    if (!tag.startsWith(prefix)) continue;
    const [owner = '', name] =
      kind === 'disk' || kind === 'unfinished' ? [tag.slice(prefix.length)] : split(tag, prefix);
    return { kind, owner, ...(name !== undefined && { name }), tag };
  }
  return undefined;
}

/** `web/root#monday`: neither an owner nor a volume's name has a `#`. */
function split(tag: string, prefix: string): [owner: string, name?: string] {
  const at = tag.indexOf('#');
  return at < 0 ? [tag.slice(prefix.length)] : [tag.slice(prefix.length, at), tag.slice(at + 1)];
}

/** Tag of a volume that is ours. @param owner what the volume is for, `web/root`: disk `root` of the guest `web` */
export const ownerTag = (owner: string): string => PREFIXES.disk + owner;

/** Tag of a volume that is being made, and holds nothing of worth until it bears {@link ownerTag} instead. */
export const unfinishedTag = (owner: string): string => PREFIXES.unfinished + owner;

/** Tag of a snapshot of a volume that is ours. @param name which one, `monday` */
export const snapshotTag = (owner: string, name: string): string => `${PREFIXES.snapshot}${owner}#${name}`;

/** Tag of a snapshot while it is being taken. */
export const takingTag = (owner: string, name: string): string => `${PREFIXES.taking}${owner}#${name}`;

/** Tag of a volume with a snapshot's content, while it takes the place of the disk. */
export const rollingTag = (owner: string, name: string): string => `${PREFIXES.rolling}${owner}#${name}`;

/** Tag of a snapshot that one copy reads from. @param id the copy's own */
export const copyingTag = (owner: string, id: string): string => `${PREFIXES.copying}${owner}#${id}`;

/** What a volume with these tags is a snapshot of; undefined when it is none of ours. */
export const snapshotOwnerOf = (tags: readonly string[]): string | undefined => ownerIf('snapshot', tags);

/** What a volume with these tags is for; undefined when it is not ours. */
export const ownerOf = (tags: readonly string[]): string | undefined => ownerIf('disk', tags);

/** What a volume with these tags would have become, had its making not been interrupted. */
export const unfinishedOwnerOf = (tags: readonly string[]): string | undefined => ownerIf('unfinished', tags);

function ownerIf(kind: Mark['kind'], tags: readonly string[]): string | undefined {
  const mark = markOf(tags);
  return mark?.kind === kind ? mark.owner : undefined;
}
