import type { InventoryPath } from '../problem.ts';
import { quote } from '../quote.ts';
import type { Draft } from '../schema/shape.ts';
import { closest } from '../suggest.ts';
import type { Judging } from './judging.ts';

const BUILT_IN_ZONES = ['guests', 'host', 'lan', 'anywhere'];
const NAMED = ['guests', 'groups', 'machines', 'networks'] as const;

type Section = (typeof NAMED)[number];

/** All names of some sections; undefined when one of them could not be read, and so not all names are known. */
function namesIn(draft: Draft, sections: readonly Section[], { sound }: Judging): readonly string[] | undefined {
  if (sections.some((section) => draft[section] === undefined && !sound([section]))) return undefined;
  return sections.flatMap((section) => Object.keys(draft[section] ?? {}));
}

type JudgeName = (path: InventoryPath, name: string | undefined) => void;

function zoneJudge(draft: Draft, judging: Judging): JudgeName {
  const names = namesIn(draft, NAMED, judging);
  const known = new Set([...(names ?? []), ...BUILT_IN_ZONES]);
  return (path, zone) => {
    if (zone === undefined || names === undefined || known.has(zone)) return;
    const isHost = zone === draft.host?.name;
    const message = isHost
      ? `${zone} is the host, which rows call host.`
      : `${quote(zone)} is no guest, group, machine or network.`;
    const guess = (): string => {
      const meant = closest(zone, known);
      return meant === undefined ? `Name one, or write ${BUILT_IN_ZONES.join(', ')}.` : `Did you mean ${meant}?`;
    };
    judging.report(path, { code: 'unknown-zone', message, remedy: isHost ? 'Write host.' : guess });
  };
}

function guestJudge(draft: Draft, judging: Judging): JudgeName {
  const names = namesIn(draft, ['guests'], judging);
  const known = new Set(names);
  return (path, guest) => {
    if (guest === undefined || names === undefined || known.has(guest)) return;
    const remedy = (): string => {
      const meant = closest(guest, names);
      return meant === undefined ? 'Name one of `guests`.' : `Did you mean ${meant}?`;
    };
    judging.report(path, { code: 'unknown-guest', message: `There is no guest ${quote(guest)}.`, remedy });
  };
}

/** Groups, rows and port forwards name what there is. Services are the firewall's to judge. */
export function judgePolicy(draft: Draft, judging: Judging): void {
  const judgeZone = zoneJudge(draft, judging);
  const judgeGuest = guestJudge(draft, judging);
  for (const [group, members = []] of Object.entries(draft.groups ?? {}))
    for (const [index, guest] of members.entries()) judgeGuest(['groups', group, index], guest);
  for (const [index, row] of (draft.policy ?? []).entries())
    for (const side of ['from', 'to'] as const) judgeZone(['policy', index, side], row[side]);
  for (const [index, forward] of (draft.nat?.forwards ?? []).entries()) {
    judgeZone(['nat', 'forwards', index, 'from'], forward.from);
    judgeGuest(['nat', 'forwards', index, 'guest'], forward.guest);
  }
  if (draft.nat !== undefined && draft.policy === undefined && judging.sound(['policy'])) {
    const message = 'Translation of addresses is a part of the firewall, and without `policy` there is none.';
    judging.report(['nat'], { code: 'no-policy', message, remedy: 'Add `policy:`, or remove `nat:`.' }, 'key');
  }
}
