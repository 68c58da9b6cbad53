import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '@kvm/ci/needs';
import { startVmHost, type VmHost } from '@kvm/lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle, exampleFolder } from './bundled.ts';

const patience = 900_000;

const guests = (text: string) => `
host: { name: vm, address: 192.168.100.1/24, uplink: lo, emulator: /usr/bin/qemu-system-x86_64 }
defaults: { memory: 64 MiB, disks: { root: 32 MiB, var: none, swap: none }, state: stopped }
guests:
${text}
`;
/** No KVM is in there. */
const emulated = `xml: "<domain type='qemu'/>"`;
const two = guests(`  public: { vmid: 65, ${emulated} }\n  db: { vmid: 61, disks: { data: 16 MiB }, ${emulated} }`);

/** Settings with which a libvirtd runs without all that a real machine has around it. */
const libvirtd = `
set -e
mkdir -p /etc/libvirt /var/log/libvirt /var/lib/libvirt /var/cache/libvirt
for folder in /etc/libvirt /var/log/libvirt /var/lib/libvirt /var/cache/libvirt; do mount -t tmpfs tmpfs "$folder"; done
getent passwd libvirt-qemu >/dev/null || echo 'libvirt-qemu:x:64055:64055::/:/usr/sbin/nologin' >>/etc/passwd
for group in kvm libvirt-qemu; do getent group "$group" >/dev/null || echo "$group:x:64055:" >>/etc/group; done
echo 'auth_unix_rw = "none"' >/etc/libvirt/libvirtd.conf
cat >/etc/libvirt/qemu.conf <<'END'
user = "root"
group = "root"
dynamic_ownership = 0
security_driver = "none"
namespaces = []
cgroup_controllers = []
stdio_handler = "file"
END
libvirtd --daemon
vgcreate -qq vg /dev/vda
vgcreate -qq large /dev/vdb
`;

