import type { LogicalVolume, Storage } from '../storage.ts';
import { layoutOf } from './observed.ts';
import type { PoolSpace } from './plan.ts';
import type { CreateStep, Step } from './step.ts';

/** What the thin pools have promised before and after a plan, of all groups that it concerns. */
export function poolSpaces(before: Storage, kept: Storage, steps: readonly Step[]): readonly PoolSpace[] {
  const created = steps.filter((step): step is CreateStep => step.action === 'create');
  const grown = new Map(
    steps.flatMap((step) => (step.action === 'grow' ? [[`${step.vg}/${step.volume}`, step.bytes]] : [])),
  );
  const renamed = new Map(
    steps.flatMap((step) => (step.action === 'rename' ? [[`${step.vg}/${step.volume}`, step.to]] : [])),
  );
  const finalBytes = ({ vg, name, bytes }: LogicalVolume): number =>
    grown.get(`${vg}/${renamed.get(`${vg}/${name}`) ?? name}`) ?? bytes;

  const old = before.volumes.filter(isPool).map(({ vg, name, bytes }): PoolSpace => {
    const inPool = (volume: LogicalVolume): boolean => volume.vg === vg && volume.pool === name;
    const stays = kept.volumes.filter(inPool);
    const pool = kept.volumes.find((volume) => volume.vg === vg && volume.name === name);
    return {
      ...{ vg, name, bytesBefore: bytes, bytesAfter: pool ? finalBytes(pool) : 0 },
      promisedBefore: sum(before.volumes.filter(inPool).map((volume) => volume.bytes)),
      promisedAfter: sum(stays.map(finalBytes)) + newPromises(created, vg, name),
    };
  });
  const fresh = created
    .filter(({ layout }) => layout.type === 'thin-pool')
    .map(
      ({ vg, volume, bytes }): PoolSpace => ({
        ...{ vg, name: volume, bytesBefore: 0, bytesAfter: bytes, promisedBefore: 0 },
        promisedAfter: newPromises(created, vg, volume),
      }),
    );
  return [...old, ...fresh];
}

const isPool = (volume: LogicalVolume): boolean => layoutOf(volume)?.type === 'thin-pool';

const newPromises = (created: readonly CreateStep[], vg: string, pool: string): number =>
  sum(
    created
      .filter((step) => step.vg === vg && step.layout.type === 'thin' && step.layout.pool === pool)
      .map(({ bytes }) => bytes),
  );

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
