import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BareHost, bareInventory, kvmctlScript, labXml } from './bare-host.ts';
import { openTerminal } from './pseudo-terminal.ts';

const guest = (name: string, vmid: number, disks: string) => `
  ${name}:
    vmid: ${vmid}
    disks: ${disks}${labXml(name)}
`;
const inventory = bareInventory(
  'keeps',
  `${guest('public', 65, '{ root: 64 MiB, var: 64 MiB, swap: none }')}${guest('db', 61, '{ root: 64 MiB, var: none, swap: none }')}`,
);

const snapshot = (more: string) =>
  `virsh snapshot-create-as public one --disk-only --diskspec vda,file=/run/one.qcow2 --diskspec vdb,snapshot=no ${more}`;
const vda = `virsh domblklist public | awk '$1 == "vda" { print $2 }'`;

describe.skipIf(needs('root', 'libvirtd', 'qemu-system-x86_64', 'nft', 'virsh'))('a host', () => {
  let host: BareHost;
  let onHost: BareHost['sh'];
  const kvmctl = (...words: string[]) => host.kvmctl(inventory, ...words);
  const mustRun = async (script: string) => {
    const { exitCode, stdout, stderr } = await onHost(script);
    expect(exitCode, `${script}: ${stderr}`).toBe(0);
    return stdout.trim();
  };
  beforeAll(async () => {
    host = await BareHost.start(inventory);
    onHost = host.sh;
    const applied = await kvmctl('apply', '--yes');
    expect(applied, applied.stderr).toMatchObject({ exitCode: 0 });
  });
  afterAll(() => host?.[Symbol.asyncDispose]());

  test.each([
    ['apply', '--yes'],
    ['apply', '--yes', '--restart'],
    ['apply', '--yes', '--restart', '--confirm', 'public'],
  ])('leaves a disk alone that runs on a snapshot (%s %s %s %s %s)', async (...words) => {
    await mustRun(snapshot('--no-metadata'));
    try {
      const started = await mustRun('virsh domid public');
      const applied = await kvmctl(...words);
      expect(applied).toMatchObject({ exitCode: 1 });
      expect(applied.stdout).toContain('virsh blockcommit public vda --active --pivot');
      expect(await mustRun(vda)).toBe('/run/one.qcow2');
      expect(await mustRun("virsh dumpxml public --inactive | grep -c '/run/one.qcow2'")).toBe('1');
      expect(await mustRun('virsh domid public')).toBe(started);
      expect((await kvmctl('drift')).stdout).toContain('running guest: public writes to /run/one.qcow2 (qcow2)');
      const destroyed = await kvmctl('destroy', 'public', '--yes', '--confirm=public');
      expect(destroyed).toMatchObject({ exitCode: 1 });
      expect(await mustRun('virsh domid public')).toBe(started);
    } finally {
      await mustRun('virsh blockcommit public vda --active --pivot --wait; rm /run/one.qcow2');
    }
    await host.expectEmptyPlan(inventory);
  });

  test('looks again before it changes a definition: a snapshot may be made while a plan is read', async () => {
    const bigger = inventory.replace('memory: 128 MiB', 'memory: 144 MiB');
    await mustRun(`cat >/run/apply.sh <<'EOS'\n${kvmctlScript(bigger, ['apply'])}\nEOS`);
    const terminal = openTerminal(`nsenter --all -t ${host.lab.host.pid} --wdns=/ sh /run/apply.sh`);
    await terminal.shows('[y/N]');
    await mustRun(snapshot('--no-metadata'));
    terminal.type('y\n');
    const { exitCode, shown } = await terminal.ends();
    expect(exitCode, shown).toBe(1);
    expect(shown).toContain('public has /run/one.qcow2 (qcow2) as vda now');
    expect(await mustRun("virsh dumpxml public --inactive | grep -c '/run/one.qcow2'")).toBe('1');
    await mustRun('virsh blockcommit public vda --active --pivot --wait; rm /run/one.qcow2');
    expect(await kvmctl('apply', '--yes')).toMatchObject({ exitCode: 0 });
    await host.expectEmptyPlan(inventory);
  });

  test.each<[string, string, string, string]>([
    [
      'a snapshot',
      'virsh snapshot-delete db',
      `virsh snapshot-create-as db one --disk-only --diskspec vda,file=/run/db.qcow2`,
      'virsh snapshot-delete db one --metadata; virsh blockcommit db vda --active --pivot --wait; rm /run/db.qcow2',
    ],
    [
      'a checkpoint',
      'virsh checkpoint-delete db',
      // Only what is not raw has room for the bitmap of a checkpoint.
      `virsh snapshot-create-as db one --no-metadata --disk-only --diskspec vda,file=/run/db.qcow2
       virsh checkpoint-create-as db one`,
      'virsh checkpoint-delete db one; virsh blockcommit db vda --active --pivot --wait; rm /run/db.qcow2',
    ],
    [
      'a copy under way',
      'virsh blockjob db',
      'truncate -s 64M /run/copy.img; virsh blockcopy db vda /run/copy.img --transient-job --reuse-external --format raw --bandwidth 1',
      'virsh blockjob db vda --abort; rm /run/copy.img',
    ],
  ])('does not shut a guest down to destroy it while it has %s', async (_, said, make, unmake) => {
    await mustRun(make);
    const started = await mustRun('virsh domid db');
    for (const words of [
      ['destroy', 'db', '--yes'],
      ['destroy', 'db', '--yes', '--confirm=db'],
    ]) {
      const destroyed = await kvmctl(...words);
      expect(destroyed, destroyed.stdout).toMatchObject({ exitCode: 1 });
      expect(destroyed.stdout).toContain(said);
    }
    expect(await mustRun('virsh domid db')).toBe(started);
    await mustRun(unmake);
  });

  test('does not throw away the memory that a guest was saved with', async () => {
    await mustRun('virsh managedsave db');
    expect(await kvmctl('destroy', 'db', '--yes')).toMatchObject({ exitCode: 1 });
    expect(await mustRun('virsh dominfo db | grep Managed')).toContain('yes');
    await mustRun('virsh start db');
  });
});
