import { describeStep, formatSize, type LogicalVolume, ownerOf } from '@kvm/lvm';
import { isOurs } from '../definition.ts';
import { HostError } from '../errors.ts';
import type { Observed } from '../observed.ts';
import type { Plan } from './plan.ts';
import type { Step, Waiting } from './step.ts';

export interface DestroyOptions {
  /** Remove its volumes, with all that is on them. */
  readonly volumes?: boolean;
}

/**
 * What it takes to be rid of a guest that a person has named: it is shut down and undefined; its volumes are removed only when
 * they are named as well.
 *
 * @throws HostError `no-such-guest`, also for a domain that is not ours
 */
export function planDestroy(
  name: string,
  { domains, storage }: Pick<Observed, 'domains' | 'storage'>,
  { volumes = false }: DestroyOptions = {},
): Plan {
  const owned = (storage?.volumes ?? []).filter(({ tags }) => ownerOf(tags)?.startsWith(`${name}/`));
  const there = domains.find((domain) => domain.name === name);
  if (there === undefined && owned.length > 0) return withVolumes([], { owned, name, volumes });
  if (there === undefined) {
    const names = domains.filter(({ definition }) => isOurs(definition)).map((domain) => domain.name);
    throw new HostError(
      'no-such-guest',
      `no domain is called "${name}". Of ours there are: ${names.join(', ') || 'none'}.`,
    );
  }
  if (!isOurs(there.definition)) {
    throw new HostError(
      'no-such-guest',
      `${name} is not ours: no inventory has made it. \`virsh undefine ${name}\` is for such domains.`,
    );
  }
  const reason = 'you named it';
  const stop: Step = {
    id: `stop ${name}`,
    guest: name,
    sign: '-',
    title: 'shut down',
    effect: 'restart',
    changes: [],
    reason,
    after: [],
    action: { kind: 'stop', guest: name },
  };
  const undefine: Step = {
    id: `undefine ${name}`,
    guest: name,
    sign: '-',
    title: 'undefine the domain',
    effect: 'restart',
    changes: [],
    reason,
    after: there.active ? [stop.id] : [],
    action: { kind: 'undefine', guest: name },
  };
  return withVolumes(there.active ? [stop, undefine] : [undefine], { owned, name, volumes });
}

interface Owned {
  readonly owned: readonly LogicalVolume[];
  readonly name: string;
  readonly volumes: boolean;
}

function withVolumes(steps: readonly Step[], { owned, name, volumes }: Owned): Plan {
  if (!volumes) {
    const waiting = owned.map(
      ({ vg, name: volume, bytes }): Waiting => ({
        guest: name,
        kind: 'removed',
        what: `the volume ${vg}/${volume} (${formatSize(bytes)}) stays, with all that is on it`,
        remedy: `\`kvmctl destroy ${name} --confirm=${name}\` removes it, too.`,
        changes: [],
      }),
    );
    return { steps, waiting };
  }
  const removals = owned.map(({ vg, name: volume, bytes }): Step => {
    const step = { action: 'remove', vg, volume, bytes, reason: 'named', effect: 'destroys data' } as const;
    return {
      id: `remove ${vg}/${volume}`,
      guest: name,
      sign: '-',
      title: describeStep(step),
      effect: 'destroys data',
      changes: [],
      reason: 'you confirmed it by the name of the guest',
      after: steps.map(({ id }) => id),
      action: { kind: 'volume', step },
    };
  });
  return { steps: [...steps, ...removals], waiting: [] };
}
