import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DesiredGuest } from '@kvm/host';
import { execa } from './execa.ts';
import type { GuestKernel } from './kernel.ts';

/** The TCP port on which every machine of the lab says its name. */
export const greetingPort = 22;

/** Name of the virtio port through which commands reach a guest without its network. */
export const agentPort = 'kvm.lab.agent';

const inittab = `::sysinit:/etc/init.d/rcS
::respawn:/sbin/lab-agent
::respawn:/bin/nc -ll -p ${greetingPort} -e /sbin/lab-greeting
::respawn:/bin/acpid -d -l /dev/null -c /etc/acpi
ttyS0::respawn:/bin/sh -l
::shutdown:/bin/umount -a -r
`;

const start = `#!/bin/sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /run
hostname -F /etc/hostname
ifup -a
`;

/** Reads "<id> <command in base64>" lines, answers "<id> <exit code> <stdout in base64>|<stderr in base64>". */
const agent = `#!/bin/sh
port=
for name in /sys/class/virtio-ports/*/name; do
  if [ "$(cat "$name")" = ${agentPort} ]; then port=/dev/$(basename "$(dirname "$name")"); fi
done
exec 3<>"$port"
while :; do
  read -r id command <&3 || { sleep 0.1; continue; }
  echo "$command" | base64 -d >/run/command
  sh /run/command </dev/null >/run/stdout 2>/run/stderr
  echo "$id $? $(base64 -w0 /run/stdout)|$(base64 -w0 /run/stderr)" >&3
done
`;

const greeting = `#!/bin/sh
hostname
`;

/** What every guest of the lab consists of beside busybox: by path, all executable or not as given. */
const ownFiles = [
  { path: '/etc/inittab', mode: 0o644, content: inittab },
  { path: '/etc/init.d/rcS', mode: 0o755, content: start },
  { path: '/etc/acpi/PWRF/00000080', mode: 0o755, content: '#!/bin/sh\npoweroff\n' },
  { path: '/sbin/lab-agent', mode: 0o755, content: agent },
  { path: '/sbin/lab-greeting', mode: 0o755, content: greeting },
] as const;

/**
 * Fills a guest's first disk: busybox, and the very network files that the inventory renders for this guest, which
 * busybox's ifup reads.
 *
 * @param image the disk's sparse file, made anew.
 * @param work an empty folder's path, removed at the end.
 */
export async function makeGuestRoot(
  { guest, files }: DesiredGuest,
  kernel: GuestKernel,
  image: string,
  work: string,
): Promise<void> {
  const empty = ['bin', 'dev', 'proc', 'sys', 'run', 'tmp', 'root', 'var'];
  const hooks = ['if-pre-up.d', 'if-up.d', 'if-down.d', 'if-post-down.d'].map((name) => `etc/network/${name}`);
  for (const folder of [...empty, ...hooks]) await mkdir(join(work, folder), { recursive: true });
  await cp(kernel.busybox, join(work, 'bin/busybox'));
  await symlink('busybox', join(work, 'bin/sh'));
  // On the disk, ifup would find after a restart that its interfaces are up already.
  await symlink('../run', join(work, 'var/run'));
  const inside = [...ownFiles, ...files, { path: '/etc/hostname', mode: 0o644, content: `${guest.name}\n` }];
  for (const { path, mode, content } of inside) {
    await mkdir(join(work, dirname(path)), { recursive: true });
    await writeFile(join(work, path), content, { mode });
  }
  await symlink('../bin/busybox', join(work, 'sbin/init'));
  await execa('mkfs.ext4', ['-q', '-F', '-O', '^has_journal', '-E', 'root_owner=0:0', '-N', '1024', '-d', work, image]);
  await rm(work, { recursive: true });
}
