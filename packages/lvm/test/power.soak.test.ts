import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  cloneVolumes,
  moveVolume,
  type RunProgram,
  restoreVolume,
  type StreamProgram,
  streamBackup,
  takeSnapshots,
} from '../src/run/index.ts';
import { desired, makeSo } from './desired-volumes.ts';
import { d0, d1, d2, LvmHost } from './lvm-host.ts';

const skip = needs('root', 'qemu-system-x86_64', 'unshare', 'vgcreate', 'zstd');
const rounds = 20;

/** One after another, each with a volume of its own: the cut comes in the midst of any of them. */
const verbs: Readonly<Record<string, (run: RunProgram, stream: StreamProgram) => Promise<unknown>>> = {
  move: (run) => moveVolume({ vg: 'vg', volume: 'move', to: [d1] }, { run, intervalMs: 100 }),
  grow: (run) => makeSo({ run }, desired('linear', 'grow', 24)),
  snapshot: (run) => takeSnapshots([{ vg: 'vg', volume: 'keep', snapshot: 'keep.s' }], { run }),
  clone: (run, stream) =>
    cloneVolumes([{ vg: 'vg', volume: 'keep', to: { volume: 'clone', owner: '66/root' } }], () => ({ run, stream })),
  restore: (run) => restoreVolume('/backup/x.zst', { vg: 'vg', volume: 'restore', owner: '67/root' }, { run }),
};
const doAll = async (run: RunProgram, stream: StreamProgram): Promise<void> => {
  for (const verb of Object.values(verbs)) await verb(run, stream);
};

describe.skipIf(skip)('the power goes', { timeout: 7_200_000 }, () => {
  let host: LvmHost;

  beforeAll(async () => {
    host = await LvmHost.start(3, 128);
  });
  afterAll(() => host[Symbol.asyncDispose]());

  test(`at ${rounds} moments of a move, a grow, a snapshot, a clone and a restore: the next run does it, and nothing half made is left`, async () => {
    let backup: Buffer | undefined;
    const begin = async (): Promise<void> => {
      await host.reset(3);
      const make = (name: string, disk: string, owner: string): string =>
        `lvcreate -qqy -L 16M -n ${name} --addtag kvm:${owner} vg ${disk}`;
      await host.shell(
        [make('move', d0, '1/root'), make('grow', d1, '65/root'), make('keep', d2, '3/root')].join('\n'),
      );
      for (const name of ['move', 'grow', 'keep']) await host.fill(name, `this is in ${name}`);
      backup ??= await backUp();
      await bringBackup();
    };
    const backUp = async (): Promise<Buffer> => {
      const output = new PassThrough();
      const whole = buffer(output);
      await streamBackup({ vg: 'vg', volume: 'keep' }, output, host);
      output.end();
      return await whole;
    };
    /** It lies in memory. */
    const bringBackup = async (): Promise<void> => {
      const text = backup?.toString('base64') ?? '';
      await host.run(['sh', '-ec', 'mkdir -p /backup; base64 -d >/backup/x.zst'], text);
    };
    const sums = async (names: readonly string[]): Promise<string[]> => {
      const all: string[] = [];
      for (const name of names) all.push(await host.sum(name, 16));
      return all;
    };

    await begin();
    const start = performance.now();
    await doAll(host.run, host.stream);
    const whole = performance.now() - start;

    for (let round = 0; round < rounds; round++) {
      await begin();
      const [move, grow, keep] = await sums(['move', 'grow', 'keep']);
      await host.cutAfter((whole * (round + 0.5)) / rounds, (run) => doAll(run, host.stream));
      const tags = (await host.shell('lvs --noheadings -o lv_tags vg')).split('\n').slice(0, -1);
      expect(tags.filter((line) => !/kvm(\.unfinished|\.snapshot|\.taking|\.copying)?:\d+\/root/.test(line))).toEqual(
        [],
      );
      expect(await sums(['move', 'grow', 'keep'])).toEqual([move, grow, keep]);

      await bringBackup();
      // What had been done before the cut is there already.
      const isDone = (error: unknown): void => expect(error).toMatchObject({ code: 'name-taken' });
      for (const verb of Object.values(verbs)) await verb(host.run, host.stream).catch(isDone);
      const made = ['move', 'grow', 'keep', 'keep.s', 'clone', 'restore'];
      expect(await sums(made)).toEqual([move, grow, keep, keep, keep, keep]);
      expect(await host.names()).toEqual([...made].sort());
      expect(await host.shell('lvs --noheadings -o lv_tags vg')).not.toContain('unfinished');
      expect(await host.disksOf('move')).toBe('d1');
      await host.expectNoMove();
    }
  });
});
