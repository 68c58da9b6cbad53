import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { needs } from '@kvm/ci/needs';
import { describe, expect, test } from 'vitest';
import { BareHost, bareInventory, kvmctlScript, labXml } from './bare-host.ts';

const inventory = bareInventory(
  'interrupted',
  `
  public:
    vmid: 65
    disks: { root: 64 MiB, var: none, swap: none }
    autostart: { order: 20 }${labXml('public')}
  db:
    vmid: 61
    disks: { root: 64 MiB, var: none, swap: none }
    autostart: { order: 10, delay: 5 s }${labXml('db')}
`,
);

describe.skipIf(needs('root', 'libvirtd', 'qemu-system-x86_64', 'nft', 'virsh'))('Ctrl-C', () => {
  test.each(['INT', 'TERM'])(
    'ends an apply after the steps under way, and what is left is said (SIG%s)',
    async (signal) => {
      await using host = await BareHost.start(inventory);
      const script = `echo $$ >/run/apply.pid; ${kvmctlScript(inventory, ['apply', '--yes', '--json'])}`;
      const apply = spawn('nsenter', ['--all', '-t', String(host.lab.host.pid), '--wdns=/', 'sh', '-c', script], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const ended = once(apply, 'exit');
      const said = text(apply.stderr);
      const outcomes = new Map<string, string>();
      let planned: string[] = [];
      for await (const line of createInterface({ input: apply.stdout })) {
        const { event, id, outcome, steps } = JSON.parse(line);
        if (event === 'plan') planned = steps.map((step: { id: string }) => step.id);
        else outcomes.set(id, outcome);
        // The start of the first guest takes its delay of five seconds: the signal comes in the middle of it.
        if (id === 'start db' && outcome === 'started') await host.sh(`kill -${signal} "$(cat /run/apply.pid)"`);
      }
      expect(await ended).toEqual([1, null]);
      expect(outcomes.get('start db'), await said).toBe('done');
      expect(outcomes.has('start public')).toBe(false);
      expect(await said).toContain('left    start public');
      expect(await said).toMatch(/\d+ done, 0 failed, [1-9]\d* left/);
      expect([...outcomes].filter(([, outcome]) => outcome !== 'done')).toEqual([]);
      expect(planned).toEqual(expect.arrayContaining([...outcomes.keys()]));
      expect((await host.sh('virsh list --name')).stdout.trim()).toBe('db');
      expect(await host.kvmctl(inventory, 'apply', '--yes')).toMatchObject({ exitCode: 0 });
      await host.expectEmptyPlan(inventory);
    },
  );
});
