import type { LogicalVolume, Storage } from '../storage.ts';
import { isMarked, ownerOf, ownerTag, unfinishedOwnerOf } from '../tags.ts';
import { isPool } from './dependants.ts';
import type { DesiredVolume } from './desired.ts';
import type { Problems } from './problems.ts';

/** What there is of a volume that is to be. */
export interface Match {
  readonly desired: DesiredVolume;
  /** Absent when it is to be made. */
  readonly observed?: LogicalVolume;
  /** What an interrupted making has left; holds nothing yet. */
  readonly unfinished?: LogicalVolume;
  /** It is ours because somebody said so, and bears no tag yet. */
  readonly adopted?: true;
}

export interface MatchOptions {
  /** As `vg/name`. */
  readonly adopt: ReadonlySet<string>;
  readonly remove: ReadonlySet<string>;
}

/** Finds each volume by what its tag says it is for, whatever its name. Reports whose name somebody else's volume has. */
export function matchVolumes(
  desired: readonly DesiredVolume[],
  { volumes }: Storage,
  { options, problems }: { readonly options: MatchOptions; readonly problems: Problems },
): readonly Match[] {
  const visible = volumes.filter(({ internal }) => !internal);
  const byOwner = indexBy(visible, ({ vg, tags }) => key(vg, ownerOf(tags)));
  const halves = indexBy(visible, ({ vg, tags }) => key(vg, unfinishedOwnerOf(tags)));
  const byName = indexBy(visible, ({ vg, name }) => `${vg}/${name}`);
  const wanted = new Set(desired.map(({ vg, owner }) => key(vg, owner)));
  const staysInTheWay = ({ vg, name, tags }: LogicalVolume): boolean =>
    !options.remove.has(`${vg}/${name}`) &&
    !wanted.has(key(vg, ownerOf(tags))) &&
    !wanted.has(key(vg, unfinishedOwnerOf(tags)));

  const matches = desired.map((each): Match => {
    const path = `${each.vg}/${each.name}`;
    const sameName = byName.get(path)?.[0];
    const own = byOwner.get(key(each.vg, each.owner)) ?? [];
    const observed = own.find(({ name }) => name === each.name) ?? own[0];
    if (own.length > 1 && observed?.name !== each.name) {
      const names = own.map(({ name }) => name).join(', ');
      problems.add('name-taken', path, [
        `${names} are all marked as it.`,
        `Take the tag from those that are not: lvchange --deltag.`,
      ]);
    }
    if (observed === undefined && sameName && options.adopt.has(path) && !isMarked(sameName.tags))
      return { desired: each, observed: sameName, adopted: true };
    if (sameName && sameName !== observed && staysInTheWay(sameName)) reportInTheWay(sameName, each, problems);
    if (observed) return { desired: each, observed };
    const unfinished = halves.get(key(each.vg, each.owner))?.[0];
    return { desired: each, ...(unfinished && { unfinished }) };
  });
  for (const match of matches) refusePool(match, problems);
  return matches;
}

function refusePool({ desired, observed }: Match, problems: Problems): void {
  if (desired.layout.type === 'thin-pool' || observed === undefined || !isPool(observed)) return;
  const { vg, name } = observed;
  const remedy = `Take the tag from it: lvchange --deltag ${ownerTag(desired.owner)} ${vg}/${name}.`;
  problems.add('foreign-volume', `${vg}/${name}`, ['It bears the tag of a disk, and is a pool.', remedy]);
}

function reportInTheWay({ vg, name, tags }: LogicalVolume, { owner }: DesiredVolume, problems: Problems): void {
  const other = ownerOf(tags) ?? unfinishedOwnerOf(tags);
  if (other === undefined && isMarked(tags)) {
    const message = `The volume of this name is marked as something else: ${tags.join(' ')}.`;
    problems.add('name-taken', `${vg}/${name}`, [message, 'See what it is, and rename it.']);
  } else if (other === undefined) {
    const message = 'There is a volume of this name that is not ours.';
    problems.add('foreign-volume', `${vg}/${name}`, [message, `Rename it, or adopt it if it is this guest's.`]);
  } else {
    const message = `This name is taken by the volume of ${other}; ${owner} needs it.`;
    problems.add('name-taken', `${vg}/${name}`, [message, 'Rename or remove that one.']);
  }
}

const key = (vg: string, owner: string | undefined): string | undefined =>
  owner === undefined ? undefined : `${vg} ${owner}`;

function indexBy<T>(
  items: readonly T[],
  keyOf: (item: T) => string | undefined,
): ReadonlyMap<string | undefined, readonly T[]> {
  const index = new Map<string | undefined, T[]>();
  for (const item of items) {
    const at = keyOf(item);
    if (at === undefined) continue;
    const known = index.get(at);
    if (known) known.push(item);
    else index.set(at, [item]);
  }
  return index;
}
