import type { InventoryPath } from '../problem.ts';
import type { Draft } from '../schema/shape.ts';
import type { Judging } from './judging.ts';

/** A UUID that is written is one guest's. */
export function judgeUuids({ guests = {} }: Draft, { report, name }: Judging): void {
  const used = new Map<string, InventoryPath>();
  for (const [guest, keys] of Object.entries(guests)) {
    const uuid = keys?.uuid;
    if (uuid === undefined) continue;
    const path = ['guests', guest, 'uuid'];
    const first = used.get(uuid);
    if (first === undefined) {
      used.set(uuid, path);
      continue;
    }
    const message = `The UUID is already that of ${first[1]} (${name(first)}).`;
    const remedy = `Write what \`virsh domuuid ${guest}\` says.`;
    report(path, { code: 'duplicate-uuid', message, remedy, related: [first] });
  }
}
