import type { Plan, Step, StepChange, StepEffect, Waiting } from '@kvm/host';

/** What stands for a guest's name in what is the same for several. */
const anyGuest = 'GUEST';

/** As many equal changes are told once. */
const leastFolded = 3;

/** A step, or what is left alone, as it is shown. */
export interface Entry {
  /** `host` for what concerns no single guest. */
  readonly owner: string;
  readonly sign: Step['sign'] | '!';
  readonly title: string;
  readonly effect: StepEffect;
  readonly reason: string;
  /** Absent for a step. */
  readonly remedy?: string;
  readonly causes: NonNullable<Step['causes']>;
  /** Those that no other entry of the plan shows. */
  readonly changes: readonly StepChange[];
}

/** The same for several guests, in which {@link anyGuest} is each of them. */
interface Folded {
  readonly entry: Entry;
  readonly guests: readonly string[];
}

/** A plan for a person: what several guests share, and the rest by guest. */
export interface FoldedPlan {
  readonly folded: readonly Folded[];
  /** In the plan's order; `host` is one of them. */
  readonly single: ReadonlyMap<string, readonly Entry[]>;
  readonly waitingFolded: readonly Folded[];
  readonly waiting: readonly Entry[];
}

export function foldPlan({ steps, waiting }: Plan): FoldedPlan {
  const seen = new Set<string>();
  const ofSteps = fold(steps.map((step) => stepEntry(step, seen)));
  const ofWaiting = fold(waiting.map((each) => waitingEntry(each, seen)));
  const single = new Map<string, Entry[]>();
  for (const entry of ofSteps.single) {
    const known = single.get(entry.owner);
    if (known) known.push(entry);
    else single.set(entry.owner, [entry]);
  }
  return { folded: ofSteps.folded, single, waitingFolded: ofWaiting.folded, waiting: ofWaiting.single };
}

/** Those that no entry before it has: a guest's next definition, and what it lacks until its restart, say the same. */
function unseen(owner: string, changes: readonly StepChange[], seen: Set<string>): readonly StepChange[] {
  return changes.filter(({ what, before, after }) => {
    const key = JSON.stringify([owner, what, before, after]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function stepEntry({ guest, sign, title, effect, reason, ...step }: Step, seen: Set<string>): Entry {
  const owner = guest ?? 'host';
  const isOfDomain = step.action.kind === 'define' || step.action.kind === 'restart' || step.action.kind === 'stop';
  const changes = isOfDomain ? unseen(owner, step.changes, seen) : step.changes;
  return { owner, sign, title, effect, reason, changes, causes: causesOf(owner, step.causes, changes, seen) };
}

function waitingEntry({ guest, what, remedy, causes, kind, ...waiting }: Waiting, seen: Set<string>): Entry {
  const owner = guest ?? 'host';
  const changes = kind === 'restart' ? unseen(owner, waiting.changes, seen) : waiting.changes;
  const effect = kind === 'restart' ? 'next boot' : 'live';
  return {
    owner,
    sign: '!',
    title: what,
    effect,
    reason: '',
    remedy,
    changes,
    causes: causesOf(owner, causes, changes, seen),
  };
}

/** Those that no entry before it has told, and from which something follows that is shown. */
function causesOf(
  owner: string,
  causes: Step['causes'] = [],
  changes: readonly StepChange[],
  seen: Set<string>,
): Entry['causes'] {
  const shown = new Set(changes.map(({ what }) => what));
  return causes.filter(({ what, before, after, follows }) => {
    const key = JSON.stringify([owner, 'cause', what, before, after]);
    if (seen.has(key) || !follows.some((each) => shown.has(each))) return false;
    seen.add(key);
    return true;
  });
}

function fold(entries: readonly Entry[]): { folded: Folded[]; single: Entry[] } {
  const groups = new Map<string, { entry: Entry; members: Entry[] }>();
  for (const each of entries) {
    const entry = forAnyGuest(each);
    const key = JSON.stringify(entry);
    const known = groups.get(key);
    if (known) known.members.push(each);
    else groups.set(key, { entry, members: [each] });
  }
  const folded: Folded[] = [];
  const alone = new Set<Entry>();
  for (const { entry, members } of groups.values()) {
    const guests = [...new Set(members.map(({ owner }) => owner))];
    if (entry.owner === anyGuest && guests.length >= leastFolded) folded.push({ entry, guests });
    else for (const member of members) alone.add(member);
  }
  return { folded, single: entries.filter((entry) => alone.has(entry)) };
}

/** An entry in which the guest's name is that of any guest. */
function forAnyGuest(entry: Entry): Entry {
  const { owner } = entry;
  if (owner === 'host') return entry;
  const pattern = new RegExp(`(?<![\\w.-])${owner.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`, 'g');
  const any = (text: string): string => text.replace(pattern, anyGuest);
  const anyChange = <Change extends StepChange>(change: Change): Change => ({
    ...change,
    what: any(change.what),
    ...(change.before !== undefined && { before: any(change.before) }),
    ...(change.after !== undefined && { after: any(change.after) }),
  });
  return {
    ...entry,
    owner: anyGuest,
    title: any(entry.title),
    ...(entry.remedy !== undefined && { remedy: any(entry.remedy) }),
    changes: entry.changes.map(anyChange),
    causes: entry.causes.map(anyChange),
  };
}
