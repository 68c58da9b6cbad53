import { needs } from '@kvm/ci/needs';
import { parseIostat } from '@kvm/iostat-parse';
import { startVmHost, type VmHost } from '@kvm/lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attributeToGuests, diskRates, parseDeviceName, parseDiskstats } from '../src/index.ts';
import { compareReports } from './compare-reports.ts';
import { iostatRuns } from './iostat-runs.ts';
import { type Combination, optionCombinations } from './option-combinations.ts';

/** All of them take a while where there is no KVM; those with names of device-mapper's are tried each time. */
const every = process.env.KVM_SOAK ? 1 : 64;
const patience = 1_800_000;
const combinations: readonly Combination[] = optionCombinations
  .filter(({ options }, at) => at % every === 0 || options.includes('-N'))
  .map((combination) => ({
    ...combination,
    jsonOptions: withNames(combination.jsonOptions),
    options: withNames(combination.options),
  }));

function withNames(options: readonly string[]): readonly string[] {
  return options.includes('-N') ? options : ['-N', ...options];
}

/** A host with volumes of guests, one of them with a snapshot, and all of them used. */
const makeVolumes = `
set -e
pvcreate -qq /dev/vda
vgcreate -qq vg /dev/vda
for name in db.root db-1.root public.var; do lvcreate -qqy -Wn -Zn -L 16M -n $name vg; done
lvcreate -qqs -L 8M -n before vg/db.root
dd if=/dev/zero of=/dev/vg/db.root bs=64k count=64 oflag=direct status=none
dd if=/dev/zero of=/dev/vg/db-1.root bs=4k count=32 oflag=direct status=none
dd if=/dev/vg/public.var of=/dev/null bs=4k count=100 iflag=direct status=none
`;

describe.skipIf(needs('root', 'qemu-system-x86_64', 'vgcreate', 'iostat'))(
  'iostat where there is device-mapper',
  () => {
    let vm: VmHost;
    const shell = async (script: string): Promise<string> => {
      const { exitCode, stdout, stderr } = await vm.exec(['unshare', '-m', 'bash'], {
        input: script,
        cwd: '/root',
        timeoutMs: patience,
      });
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
      return stdout;
    };
    beforeAll(async () => {
      vm = await startVmHost({ name: 'iostat', disks: [{ bytes: 2 ** 27 }] });
      await shell(makeVolumes);
    });
    afterAll(() => vm?.[Symbol.asyncDispose]());

    test(`${combinations.length} combinations of options: the numbers of -o JSON`, { timeout: patience }, async () => {
      const printed = await shell(
        `mkdir runs; cd runs; ${iostatRuns(combinations)}\nfor at in $(seq 0 ${combinations.length - 1}); do
        cat $at.txt; printf '\\036'; cat $at.json; printf '\\036'; done`,
      );
      const texts = printed.split('\x1e');
      const faults = combinations.flatMap((combination, at) => {
        const [text] = parseIostat(texts[2 * at] ?? '');
        const [json] = parseIostat(texts[2 * at + 1] ?? '');
        if (text === undefined || json === undefined) throw new Error(`no report in ${texts[2 * at]}`);
        return compareReports(text, json, combination).map((fault) => `${combination.options.join(' ')}: ${fault}`);
      });
      expect(faults).toEqual([]);
      expect(printed).toContain('vg-db--1.root');
    });

    test('each volume is its guest’s, once, and the kernel’s counters tell the same', async () => {
      const printed = await shell(`
      iostat -xkN; printf '\\036'
      cat /proc/diskstats; printf '\\036'
      for name in /sys/block/dm-*/dm/name; do echo \${name//[!0-9]} $(cat $name); done`);
      const [text = '', diskstats = '', names = ''] = printed.split('\x1e');
      const mapperNames = new Map(
        names
          .trim()
          .split('\n')
          .map((line): [string, string] => {
            const [number, name = ''] = line.split(' ');
            return [`dm-${number}`, name];
          }),
      );
      const devices = parseIostat(text)[0]?.devices ?? [];
      const volumes = (samples: typeof devices) =>
        attributeToGuests(samples)
          .map(({ guest, volumes }) => [guest, volumes.map(({ sample }) => sample.name)])
          .sort();
      expect(volumes(devices)).toEqual([
        ['db', ['vg-db.root']],
        ['db-1', ['vg-db--1.root']],
        ['public', ['vg-public.var']],
      ]);
      expect(volumes(diskRates([], parseDiskstats(diskstats, mapperNames), 1000))).toEqual(volumes(devices));
      expect(devices.map(({ name }) => name)).toContain('vg-db.root-real');
      expect(parseDeviceName('vg-before-cow')).toMatchObject({ volume: 'before', layer: 'cow' });
      const written = new Map(parseDiskstats(diskstats, mapperNames).map(({ name, writeBytes }) => [name, writeBytes]));
      expect(written.get('vg-db.root')).toBe(64 * 65_536);
      expect(written.get('vg-db--1.root')).toBe(32 * 4096);
    });
  },
);
