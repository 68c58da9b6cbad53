import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { debianRoot } from '@kvm/ci/debian-root';
import { needs } from '@kvm/ci/needs';
import { startVmHost, type VmHost } from '@kvm/lab';
import { type MachineSetup, renderServices, type SharedServices } from '@kvm/shared-services';
import { compareSetup, isDue, makeSecrets, putSetup, type RunProgram, withSecrets } from '@kvm/shared-services/run';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { patience } from './patience.ts';

const machines = [
  { name: 'common', addresses: ['127.0.0.1'] },
  { name: 'web', addresses: ['172.16.65.1'] },
];
const parties = { server: 'common', clients: [] };

/** A server of names and time, which sends its logs to another machine. */
const services: SharedServices = {
  domain: 'home.arpa',
  machines,
  dns: { ...parties, upstreams: [] },
  time: { ...parties, upstreams: [], hostClock: false },
  logs: { server: 'web', clients: [{ machine: 'common', implementation: 'rsyslog' }], keepDays: 9 },
};
const none: MachineSetup = { machine: 'common', system: 'debian', packages: [], files: [], handlers: [] };

describe.skipIf(needs('root', 'qemu-system-x86_64', 'mmdebstrap', 'openssl'))(
  'a Debian machine with systemd',
  { timeout: patience },
  () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'kvmctl-leave-')), 'secrets');
    let vm: VmHost;
    let setup: MachineSetup;
    const run: RunProgram = async (command, input = '') =>
      vm.exec(command, { input: Buffer.from(input), timeoutMs: patience });
    const sh = async (script: string): Promise<string> => (await run(['sh', '-c', script])).stdout.trim();
    const apply = async (wanted: MachineSetup) => {
      const outcome = await putSetup(wanted, await compareSetup(wanted, run), run);
      expect(isDue(await compareSetup(wanted, run))).toBe(false);
      return outcome;
    };
    const states = (...units: string[]): Promise<string> =>
      sh(units.map((unit) => `echo $(systemctl is-active ${unit}) $(systemctl is-enabled ${unit} 2>&1)`).join('; '));

    beforeAll(async () => {
      await makeSecrets(services, { folder });
      const [common] = await withSecrets(renderServices(services), folder);
      if (common === undefined) throw new Error('no server');
      setup = common;
      vm = await startVmHost({ name: 'common', disks: [], system: await debianRoot([...common.packages]) });
    }, patience);
    afterAll(async () => {
      await vm?.[Symbol.asyncDispose]();
      rmSync(join(folder, '..'), { recursive: true, force: true });
    });

    test('runs what it is given, restarts only what reads a changed file, and is as before when all of it leaves', async () => {
      const before = await sh('cat /etc/chrony/chrony.conf /etc/hosts');
      const { restarted } = await apply(setup);
      expect(restarted).toEqual(['rsyslog.service', 'dnsmasq.service', 'chrony.service']);
      expect(await states('dnsmasq', 'chrony', 'rsyslog')).toBe('active enabled\nactive enabled\nactive enabled');
      const changed = setup.files.map((file) =>
        file.path === '/etc/dnsmasq.d/kvm.conf' ? { ...file, content: `${file.content}# more\n` } : file,
      );
      expect((await apply({ ...setup, files: changed })).restarted).toEqual(['dnsmasq.service']);
      await apply(none);
      expect(await states('dnsmasq', 'chrony', 'rsyslog')).toBe('inactive disabled\nactive enabled\nactive enabled');
      expect(await sh('cat /etc/chrony/chrony.conf /etc/hosts')).toBe(before);
      expect(await sh('find /etc -path "*kvm*" -type f')).toBe('/etc/kvm/services-manifest');
      expect(await sh('systemctl --failed --plain --no-legend')).toBe('');
    });
  },
);
