import { type DesiredVolume, type Layout, type PlanOptions, planVolumes } from '../src/index.ts';
import { executeStep, type LvmRunner, readStorage } from '../src/run/index.ts';

const MIB = 2 ** 20;

const layouts = {
  linear: { type: 'linear' },
  striped: { type: 'striped', stripes: 2 },
  raid1: { type: 'raid1', legs: 2 },
  thin: { type: 'thin', pool: 'pool' },
} as const satisfies Record<string, Layout>;

type LayoutName = keyof typeof layouts;
export const layoutNames = Object.keys(layouts) as readonly LayoutName[];

/** A volume of a guest, and the pool that it lies in when it is thin. */
export function desired(layout: LayoutName, name: string, mebibytes: number): DesiredVolume[] {
  const volume = { vg: 'vg', name, bytes: mebibytes * MIB, owner: '65/root', layout: layouts[layout] };
  const pool = { vg: 'vg', name: 'pool', bytes: 64 * MIB, owner: 'pool', layout: { type: 'thin-pool' } } as const;
  return layout === 'thin' ? [pool, volume] : [volume];
}

/** Plans and does it. @returns what was done; of what has grown the device and its MiB, too */
export async function makeSo(
  { run }: LvmRunner,
  wanted: readonly DesiredVolume[],
  options?: PlanOptions,
): Promise<string[]> {
  const { steps } = planVolumes(wanted, await readStorage({ run }), options);
  const done: string[] = [];
  for (const step of steps) {
    done.push(step.action);
    await executeStep(step, { run, onGrown: async (path, bytes) => void done.push(`${path} ${bytes / MIB}`) });
  }
  return done;
}
