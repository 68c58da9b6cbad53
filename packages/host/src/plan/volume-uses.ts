import type { LogicalVolume } from '@kvm/lvm';
import type { ObservedDomain } from '../observed.ts';
import { disksOf } from './disk-data.ts';
import { jobsOf } from './hold-disks.ts';
import { isVolume, placesOf } from './whose-volumes.ts';

/** Why a guest's volume must not change under what libvirt has of it: a sentence, and how to mend it. */
interface VolumeUse {
  readonly what: string;
  readonly remedy: string;
}

/**
 * What would be damaged when volumes of a guest that does not run are rolled back or removed: another domain that has one of
 * them, the guest's own kept memory, an overlay that lies on one, work of libvirt's on them.
 */
export function volumeUses(
  volumes: readonly LogicalVolume[],
  domains: readonly ObservedDomain[],
  guest: string,
): readonly VolumeUse[] {
  return domains.flatMap((domain) => {
    const used = placesOf(domain).find((place) => volumes.some((volume) => isVolume(place, volume)));
    if (used === undefined) return [];
    return domain.name === guest ? ownUses(domain, volumes) : [elsewhere(domain.name, used)];
  });
}

const elsewhere = (name: string, used: string): VolumeUse => ({
  what: `${name} has ${used}, too`,
  remedy: `Take it from ${name} first.`,
});

function ownUses(domain: ObservedDomain, volumes: readonly LogicalVolume[]): VolumeUse[] {
  const { name, kept, definition, running, places } = domain;
  const uses: VolumeUse[] = [];
  const isOne = (place: string): boolean => volumes.some((volume) => isVolume(places?.get(place) ?? place, volume));
  if (running && disksOf(running).some(({ place, below }) => [place, ...below].some(isOne)))
    uses.push({ what: `${name} runs on it`, remedy: `Stop it first: kvmctl stop ${name}.` });
  if (kept?.managedSave)
    uses.push({
      what: `the memory of ${name} is kept for its next start, and knows its disks as they are`,
      remedy: `\`virsh start ${name}\` and shut it down; \`virsh managedsave-remove ${name}\` throws the memory away.`,
    });
  const overlay = [definition, ...(running ? [running] : [])]
    .flatMap((each) => disksOf(each))
    .find(({ below }) => below.some(isOne));
  if (overlay)
    uses.push({
      what: `${name} has ${overlay.shown} as ${overlay.disk}, an overlay of ${overlay.below.join(', ')}`,
      remedy: `\`virsh blockcommit ${name} ${overlay.disk} --active --pivot --verbose\` brings it back while the guest runs.`,
    });
  const jobs = jobsOf(domain);
  if (jobs.length > 0)
    uses.push({
      what: `libvirt is at work on ${name}: ${jobs.join(', ')}`,
      remedy: `Wait until it has ended; \`virsh blockjob ${name} DISK --abort\` ends it.`,
    });
  return uses;
}