describe.skipIf(needs('root', 'qemu-system-x86_64', 'libvirtd', 'lvm', 'virsh'))(
  'volumes of LVM',
  { timeout: patience },
  () => {
    let vm: VmHost;
    beforeAll(async () => {
      vm = await startVmHost({ disks: [{ bytes: 2 ** 28 }, { bytes: 2 ** 38 }], memoryMiB: 1536 });
      await shell(libvirtd);
    }, patience);
    afterAll(() => vm?.[Symbol.asyncDispose]());

    async function shell(script: string): Promise<string> {
      const { exitCode, stdout, stderr } = await vm.exec(['sh', '-c', script], { timeoutMs: patience });
      expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
      return stdout;
    }
    const kvmctl = (input: string, ...words: string[]) =>
      vm.exec([process.execPath, bundle, '-i', '-', ...words], { input, timeoutMs: patience });
    const isAsDesired = async (text: string) =>
      expect(await kvmctl(text, 'plan', '--detailed-exitcode')).toMatchObject({ exitCode: 0, stdout: '' });
    const volumes = async () =>
      (await shell('lvs --noheadings --units m --nosuffix --separator " " -o lv_name,lv_size,lv_tags vg'))
        .trim()
        .split('\n')
        .map((line) => line.trim());

    test('are made as the inventory says, and marked as ours', async () => {
      expect((await kvmctl(two, 'plan')).stdout).toContain('+ create vg/db.data, 16 MiB, linear, on /dev/vda');
      expect(await kvmctl(two, 'apply', '--yes')).toMatchObject({ exitCode: 0 });
      expect(await volumes()).toEqual([
        'db.data 16.00 kvm:db/data',
        'db.root 32.00 kvm:db/root',
        'public.root 32.00 kvm:public/root',
      ]);
      await isAsDesired(two);
    });

    test('grow with all that is on them, and are never shrunk', async () => {
      await shell('echo kept | dd of=/dev/vg/db.data bs=512 seek=100 conv=sync,fsync status=none');
      const larger = two.replace('data: 16 MiB', 'data: 20 MiB');
      expect((await kvmctl(larger, 'plan')).stdout).toContain('~ grow vg/db.data from 16 MiB to 20 MiB');
      expect(await kvmctl(larger, 'apply', '--yes')).toMatchObject({ exitCode: 0 });
      await isAsDesired(larger);
      const smaller = await kvmctl(two, 'plan');
      expect(smaller.stdout).toContain('vg/db.data: It is 20 MiB, and 16 MiB is wanted; volumes are never shrunk');
      expect(await shell('dd if=/dev/vg/db.data bs=512 skip=100 count=1 status=none | head -c 4')).toBe('kept');
    });

    const grown = two.replace('data: 16 MiB', 'data: 20 MiB');

    test('that find no room keep their own guest waiting, and no other', async () => {
      const full = `${grown.trimEnd()}\n  big: { vmid: 70, disks: { root: 10 GiB }, state: running, ${emulated} }\n  more: { vmid: 71, ${emulated} }\n`;
      const applied = await kvmctl(full, 'apply', '--yes');
      expect(applied).toMatchObject({ exitCode: 1 });
      expect(applied.stdout).toMatch(/! vg\/big\.root: It needs \d+ extents \(10 GiB\) more; \/dev\/vda has \d+ left/);
      expect(await volumes()).toContain('more.root 32.00 kvm:more/root');
      expect(await shell('virsh list --name')).toBe('\n');
      for (const guest of ['big', 'more']) await kvmctl(full, 'destroy', guest, `--confirm=${guest}`, '--yes');
      await isAsDesired(grown);
    });

    test('that are not ours are left alone until somebody says they are', async () => {
      await shell('lvcreate -qqy -L 32M -n mail.root vg');
      const mail = `${grown.trimEnd()}\n  mail: { vmid: 72, ${emulated} }\n`;
      const plan = await kvmctl(mail, 'plan');
      expect(plan.stdout).toContain('vg/mail.root: There is a volume of this name that is not ours');
      expect(await kvmctl(mail, 'apply', '--yes', '--adopt', 'vg/mail.root')).toMatchObject({ exitCode: 0 });
      expect(await volumes()).toContain('mail.root 32.00 kvm:mail/root');
      await isAsDesired(mail);
    });

    test('stay when their guest goes, and go when they are named', async () => {
      expect((await kvmctl(grown, 'plan')).stdout).toContain('mail is defined, and the inventory no longer has it');
      expect(await kvmctl(grown, 'destroy', 'mail', '--confirm=db', '--yes')).toMatchObject({ exitCode: 64 });
      expect(await kvmctl(grown, 'destroy', 'mail', '--yes')).toMatchObject({ exitCode: 0 });
      expect(await volumes()).toContain('mail.root 32.00 kvm:mail/root');
      expect(await kvmctl(grown, 'destroy', 'mail', '--confirm=mail', '--yes')).toMatchObject({ exitCode: 0 });
      expect((await volumes()).join()).not.toContain('mail');
      await isAsDesired(grown);
    });

    test('are filled from a tarball or an image when they are made, or not made', async () => {
      await shell(`
        mkdir -p /run/tree/etc /srv/images; echo filled >/run/tree/etc/motd; chmod 640 /run/tree/etc/motd
        tar -C /run/tree -caf /srv/images/small.tar.gz .
        truncate -s 8M /srv/images/small.raw; printf image | dd of=/srv/images/small.raw seek=4096 bs=1 conv=notrunc status=none
        truncate -s 1G /srv/images/large.raw; printf 'QFI\\373' >/srv/images/box.qcow2`);
      const disks = (from: string) =>
        `  box: { vmid: 73, disks: { root: { size: 32 MiB, from: /srv/images/${from} } }, ${emulated} }\n`;
      const box = (from: string) => `${grown.trimEnd()}\n${disks(from)}`;
      for (const [from, why] of [
        ['none.raw', 'there is no such file'],
        ['large.raw', 'bytes, and the volume'],
        ['box.qcow2', 'QCOW2'],
      ] as const) {
        const refused = await kvmctl(box(from), 'apply', '--yes');
        expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(why) });
        expect((await volumes()).join()).not.toContain('box');
      }
      expect((await kvmctl(box('small.tar.gz'), 'plan')).stdout).toContain('filled from /srv/images/small.tar.gz');
      const filled = await kvmctl(box('small.tar.gz'), 'apply', '--yes');
      expect(filled, filled.stderr).toMatchObject({ exitCode: 0 });
      expect(
        await shell('mount -r /dev/vg/box.root /mnt; cat /mnt/etc/motd; stat -c %a /mnt/etc/motd; umount /mnt'),
      ).toBe('filled\n640\n');
      // Once it is there, it is nobody's to fill.
      await isAsDesired(box('small.raw'));
      expect(await kvmctl(grown, 'destroy', 'box', '--confirm=box', '--yes')).toMatchObject({ exitCode: 0 });
      expect(await kvmctl(box('small.raw'), 'apply', '--yes')).toMatchObject({ exitCode: 0 });
      expect(await shell('dd if=/dev/vg/box.root bs=1 skip=4096 count=5 status=none')).toBe('image');
      expect(await kvmctl(grown, 'destroy', 'box', '--confirm=box', '--yes')).toMatchObject({ exitCode: 0 });
    });

    test('of a domain that is imported are taken over: a plan only marks them', async () => {
      await shell(`
      lvcreate -qqy -L 32M -n shop.root vg
      virsh dumpxml --inactive public | sed -e 's/public/shop/g; /<uuid>/d; /<metadata>/,/<.metadata>/d; s/:65:/:66:/; s/tun65/tun66/; s/5965/5966/; s,pts.65,pts/66,' >/run/shop.xml
      virsh define /run/shop.xml`);
      await shell(`cat >/run/room.yaml <<'EOF'\n${grown}\nEOF`);
      const room = (...words: string[]) =>
        vm.exec([process.execPath, bundle, '-i', '/run/room.yaml', ...words], { timeoutMs: patience });
      const imported = await room('import');
      expect(imported, imported.stderr).toMatchObject({ exitCode: 0 });
      expect(imported.stderr).toContain('shop: VMID 66, as template');
      expect((await room('plan')).stdout).toMatch(/^shop\n {2}~ [^\n]*vg\/shop\.root[^\n]*\n$/);
      expect(await room('apply', '--yes')).toMatchObject({ exitCode: 0 });
      expect(await volumes()).toContain('shop.root 32.00 kvm:shop/root');
      expect(await room('plan', '--detailed-exitcode')).toMatchObject({ exitCode: 0, stdout: '' });
      expect(await room('destroy', 'shop', '--confirm=shop', '--yes')).toMatchObject({ exitCode: 0 });
    });

    test('of a guest that runs grow under it, and it is told', async () => {
      const running = grown.replace('public: { vmid: 65,', 'public: { vmid: 65, state: running,');
      await shell('mkdir -p /boot/kvm.current; cp /var/cache/kvm-lab/*/vmlinuz /boot/kvm.current/vmlinuz');
      const started = await kvmctl(running, 'apply', '--yes');
      expect(started, started.stderr).toMatchObject({ exitCode: 0 });
      const larger = running.replace('root: 32 MiB', 'root: 36 MiB');
      const applied = await kvmctl(larger, 'apply', '--yes');
      expect(applied, applied.stderr).toMatchObject({ exitCode: 0 });
      expect(await shell('virsh domblkinfo public vda')).toMatch(/Capacity: +37748736/);
      await isAsDesired(larger);
    });

    test('of the example come to an empty host with all else, and a second plan is empty', async () => {
      for (const guest of ['public', 'db']) {
        await shell(`virsh destroy ${guest} || :`);
        await kvmctl(grown, 'destroy', guest, `--confirm=${guest}`, '--yes');
      }
      const room = readFileSync(join(exampleFolder, 'inventory.yaml'), 'utf8')
        .replace('vg: vg', 'vg: large\n  emulator: /usr/bin/qemu-system-x86_64')
        .replace('uplink: eth0', 'uplink: lo')
        .replace('memory: 512 MiB', 'memory: 64 MiB\n  state: stopped')
        .replaceAll(/( +)vmid: \d+\n/g, (line, indent) => `${line}${indent}xml: <domain type='qemu'/>\n`)
        .replace('    vmid: 65\n', '    vmid: 65\n    state: running\n');
      const applied = await kvmctl(room, 'apply', '--yes');
      expect(applied, applied.stderr).toMatchObject({ exitCode: 0 });
      expect(
        await shell('lvs --noheadings --units g --nosuffix --separator " " -o lv_name,lv_size large | wc -l'),
      ).toBe('16\n');
      expect(await shell('virsh list --all --name | sort | xargs')).toBe('aj common db private public\n');
      expect(await shell('virsh list --name')).toBe('public\n\n');
      expect(await shell('nft list chain inet kvm forward')).toContain('jump closed');
      await isAsDesired(room);
    });
  },
);
