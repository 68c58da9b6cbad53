import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { guestKernel } from '@kvm/lab';

/** The files that a small Linux guest starts from. */
export interface LinuxGuestFiles {
  readonly kernel: string;
  readonly initrd: string;
  /** An ext4 file system, for reading only. */
  readonly root: string;
}

/** A shell on the serial console; the power button powers off; QEMU's own agent, where there is a port for it. */
const files: Readonly<Record<string, string>> = {
  'etc/inittab': `::sysinit:/etc/start
ttyS0::respawn:/bin/sh -l
::respawn:/bin/acpid -d -l /dev/null -c /etc/acpi
::respawn:/etc/agent
`,
  'etc/start': `#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /run
`,
  'etc/acpi/PWRF/00000080': '#!/bin/sh\npoweroff\n',
  'etc/agent': `#!/bin/sh
for name in /sys/class/virtio-ports/*/name; do
  port=$(basename "$(dirname "$name")")
  [ "$(cat "$name")" = org.qemu.guest_agent.0 ] && exec qemu-ga --path="/dev/$port" --statedir=/run --logfile=/dev/null
done
exec sleep 1000000
`,
  'sbin/shutdown': '#!/bin/sh\ncase "$*" in *" -r "*) reboot ;; *) poweroff ;; esac\n',
  'etc/profile': 'PS1="$(hostname)> "\n',
};

/** Makes a guest of the lab's kernel and busybox, and Debian's qemu-guest-agent with the libraries it needs. */
export async function makeLinuxGuest(folder: string): Promise<LinuxGuestFiles> {
  const { kernel, initrd, busybox } = await guestKernel(() => undefined);
  const tree = join(folder, 'tree');
  const add = (path: string, source: string): void => {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    cpSync(source, join(tree, path), { dereference: true });
  };
  for (const name of ['dev', 'proc', 'sys', 'run', 'tmp', 'root', 'bin'])
    mkdirSync(join(tree, name), { recursive: true });
  add('bin/busybox', busybox);
  for (const applet of execFileSync(busybox, ['--list'], { encoding: 'utf8' }).trim().split('\n'))
    if (applet !== 'busybox') symlinkSync('busybox', join(tree, 'bin', applet));
  add('bin/qemu-ga', '/usr/sbin/qemu-ga');
  for (const [library] of execFileSync('ldd', ['/usr/sbin/qemu-ga'], { encoding: 'utf8' }).matchAll(/\/\S+/g))
    add(library, library);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), content);
    chmodSync(join(tree, path), 0o755);
  }
  symlinkSync('../bin/busybox', join(tree, 'sbin/init'));
  const root = join(folder, 'root.img');
  execFileSync('mkfs.ext4', ['-q', '-O', '^has_journal', '-d', tree, root, '32M']);
  cpSync(kernel, join(folder, 'vmlinuz')); // libvirtd's tests hide /var, where the lab keeps them
  cpSync(initrd, join(folder, 'initrd.img'));
  return { kernel: join(folder, 'vmlinuz'), initrd: join(folder, 'initrd.img'), root };
}

/** The domain of a guest that shares its root with others; with `agent`, it has a port for QEMU's agent. */
export function linuxDomain(
  { kernel, initrd, root }: LinuxGuestFiles,
  name: string,
  { vmid = 0, agent = false } = {},
): string {
  return `
    <domain type='qemu'>
      <name>${name}</name>
      ${vmid ? `<metadata><k:guest xmlns:k='urn:kvmctl:guest:1' vmid='${vmid}'/></metadata>` : ''}
      <memory unit='MiB'>96</memory>
      <os>
        <type>hvm</type>
        <kernel>${kernel}</kernel>
        <initrd>${initrd}</initrd>
        <cmdline>root=/dev/vda console=ttyS0 quiet no_timer_check hostname=${name}</cmdline>
      </os>
      <features><acpi/></features>
      <devices>
        <disk type='file'>
          <driver type='raw'/><source file='${root}'/><target dev='vda' bus='virtio'/><readonly/>
        </disk>
        <console type='pty'/>
        ${agent ? "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>" : ''}
      </devices>
    </domain>`;
}
