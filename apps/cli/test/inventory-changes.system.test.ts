import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BareHost, bareInventory, labXml } from './bare-host.ts';

/** @param mail what is in the guest's map before its raw XML */
const inventoryWith = (vmids: readonly [number, number], mail: string, more = ''): string =>
  bareInventory(
    'changes',
    `
  public: { vmid: ${vmids[0]}, autostart: { order: 20 }, disks: { root: 64 MiB, var: none, swap: none }, xml: "<domain type='qemu'/>" }
  db:
    vmid: ${vmids[1]}
    autostart: { order: 10 }
    disks: { root: 64 MiB, var: none, swap: none }${labXml('db')}
  mail:
    vmid: 70
    autostart: { order: 30 }
    ${mail}${labXml('mail')}
${more}`,
  );
const withoutVar = 'disks: { root: 64 MiB, var: none, swap: 32 MiB }';
const inventory = inventoryWith([65, 61], withoutVar);
/** A lab has no volume group: the volumes of this one are there from its start. */
const withVar = inventoryWith([65, 61], 'disks: { root: 64 MiB, var: 96 MiB, swap: 32 MiB }');

describe.skipIf(needs('root', 'libvirtd', 'qemu-system-x86_64', 'nft', 'virsh'))('a change of the inventory', () => {
  let host: BareHost;
  const mustRun = async (script: string) => {
    const { exitCode, stdout, stderr } = await host.sh(script);
    expect(exitCode, `${script}: ${stderr}`).toBe(0);
    return stdout.trim();
  };
  const mustApply = async (text: string, ...words: string[]) => {
    const applied = await host.kvmctl(text, 'apply', '--yes', ...words);
    expect(applied, applied.stderr + applied.stdout).toMatchObject({ exitCode: 0 });
    return applied;
  };
  const disksOf = (guest: string) =>
    mustRun(`virsh domblklist ${guest} | awk 'NR > 2 && NF { print $1, $2 }' | sed 's:/dev/vg/::'`);
  /** The disks that the guest's own kernel sees. */
  const disksInMail = async () => (await host.inGuest(withVar, 'mail', 'cd /sys/block; echo vd*')).stdout.trim();
  beforeAll(async () => {
    host = await BareHost.start(withVar);
    await mustApply(inventory);
    await host.expectEmptyPlan(inventory);
  });
  afterAll(() => host?.[Symbol.asyncDispose]());

  test('a disk that is put before others is attached under a letter of its own, and the others keep theirs', async () => {
    await host.booted(inventory, 'mail'); // QEMU's own hang of a kernel that gets a disk in its first second is not ours
    expect(await disksInMail()).toBe('vda vdb');
    await mustApply(withVar);
    expect(await disksOf('mail')).toBe('vda mail.root\nvdb mail.swap\nvdc mail.var');
    await expect.poll(disksInMail, { timeout: 60_000 }).toBe('vda vdb vdc');
    await host.expectEmptyPlan(withVar);
    const { stdout } = await host.kvmctl(inventory, 'plan');
    expect(stdout).toContain('devices.disk[vdc]');
    expect(stdout).not.toContain('vdb');
    await mustApply(inventory, '--restart');
    expect(await disksOf('mail')).toBe('vda mail.root\nvdb mail.swap');
  });

  test('a comment changes nothing', () => host.expectEmptyPlan(`# Words.\n${inventory}`));

  test('nothing is begun for a guest whose domain libvirt would refuse', async () => {
    const wrong = inventory.replace(/(vmid: 70[\s\S]*?)<devices>/, "$1<cpu mode='host-passthru'/><devices>");
    const before = await mustRun('virsh dumpxml mail --inactive');
    const applied = await host.kvmctl(wrong, 'apply', '--yes', '--restart');
    expect(applied).toMatchObject({ exitCode: 1 });
    expect(applied.stdout).toContain('mode="host-passthru" is not one of custom, host-model');
    expect(applied.stderr).not.toContain('FAILED');
    expect(await mustRun('virsh dumpxml mail --inactive')).toBe(before);
  });

  test('a guest under another name is not made anew, and nobody is told to destroy it', async () => {
    const renamed = inventory.replaceAll('mail', 'post');
    for (const text of [renamed, inventory.replace('name: changes', 'name: changed')]) {
      const plan = await host.kvmctl(text, 'plan', '--detailed-exitcode');
      expect([2, 3]).toContain(plan.exitCode);
      expect(plan.stdout).not.toMatch(/kvmctl destroy|define the domain|create /);
    }
    expect((await host.kvmctl(renamed, 'plan')).stdout).toContain('post has VMID 70, which mail has on the host');
    await host.expectEmptyPlan(inventory);
  });

  test('a guest whose memory is kept has a change only after a restart, and the plan says so', async () => {
    await mustRun('virsh managedsave mail');
    const kept = await host.kvmctl(inventory, 'plan');
    expect(kept.stdout).toContain('start from its kept memory');
    expect(kept.stdout).not.toContain('restart');
    const bigger = inventoryWith([65, 61], `memory: 144 MiB\n    ${withoutVar}`);
    const { stdout } = await host.kvmctl(bigger, 'plan');
    expect(stdout).toContain('start from its kept memory');
    expect(stdout).toContain('mail starts from its kept memory with what it had then');
    await mustApply(bigger);
    expect((await host.kvmctl(bigger, 'plan')).stdout).toContain('mail runs on, and has this only after a restart');
    await mustRun('virsh managedsave mail');
    await mustApply(bigger, '--restart');
    expect(await mustRun("virsh dumpxml mail | grep -c '<memory .*147456'")).toBe('1');
    await mustApply(inventory, '--restart');
    await host.expectEmptyPlan(inventory);
  });

  test('guests that change their VMIDs with each other both run afterwards', async () => {
    const swapped = inventoryWith([61, 65], withoutVar);
    await mustApply(swapped, '--restart');
    expect(
      await mustRun('virsh domiflist db | grep -o "tun[0-9]*"; virsh domiflist public | grep -o "tun[0-9]*"'),
    ).toBe('tun65\ntun61');
    await host.expectEmptyPlan(swapped);
    await mustApply(inventory, '--restart');
  });

  test('a guest that cannot start keeps those of later orders from nothing', async () => {
    const listen = "require('net').createServer().listen(5961, '127.0.0.1')";
    await mustRun(
      `virsh destroy db; virsh destroy mail; setsid ${process.execPath} -e "${listen}" >/dev/null 2>&1 & sleep 1`,
    );
    const applied = await host.kvmctl(inventory, 'apply', '--yes');
    expect(applied).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('FAILED  start db') });
    expect(await mustRun('virsh list --name | sort | xargs')).toBe('mail public');
  });
});
