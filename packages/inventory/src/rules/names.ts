import type { InventoryPath } from '../problem.ts';
import type { Draft } from '../schema/shape.ts';
import { judgeDiskName, judgeGuestName, judgeName } from '../values/text-rules.ts';
import type { Judging } from './judging.ts';

const SECTIONS = [
  ['networks', 'a network'],
  ['machines', 'a machine'],
  ['guests', 'a guest'],
  ['groups', 'a group'],
] as const;

/** The host, networks, machines, guests and groups share one set of names, because policy rows use them all. */
export function judgeNames(draft: Draft, { report, name }: Judging): void {
  const taken = new Map<string, { readonly path: InventoryPath; readonly what: string }>();
  const take = (label: string, what: string, path: InventoryPath): void => {
    const other = taken.get(label);
    if (other === undefined) {
      taken.set(label, { path, what });
      return;
    }
    const message = `${label} is already the name of ${other.what} (${name(other.path)}); no two things share a name.`;
    const remedy = 'Rename one of the two.';
    report(path, { code: 'duplicate-name', message, remedy, related: [other.path] }, 'key');
  };
  if (draft.host?.name !== undefined) take(draft.host.name, 'the host', ['host', 'name']);
  for (const [section, what] of SECTIONS) {
    const judge = section === 'guests' ? judgeGuestName : judgeName;
    for (const label of Object.keys(draft[section] ?? {})) {
      const finding = judge(label);
      if (finding !== undefined) report([section, label], finding, 'key');
      take(label, what, [section, label]);
    }
  }
}

export function judgeDiskNames(draft: Draft, { report }: Judging): void {
  const judge = (path: InventoryPath, disks: object = {}): void => {
    for (const disk of Object.keys(disks)) {
      const finding = judgeDiskName(disk);
      if (finding !== undefined) report([...path, disk], finding, 'key');
    }
  };
  judge(['defaults', 'disks'], draft.defaults?.disks);
  for (const [guest, keys] of Object.entries(draft.guests ?? {})) judge(['guests', guest, 'disks'], keys?.disks);
}
