import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Desired, type DesiredGuest, volumePath } from '@kvm/host';
import { execa } from './execa.ts';
import { makeGuestRoot } from './guest-root.ts';
import type { GuestKernel } from './kernel.ts';
import type { Holder } from './processes.ts';
import { mustExecIn } from './sandbox.ts';

/** Below /tmp, which is the lab's own; losetup leaves /tmp out of the path once the lab has ended. */
const volumeFolder = (lab: string): string => `/kvm-lab-volumes/${lab}`;

/**
 * Attaches each file to a loop device and prints the devices' numbers. A process of the lab keeps the devices open, and
 * each is to be freed at its last close: when the lab ends, however it ends, the kernel frees them.
 * Node's pipes are sockets, on which bash takes itself for rshd's and reads root's settings, unless it is told not to.
 */
const attachScript = `
set -eu
for file do
  loop=$(losetup --find --show "$file")
  exec {held}<>"$loop"
  losetup --detach "$loop"
  echo "\${loop#/dev/loop}"
done
exec >/dev/null 2>&1 </dev/null
sleep infinity &
`;

/**
 * Makes the chosen guests' disks: sparse files in the lab's memory, as large as the inventory says, attached to loop
 * devices that the KVM host sees at the logical volumes' paths.
 */
export async function makeVolumes(
  desired: Desired,
  guests: readonly DesiredGuest[],
  kernel: GuestKernel,
  at: { readonly lan: Holder; readonly host: Holder },
): Promise<void> {
  const { name: lab, vg } = desired.inventory.host;
  const folder = `/proc/${at.lan.pid}/root/tmp${volumeFolder(lab)}`;
  await mkdir(folder, { recursive: true });
  const disks = guests.flatMap(({ guest }) =>
    guest.disks.map((disk) => ({ guest, disk, file: `${guest.name}.${disk.name}` })),
  );
  for (const { disk, file } of disks) {
    await writeFile(`${folder}/${file}`, '');
    await truncate(`${folder}/${file}`, disk.bytes);
  }
  for (const desiredGuest of guests) {
    const { guest } = desiredGuest;
    const first = guest.disks[0];
    if (first)
      await makeGuestRoot(desiredGuest, kernel, `${folder}/${guest.name}.${first.name}`, `${folder}/${guest.name}`);
  }
  const files = disks.map(({ file }) => `/tmp${volumeFolder(lab)}/${file}`);
  const numbers = (await mustExecIn(at.lan, ['bash', '--norc', '-c', attachScript, 'attach', ...files]))
    .trim()
    .split('\n');
  await mustExecIn(at.host, ['mkdir', '-p', `/dev/${vg}`]);
  for (const [index, { guest, disk }] of disks.entries()) {
    const path = volumePath(vg, guest.name, disk.name);
    await mustExecIn(at.host, ['mknod', '-m', '660', path, 'b', '7', String(numbers[index])]);
  }
}

/**
 * Waits until the loop devices of a lab that ended are free. The kernel frees them by itself, but for those of a lab that
 * was killed in the middle of {@link makeVolumes}.
 */
export async function freeLoops(lab: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const { stdout } = await execa('losetup', ['--list', '--noheadings', '--output', 'NAME,BACK-FILE'], {
      reject: false,
    });
    const ours = stdout.split('\n').filter((row) => row.includes(`${volumeFolder(lab)}/`));
    if (ours.length === 0) return;
    for (const row of ours) await execa('losetup', ['--detach', row.split(' ')[0] ?? ''], { reject: false });
    await sleep(50);
  }
}
