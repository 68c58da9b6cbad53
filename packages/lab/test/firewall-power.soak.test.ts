import { setTimeout as sleep } from 'node:timers/promises';
import { needs } from '@kvm/ci/needs';
import { BOOT_UNIT, backEnds, type ResolvedPolicy, resolvePolicy } from '@kvm/firewall';
import { type ApplyOptions, applyPolicy, confirmPolicy, findDrift, type RunProgram } from '@kvm/firewall/run';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startVmHost, type VmHost } from '../src/index.ts';

const zones = {
  guests: [{ name: 'public', tap: 'tun65', mac: '52:54:00:61:65:01', addresses: ['172.16.65.1'] }],
  host: { addresses: ['192.168.100.1'], uplink: 'eth0' },
  lan: ['192.168.100.0/24'],
  guestNetworks: { taps: 'tun', ranges: ['172.16.0.0/12'] },
  named: [],
};
const opened = (service: string): ResolvedPolicy =>
  resolvePolicy({ rows: [{ from: 'lan', to: 'public', services: [service], action: 'accept' }] }, zones);
const [old, wanted] = [opened('ssh'), opened('rdp')];
const rounds = 20;

describe.skipIf(needs('root', 'qemu-system-x86_64', 'nft', 'iptables', 'ipset')).each(backEnds)(
  'the power goes while %s rules are applied',
  (backEnd) => {
    let vm: VmHost;
    const run: RunProgram = (command, input = '') => vm.exec(command, { input, env: { TZ: 'UTC', LC_ALL: 'C' } });
    const options: ApplyOptions = { run, backEnd };
    const shell = async (script: string): Promise<void> => {
      const { exitCode, stderr } = await run(['sh', '-ec', script]);
      expect({ script, exitCode, stderr }).toMatchObject({ exitCode: 0 });
    };
    const mount = (): Promise<void> =>
      shell(`mkdir -p /kept /etc/kvm; mount /dev/vda /kept; mkdir -p /kept/kvm /kept/units
mount --bind /kept/kvm /etc/kvm; mount --bind /kept/units /etc/systemd/system; mount -t tmpfs run /run`);
    /** The start of a host, as far as the firewall is concerned. */
    const start = async (): Promise<void> => {
      await vm.start();
      await mount();
      await shell(`sed -nE 's/^ExecStart(Pre)?=//p' /etc/systemd/system/${BOOT_UNIT} | sh -ex`);
    };
    const isLive = async (policy: ResolvedPolicy): Promise<boolean> => {
      const { foreign, missing } = await findDrift(policy, run, backEnd);
      return foreign.length + missing.length === 0;
    };
    /** Cuts the power within the command of this number, or at the end. */
    const cutIn = async (number: number, action: (options: ApplyOptions) => Promise<void>): Promise<void> => {
      let count = 0;
      const cutRun: RunProgram = async (command, input) => {
        const result = run(command, input);
        result.catch(() => undefined);
        if (++count === number) {
          await Promise.race([result, sleep(Math.random() * 300)]);
          await vm.powerCut();
        }
        return await result;
      };
      await action({ ...options, run: cutRun }).catch((error) => expect(error).toMatchObject({ code: 'vm-ended' }));
      await vm.powerCut();
    };

    beforeAll(async () => {
      vm = await startVmHost({ disks: [{ bytes: 2 ** 26 }] });
      await shell('mkfs.ext4 -q /dev/vda');
      await mount();
      await applyPolicy(old, options);
    });
    afterAll(() => vm[Symbol.asyncDispose]());

    test('before it is confirmed: the host starts with the rules from before', async () => {
      for (let round = 1; round <= rounds; round += 1) {
        await cutIn(round, (cut) => applyPolicy(wanted, { ...cut, confirmSeconds: 3600 }));
        await start();
        expect(await isLive(old)).toBe(true);
      }
    }, 3_600_000);

    test('while it is confirmed, or applied without a word: with those from before, or with the new ones', async () => {
      for (let round = 1; round <= rounds; round += 1) {
        if (round % 2 === 0) await cutIn(round / 2, (cut) => applyPolicy(wanted, cut));
        else {
          await applyPolicy(wanted, { ...options, confirmSeconds: 3600 });
          await cutIn(1, (cut) => confirmPolicy(cut.run));
        }
        await start();
        expect([await isLive(old), await isLive(wanted)].filter(Boolean)).toHaveLength(1);
        await applyPolicy(old, options);
      }
    }, 3_600_000);

    test('after it is confirmed: with the new ones', async () => {
      await applyPolicy(wanted, { ...options, confirmSeconds: 3600 });
      await confirmPolicy(run);
      await vm.powerCut();
      await start();
      expect(await isLive(wanted)).toBe(true);
    });
  },
);
