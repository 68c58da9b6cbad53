import type { DomainDocument, DomainElement } from '@kvm/domain-xml';
import type { DesiredGuest } from '../desired/desired.ts';
import { diskDevice, diskPath } from '../desired/domain.ts';
import { diskNamesMark, isMark, markOf } from '../marker.ts';
import type { ObservedDomain } from '../observed.ts';
import { disksOf } from './disk-data.ts';

/** A gap in the mark: no disk has this letter any more. */
const noDisk = '-';

/**
 * The guest with each disk under the letter that it has already, whatever is listed before it now: what is in the guest names
 * its disks by their letters. New disks take letters that nothing has.
 *
 * A letter is kept in the domain's mark; one that was defined without is read from where the volumes are.
 */
export function keepDiskLetters(desired: DesiredGuest, there: ObservedDomain | undefined, vg: string): DesiredGuest {
  const { guest, domain } = desired;
  const names = guest.disks.map(({ name }) => name);
  if (there === undefined || names.length === 0 || guest.template === 'none') return desired;
  const pathOf = (name: string): string => diskPath(vg, guest.name, name);
  const kept = keptLetters(there, pathOf, names);
  const present = [there.definition, ...(there.running ? [there.running] : [])];
  const ordered = new Set(names.map((_, index) => diskDevice(index)));
  const taken = new Set([
    ...names.flatMap((name) => kept.get(name) ?? []),
    // Those that raw XML adds.
    ...targetsOf(domain).filter((disk) => !ordered.has(disk)),
  ]);
  const anywhere = new Set(present.flatMap(targetsOf));
  const own = names.map(pathOf);
  // Volumes of the guest that the inventory no longer has.
  const isToGo = (path: string): boolean => path.startsWith(pathOf('')) && !own.includes(path);
  const leaving = new Set(
    present.flatMap(disksOf).flatMap(({ disk, place, below }) => ([place, ...below].some(isToGo) ? [disk] : [])),
  );
  const letters = names.map((name, index) => {
    const usual = diskDevice(index);
    const isFree = !taken.has(usual) && !leaving.has(usual);
    const letter = kept.get(name) ?? (isFree ? usual : firstFree(new Set([...taken, ...anywhere])));
    taken.add(letter);
    return letter;
  });
  return { ...desired, domain: withLetters(domain, names, letters) };
}

const targetsOf = ({ devices }: DomainElement): readonly string[] =>
  (devices?.disk ?? []).flatMap(({ target }) => target['@dev'] ?? []);

function firstFree(taken: ReadonlySet<string>): string {
  let index = 0;
  while (taken.has(diskDevice(index))) index += 1;
  return diskDevice(index);
}

/** By the disk's name. */
function keptLetters(
  there: ObservedDomain,
  pathOf: (name: string) => string,
  names: readonly string[],
): ReadonlyMap<string, string> {
  const marked = markedLetters(there);
  const known = new Set(marked.values());
  const { definition, running = definition } = there;
  const disks = disksOf(running).filter(({ disk }) => !known.has(disk));
  const found = names.flatMap((name): [string, string][] => {
    const [first, second] = disks.filter(({ place, below }) => [place, ...below].includes(pathOf(name)));
    // A volume that is there twice says nothing.
    return first === undefined || second !== undefined ? [] : [[name, first.disk]];
  });
  return new Map([...found, ...marked]);
}

function markedLetters({ definition }: ObservedDomain): ReadonlyMap<string, string> {
  const names = markOf(definition)?.[diskNamesMark];
  if (typeof names !== 'string') return new Map();
  return new Map(
    names.split(' ').flatMap((name, index): [string, string][] => (name === noDisk ? [] : [[name, diskDevice(index)]])),
  );
}

/** @param letters of the disks that are named, which have those of their order in the domain */
function withLetters(domain: DomainDocument, names: readonly string[], letters: readonly string[]): DomainDocument {
  const { devices, metadata = {} } = domain;
  const byOrder = new Map(letters.map((letter, index) => [diskDevice(index), letter]));
  const disk = devices?.disk?.map((each): typeof each => {
    const letter = byOrder.get(each.target['@dev'] ?? '');
    return letter === undefined ? each : { ...each, target: { ...each.target, '@dev': letter } };
  });
  const marked = Object.entries(metadata).map((entry) => {
    const [key, mark] = entry;
    return isMark(entry) ? [key, { ...Object(mark), [diskNamesMark]: namesInOrder(names, letters) }] : entry;
  });
  return { ...domain, metadata: Object.fromEntries(marked), devices: { ...devices, ...(disk && { disk }) } };
}

/** `root - swap`: the disks' names in the order of their letters. */
function namesInOrder(names: readonly string[], letters: readonly string[]): string {
  const inOrder: string[] = [];
  for (let index = 0, left = names.length; left > 0; index += 1) {
    const at = letters.indexOf(diskDevice(index));
    inOrder.push(names[at] ?? noDisk);
    if (at !== -1) left -= 1;
  }
  return inOrder.join(' ');
}
